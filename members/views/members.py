"""The list of members, a member's page, and the forms that change it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import EmploymentState, EventKind, MemberCategory, MemberState, Side
from members.exceptions import TooManyReveals
from members.forms.members import (
    EndMemberForm,
    MemberFilterForm,
    MemberForm,
    ReasonForm,
    initial_of,
)
from members.forms.report_ins import RefuseForm
from members.models import (
    Employment,
    MemberPlace,
    PartyMember,
    RecommendationLetter,
    ReportIn,
    ServiceRecord,
)
from members.personal import lines_of, treatment, year_of
from members.queries.members import current_employment, hours_of, searched
from members.queries.registers import CHOICES as REGISTERS
from members.queries.registers import in_register
from members.queries.report_ins import unreported
from members.services import (
    add_member,
    call_list,
    change_member,
    confirm_employment,
    end_member,
    refuse_employment,
    reveal_id_number,
    reveal_phone,
)
from members.services.reveals import LONGEST_CALL_LIST
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.queries.holders import sign_in_of
from partybuild.accounts.step_up import require_step_up
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.indicators.queries import SMALLEST_GROUP
from partybuild.ui.htmx import wants_fragment
from units.views.scope import area_of, own_unit

ORDER = ("sort", "name", "id")


def find_member(by: Actor, uid: UUID) -> PartyMember:
    """Return a member in sight; 404 otherwise."""
    member: PartyMember = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person", "home_area"), uid=uid
    )
    return member


def uids_of(texts: Iterable[str]) -> list[UUID]:
    """Return the uids among what a form sent."""
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


# Who read somebody's data is for that somebody only.
READINGS = (
    EventKind.MEMBER_PHONE_SHOWN,
    EventKind.MEMBER_ID_NUMBER_SHOWN,
    EventKind.CALL_LIST_MADE,
)


def history_shown(member: PartyMember, by: Actor) -> list[dict[str, Any]]:
    """Return a member's history without who looked at their data."""
    readings = {str(kind.label) for kind in READINGS}
    return [
        line.entry() for line in history_of(member, by.scope, limit=40) if line.what not in readings
    ][:20]


@require_GET
def member_list(request: HttpRequest) -> HttpResponse:
    """List members: a unit its people, a community those reported in, a street both."""
    by = actor_of(request)
    require(by, "member.list")
    if by.scope.column == "member":
        return redirect("members:my-report-in")
    if by.scope.cell("member.list").totals_only:
        return _totals(request, by)
    area = area_of(by)
    form = MemberFilterForm(request.GET, by=by, area=area)
    found = narrowed_members(form, by, area)
    elsewhere = (
        MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY)
        .select_related("community", "grid")
    )
    page = keyset_page(
        found.select_related("member", "community", "grid").prefetch_related(
            Prefetch("member__places", queryset=elsewhere, to_attr="reported_at")
        ),
        order=ORDER,
        params=request.GET,
    )
    count = found.count()
    return render(
        request,
        "members/member_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": count,
            "is_unit": by.scope.is_unit,
            "may_open": may(by, "member.view"),
            "may_call": may(by, "member.phone"),
            "may_add": may(by, "member.change"),
            "may_import": may(by, "import.rows") and may(by, "member.change"),
            "may_desk": may(by, "report_in.submit_proxy"),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            # One of the five registers by its name: a list of the retired is not one of 在职党员.
            "register": dict(REGISTERS).get(form.cleaned_data.get("register") or "", ""),
            "elsewhere": found_elsewhere(form, by, area, more_than=count),
            **_waiting(by),
        },
    )


def _waiting(by: Actor) -> dict[str, Any]:
    """Return what waits for this post on top of the list."""
    if by.scope.is_unit:
        stated = (
            Employment.objects.visible_to(by.scope)
            .filter(valid_to=None, state=EmploymentState.STATED)
            .select_related("member__person")
        )
        return {
            "stated": list(stated),
            "waiting_count": 0,
            "unreported": unreported(by.scope.organization_id or 0).count(),
            "refuse_form": RefuseForm(),
        }
    # Whoever decides is told; a street that looks on would be led to a closed door.
    waiting = (
        ReportIn.objects.reached(by.scope, "report_in.decide").waiting().count()
        if may(by, "report_in.decide")
        else 0
    )
    return {"stated": [], "waiting_count": waiting, "unreported": 0, "refuse_form": None}


