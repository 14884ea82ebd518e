"""Councils and their members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import OPEN_RESOLUTION, EventKind, MemberState
from meetings.forms.councils import (
    CharterForm,
    CouncilForm,
    EndCouncilForm,
    field_of,
)
from meetings.models import (
    Council,
    CouncilMember,
    Meeting,
    PartTimeMember,
    Resolution,
    Topic,
    TopicCall,
)
from meetings.queries.charter import CHARTER, period_of
from meetings.queries.links import group_link
from meetings.queries.membership import open_work
from meetings.queries.rotation import turns_of
from meetings.queries.standing import meeting_tone
from meetings.services import (
    change_charter,
    change_council,
    create_council,
    end_council,
)
from meetings.views.answering import form_page, history
from meetings.views.rights import own_area, rights
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.parameters import PARAMETERS
from partybuild.areas.queries import dictionary, origins_of, parameters_of, word
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import PartyOrganization


def find_council(by: Actor, uid: UUID) -> Council:
    """Return a council in sight; 404 otherwise."""
    council: Council = get_object_or_404(
        Council.objects.visible_to(by.scope).select_related("area", "convener"), uid=uid
    )
    return council


# What fits beside the rest of a council's first page.
MOST_MEMBERS = 6


@require_GET
def council_list(request: HttpRequest) -> HttpResponse:
    """List the councils in sight with how many units are in each."""
    by = actor_of(request)
    require(by, "council.view")
    every = Council.objects.visible_to(by.scope)
    ended = request.GET.get("ended") == "1"
    councils = every.exclude(ended_on=None) if ended else every.current()
    page = keyset_page(
        councils.select_related("area", "convener").annotate(
            member_count=Count("members", filter=Q(members__state=MemberState.MEMBER)),
            invited_count=Count("members", filter=Q(members__state=MemberState.INVITED)),
        ),
        order=("area__path", "id"),
        params=request.GET,
    )
    return render(
        request,
        "meetings/council_list.html",
        {
            "page": page,
            "count": councils.count(),
            "is_ended": ended,
            "ended_count": every.exclude(ended_on=None).count(),
            "words": dict(dictionary(own_area(by), "council.kind")),
            "may_change": may(by, "council.change"),
        },
    )


@require_GET
def council_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a council: its next meeting, its units, topics, open resolutions, what it met about."""
    by = actor_of(request)
    council = find_council(by, uid)
    members = list(
        CouncilMember.objects.visible_to(by.scope)
        .filter(council=council)
        .standing()
        .select_related("organization")
        .order_by("sort", "organization__sort", "organization_id")
    )
    meetings = list(Meeting.objects.visible_to(by.scope).filter(council=council)[:8])
    period = period_of(council, today())
    allowed = rights(
        by,
        council,
        "council.change",
        "council.invite",
        "council.answer_proxy",
        "meeting.plan",
        "topic.call",
        "topic.decide",
    )
    own = next((m for m in members if m.organization_id == by.organization_id), None)
    return render(
        request,
        "meetings/council_detail.html",
        {
            "council": council,
            "kind": word(council.area, "council.kind", council.kind),
            # Who is still asked, and one's own unit first; the rest is a tab of its own.
            "members": sorted(
                members,
                key=lambda m: (m.state != MemberState.INVITED, own is None or m.pk != own.pk),
            )[:MOST_MEMBERS],
            "all_count": len(members) if len(members) > MOST_MEMBERS else 0,
            "member_count": sum(m.state == MemberState.MEMBER for m in members),
            "meetings": [(meeting, meeting_tone(meeting)) for meeting in meetings],
            "next_meeting": next(
                (m for m in sorted(meetings, key=lambda m: m.starts_at) if m.is_open), None
            ),
            "period": period,
            "met": any(m.took_place and m.period == str(period) for m in meetings),
            "topics_waiting": Topic.objects.visible_to(by.scope)
            .filter(council=council)
            .waiting()
            .count(),
            "open_resolutions": Resolution.objects.visible_to(by.scope)
            .filter(council=council, state__in=OPEN_RESOLUTION)
            .count(),
            "call": TopicCall.objects.visible_to(by.scope)
            .standing()
            .filter(council=council)
            .first(),
            "group_link": group_link(council, "council.answer")
            if allowed["may_council_invite"]
            else "",
            "own_member": own,
            "may_propose": may(by, "topic.propose")
            and (own is not None or council.convener_id == by.organization_id),
            "on_turn": turns_of(council).on(today()),
            "part_time": PartTimeMember.objects.visible_to(by.scope)
            .filter(council=council)
            .in_office()
            .count(),
            "history": history(council, by.scope),
            **allowed,
        },
    )


