"""Councils and their members."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import OPEN_RESOLUTION, MemberState
from meetings.forms.councils import (
    AnswerInvitationForm,
    CouncilForm,
    EndMembershipForm,
    InviteForm,
    RepresentativeForm,
)
from meetings.models import Council, CouncilMember, Meeting, Resolution, Topic, TopicCall
from meetings.queries.charter import period_of
from meetings.queries.links import group_link
from meetings.queries.standing import meeting_tone
from meetings.services import (
    answer_invitation,
    change_council,
    change_representative,
    create_council,
    end_membership,
    invite_units,
)
from meetings.views.answering import form_page, history, put_on
from meetings.views.rights import own_area, rights, speaks_for
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import dictionary, word
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.organizations.models import PartyOrganization


def find_council(by: Actor, uid: UUID) -> Council:
    """Return a council in sight; 404 otherwise."""
    council: Council = get_object_or_404(
        Council.objects.visible_to(by.scope).select_related("area", "convener"), uid=uid
    )
    return council


def find_member(by: Actor, uid: UUID) -> CouncilMember:
    """Return a membership in sight; 404 otherwise."""
    member: CouncilMember = get_object_or_404(
        CouncilMember.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "organization__area"
        ),
        uid=uid,
    )
    return member


@require_GET
def council_list(request: HttpRequest) -> HttpResponse:
    """List the councils in sight with how many units are in each."""
    by = actor_of(request)
    require(by, "council.view")
    councils = Council.objects.visible_to(by.scope).current()
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
        .order_by("state", "organization__sort", "organization_id")
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
            "members": members,
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
            .filter(council=council, due_on__gte=today())
            .first(),
            "group_link": group_link(council, "council.answer")
            if allowed["may_council_invite"]
            else "",
            "own_member": own,
            "may_propose": may(by, "topic.propose")
            and (own is not None or council.convener_id == by.organization_id),
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


@require_http_methods(["GET", "POST"])
def council_invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Invite units, or note those that have agreed already."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "council.invite", target=council)
    form = InviteForm(request.POST or None, by=by, council=council)
    if form.is_valid():
        agreed = form.cleaned_data["agreed"] == "yes"
        if agreed:
            require(by, "council.answer_proxy", target=council)
        try:
            members = invite_units(
                council,
                organizations=list(form.cleaned_data["organizations"]),
                joined_on=today() if agreed else None,
                channel=(form.cleaned_data["channel"] or "phone") if agreed else "",
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            done = (
                _("已登记%(count)d家成员单位。") if agreed else _("已向%(count)d家单位发出邀请。")
            )
            messages.success(request, done % {"count": len(members)})
            return redirect(council)
    return form_page(request, "meetings/council_invite.html", form, {"council": council})


@require_http_methods(["GET", "POST"])
def member_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answer an invitation: the unit itself, or somebody for it."""
    by = actor_of(request)
    member = find_member(by, uid)
    own = speaks_for(
        by, member.organization, "council.answer", "council.answer_proxy", member.council
    )
    form = AnswerInvitationForm(request.POST or None, member=member, by_proxy=not own)
    if form.is_valid():
        accepts = request.POST.get("decision") != "decline"
        try:
            answer_invitation(member, accepts=accepts, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已登记为成员单位。") if accepts else _("已登记为暂不加入。")
            )
            return redirect(member.council)
    return form_page(
        request, "meetings/member_answer.html", form, {"member": member, "is_proxy": not own}
    )


@require_http_methods(["GET", "POST"])
def member_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name another representative or liaison."""
    by = actor_of(request)
    member = find_member(by, uid)
    own = speaks_for(
        by, member.organization, "council.answer", "council.answer_proxy", member.council
    )
    form = RepresentativeForm(request.POST or None, member=member, by_proxy=not own)
    if form.is_valid():
        try:
            change_representative(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已更新代表和联络员，原来的记录保留。"))
            return redirect(member.council)
    return form_page(
        request, "meetings/member_change.html", form, {"member": member, "is_proxy": not own}
    )


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a unit leave the council."""
    by = actor_of(request)
    member = find_member(by, uid)
    speaks_for(by, member.organization, "council.answer", "council.answer_proxy", member.council)
    form = EndMembershipForm(request.POST or None)
    if form.is_valid():
        try:
            end_membership(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已退出，历史保留。"))
            # A unit that has left does not see the council any more.
            return redirect(
                member.council if may(by, "council.invite") else reverse("meetings:meeting-list")
            )
    return form_page(request, "meetings/member_end.html", form, {"member": member})