def narrowed_members(form: MemberFilterForm, by: Actor, area: Any) -> QuerySet[Any]:
    """Return the members that the page's filters leave."""
    form.is_valid()
    values = form.cleaned_data
    rows = MemberPlace.objects.visible_to(by.scope)
    reported = MemberPlace.objects.visible_to(by.scope).filter(
        side=Side.COMMUNITY, member=OuterRef("member")
    )
    if by.scope.is_unit:
        rows = rows.filter(side=Side.UNIT)
        if values.get("reported"):
            known = Exists(reported)
            rows = rows.filter(known if values["reported"] == "yes" else ~known)
    elif values.get("side"):
        rows = rows.filter(side=Side.UNIT)
        if values["side"] == "unreported":
            rows = rows.filter(~Exists(reported))
    else:
        rows = rows.filter(side=Side.COMMUNITY)
        if area is not None and area.level == Level.COMMUNITY:
            # The exact key: filter and order from one index.
            rows = rows.filter(community=area)
    if values.get("community"):
        # From the units' side: those registered in the community.
        at = "unit__area" if values.get("side") else "community"
        rows = rows.filter(**{at: values["community"]})
    if values.get("grid"):
        rows = rows.filter(grid=values["grid"])
    found = searched(rows, values.get("q") or "")
    return in_register(found, values["register"]) if values.get("register") else found


def found_elsewhere(
    form: MemberFilterForm, by: Actor, area: Any, *, more_than: int = 0
) -> list[dict[str, Any]]:
    """Return where else in sight the words find more people, once the other conditions are dropped."""
    words = (form.cleaned_data.get("q") or "").strip()
    chosen = {name: form.data[name] for name in form.fields if form.data.get(name)}
    lines: list[dict[str, Any]] = []
    if not words:
        return lines
    for side, label in form.ranges():
        given = {"q": words, "side": side} if side else {"q": words}
        if given == {**chosen, "q": words}:
            continue
        other = MemberFilterForm(given, by=by, area=area)
        count = narrowed_members(other, by, area).count()
        if count > more_than:
            lines.append({"label": label, "query": urlencode(given), "count": count})
    return lines


def _totals(request: HttpRequest, by: Actor) -> HttpResponse:
    rows = MemberPlace.objects.reached(by.scope, "member.list")
    figures = {
        "on_rosters": rows.filter(side=Side.UNIT).count(),
        "reported_in": rows.filter(side=Side.COMMUNITY).values("member").distinct().count(),
    }
    shown = {name: number if number >= SMALLEST_GROUP else None for name, number in figures.items()}
    return render(request, "members/member_totals.html", shown)