@require_http_methods(["GET", "POST"])
def council_create(request: HttpRequest) -> HttpResponse:
    """Found a council."""
    by = actor_of(request)
    require(by, "council.change")
    area = own_area(by)
    initial = {"name": f"{area.name}党建联席会" if area else "", "area": area}
    form = CouncilForm(request.POST or None, by=by, area=area, initial=initial)
    if form.is_valid():
        values = {
            name: form.cleaned_data[name] for name in ("kind", "name", "founded_on", "charter")
        }
        place = form.cleaned_data["area"]
        convener = get_object_or_404(
            PartyOrganization.objects.visible_to(by.scope).select_related("organization"),
            leads_area=place,
            is_current=True,
        )
        try:
            council = create_council(area=place, convener=convener.organization, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已成立：%(name)s。下一步邀请成员单位。") % values)
            return redirect("meetings:council-invite", council.uid)
    return form_page(
        request,
        "meetings/council_form.html",
        form,
        {"council": None, "cancel_url": reverse("meetings:council-list")},
    )


@require_http_methods(["GET", "POST"])
def council_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a council's name, kind and charter."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.change", target=council)
    initial = {
        name: getattr(council, name)
        for name in ("kind", "name", "founded_on", "charter", "version")
    }
    form = CouncilForm(
        request.POST or None, by=by, area=council.area, council=council, initial=initial
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            change_council(council, version=values.pop("version") or 0, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect(council)
    return form_page(
        request,
        "meetings/council_form.html",
        form,
        {"council": council, "cancel_url": council.get_absolute_url()},
    )


@require_GET
def council_charter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show by which rules a council works, and who set each of them."""
    by = actor_of(request)
    council = find_council(by, uid)
    inherited = parameters_of(council.area, CHARTER)
    origins = origins_of(council.area)
    lines = {
        key: {
            "label": PARAMETERS[key].label,
            "value": PARAMETERS[key].say(council.rules.get(key, inherited[key])),
            "is_own": key in council.rules,
            "local": PARAMETERS[key].say(inherited[key]),
            "origin": origins[key][0] if key in origins else "",
            "applies": _applies(key, {**inherited, **council.rules}),
        }
        for key in CHARTER
    }
    return render(
        request,
        "meetings/council_charter.html",
        {
            "council": council,
            "groups": [(title, [lines[key] for key in keys]) for title, keys in _GROUPS],
            "history": [
                line
                for line in history(council, by.scope)
                if line["text"] == EventKind.CHARTER_CHANGED.label
            ],
            **rights(by, council, "council.change"),
        },
    )


def _applies(key: str, rules: dict[str, Any]) -> bool:
    """Whether a rule says anything beside the others: fixed months only where a council meets twice a year."""
    if key == "meeting.months":
        return bool(rules["meeting.frequency"] == "half_yearly")
    if key == "countersign.days":
        return bool(rules["minutes.countersign"])
    return True


_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        lazy("开会和议事"),
        ("meeting.frequency", "meeting.months", "meeting.quorum", "decision.mode", "rotation"),
    ),
    (lazy("会前"), ("topic.lead_days", "notice.lead_days", "receipt.due_days")),
    (
        lazy("会后"),
        (
            "minutes.countersign",
            "countersign.days",
            "minutes.due_days",
            "resolution.accept_days",
        ),
    ),
)


@require_http_methods(["GET", "POST"])
def charter_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Settle what the council does otherwise than its place."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.change", target=council)
    inherited = parameters_of(council.area, CHARTER)
    form = CharterForm(request.POST or None, council=council, inherited=inherited)
    back = reverse("meetings:council-charter", args=(council.uid,))
    if form.is_valid():
        try:
            change_charter(council, rules=form.rules, version=form.cleaned_data["version"], by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存，从现在起按新的规定。"))
            return redirect(back)
    return form_page(
        request,
        "meetings/charter_form.html",
        form,
        {
            "council": council,
            "cancel_url": back,
            "groups": [(title, " ".join(field_of(key) for key in keys)) for title, keys in _GROUPS],
        },
    )


@require_http_methods(["GET", "POST"])
def council_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a council, or say what is still open in it."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.change", target=council)
    form = EndCouncilForm(request.POST or None, initial={"version": council.version})
    if goes_through(form, end_council, council, by=by):
        messages.success(request, _("已终止，会议和办理记录保留。"))
        return redirect(council)
    return form_page(
        request,
        "meetings/council_end.html",
        form,
        {"council": council, "work": open_work(council)},
    )