@require_GET
def member_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what this post may see of a member."""
    by = actor_of(request)
    return _page(request, by, find_member(by, uid))


def _page(
    request: HttpRequest,
    by: Actor,
    member: PartyMember,
    *,
    revealed: dict[str, str] | None = None,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    require(by, "member.view", member)
    employment = current_employment(member)
    start, end = year_of(today())
    times, hours = hours_of(member, start, end)
    records = (
        ServiceRecord.objects.visible_to(by.scope)
        .filter(member=member, date__range=(start, end))
        .exclude(state="withdrawn")
        .select_related("community")
        .order_by("-date", "-id")[:10]
    )
    report_ins = (
        ReportIn.objects.visible_to(by.scope)
        .filter(member=member)
        .select_related("community", "grid")
    )
    on_roster = member.state != MemberState.ENDED
    return render(
        request,
        "members/member_detail.html",
        {
            "member": member,
            "lines": lines_of(member, by, employment),
            "revealed": revealed or {},
            "reason_form": reason_form or ReasonForm(),
            "report_ins": report_ins,
            "records": records if treatment(by, "service") else [],
            "times": times,
            "hours": hours,
            "year": start.year,
            "account": sign_in_of(member.person, by) if on_roster else None,
            "may_change": on_roster and may(by, "member.change", member),
            "may_letter": on_roster
            and by.scope.is_unit
            and may(by, "report_in.letter", member)
            and member.category == MemberCategory.IN_SERVICE,
            "letters": RecommendationLetter.objects.visible_to(by.scope).filter(member=member)[:5],
            "may_end": on_roster and may(by, "member.end", member),
            "may_ask_certificate": by.scope.is_area and may(by, "certificate.ask_proxy", member),
            "may_ask": on_roster and may(by, "feedback.request"),
            "may_erase": on_roster and by.scope.is_area and may(by, "member.erase", member),
            "history": history_shown(member, by),
        },
        status=422 if reason_form is not None else 200,
    )


@require_POST
def member_phone(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one phone number in one tap; who looked is written down."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "member.phone", member)
    phone = reveal_phone(member, by=by)
    if wants_fragment(request):
        return render(request, "members/_phone.html", {"phone": phone})
    return _page(request, by, member, revealed={"phone": phone})


@require_POST
def member_id_number(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one ID number for a reason; both are written down."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "member.id_number", member)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, by, member, reason_form=form)
    # Once more the password, and the second factor where there is one; the reason is kept meanwhile.
    require_step_up(request)
    try:
        number = reveal_id_number(member, reason=form.cleaned_data["reason"], by=by)
    except TooManyReveals as refused:
        words = {"words": " ".join(refused.messages)}
        return render(request, "members/reveal_refused.html", words, status=429)
    return _page(request, by, member, revealed={"id_number": number})


@require_POST
def member_call_list(request: HttpRequest) -> HttpResponse:
    """Names and phones of the people whom the list shows, to be called one after another: one event."""
    by = actor_of(request)
    require(by, "member.phone")
    if by.scope.column == "member":
        raise Http404
    area = area_of(by)
    form = MemberFilterForm(request.POST, by=by, area=area)
    rows = narrowed_members(form, by, area)
    chosen = uids_of(request.POST.getlist("selected"))
    if chosen:
        rows = rows.filter(member__uid__in=chosen)
    found = rows.order_by(*ORDER).values_list("member", flat=True)[: LONGEST_CALL_LIST + 1]
    keys = list(dict.fromkeys(found))
    known = PartyMember.objects.reached(by.scope, "member.phone").select_related("person")
    members = known.in_bulk(keys)
    body = by.post
    title = request.POST.get("title", "").strip()[:100] or _("通话名单")
    try:
        lines = call_list([members[key] for key in keys if key in members], title=title, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
        return redirect("members:member-list")
    return render(
        request,
        "members/call_list.html",
        {"lines": lines, "title": title, "made_by": body, "made_on": today()},
    )


@require_http_methods(["GET", "POST"])
def member_create(request: HttpRequest) -> HttpResponse:
    """Put a member on a unit's roster."""
    by = actor_of(request)
    require(by, "member.change")
    form = MemberForm(request.POST or None, by=by)
    if form.is_valid():
        values = dict(form.cleaned_data)
        unit = values.pop("unit", None) or own_unit(by)
        try:
            add_member(unit=unit, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已列入花名册：%(name)s。") % {"name": values["name"]})
            return redirect("members:member-list")
    return render(
        request,
        "members/member_form.html",
        {"form": form, "title": _("登记党员"), "cancel_url": reverse("members:member-list")},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def member_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct what is known of a member; numbers are typed anew, never sent out to be edited."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "member.change", member)
    employment = current_employment(member)
    initial = initial_of(
        member,
        employment.post if employment else "",
        employment.branch if employment else None,
    )
    form = MemberForm(request.POST or None, by=by, member=member, initial=initial)
    if "home_address" in form.fields:
        form.initial["home_address"] = member.home_address
    if form.is_valid():
        values = dict(form.cleaned_data)
        phone = values.pop("new_phone")
        if phone:
            values["phone"] = phone
        try:
            change_member(member, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect(member)
    return render(
        request,
        "members/member_form.html",
        {"form": form, "title": _("修改党员信息"), "cancel_url": member.get_absolute_url()},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def member_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A member leaves the roster; nothing is deleted."""
    by = actor_of(request)
    member = find_member(by, uid)
    require(by, "member.end", member)
    form = EndMemberForm(request.POST or None)
    if goes_through(form, end_member, member, by=by):
        messages.success(request, _("已办理减少，历史记录保留。"))
        return redirect("members:member-list")
    return render(
        request,
        "members/member_end.html",
        {"member": member, "form": form},
        status=422 if form.is_bound else 200,
    )


def _stated(by: Actor, uid: UUID) -> Employment:
    """Return an employment that waits for one's own unit's word."""
    if not by.scope.is_unit:
        raise Http404
    employment: Employment = get_object_or_404(
        Employment.objects.visible_to(by.scope).select_related("member__person", "unit"), uid=uid
    )
    require(by, "member.change")
    return employment


@require_POST
def employment_confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit says: one of ours."""
    by = actor_of(request)
    employment = _stated(by, uid)
    try:
        confirm_employment(employment, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已确认为本单位党员。"))
    return redirect("members:member-list")


@require_POST
def employment_refuse(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit says: not one of ours."""
    by = actor_of(request)
    employment = _stated(by, uid)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("未提交：请写一句说明，如“已于去年调离”。"))
        return redirect("members:member-list")
    try:
        refuse_employment(employment, by=by, **form.cleaned_data)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已答复社区：不是本单位党员。"))
    return redirect("members:member-list")
