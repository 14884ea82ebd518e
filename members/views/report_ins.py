"""The report-in desk; confirming, returning and ending report-ins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ReportInState
from members.forms.report_ins import (
    CodeForm,
    ConfirmForm,
    DeskForm,
    DeskLetterForm,
    EndReportInForm,
    MoveForm,
    PassOnForm,
    RenewalFilterForm,
    RenewForm,
    ReturnForm,
)
from members.models import PartyMember, RecommendationLetter, ReportIn
from members.queries.communities import communities_for
from members.queries.report_ins import (
    PERIOD_KINDS,
    moving_from,
    renewal_due,
    renewals_missing,
)
from members.services import (
    confirm_report_in,
    end_report_in,
    move_report_in,
    pass_on_report_in,
    place_report_in,
    renew_report_in,
    return_report_in,
    reveal_phone,
    submit_at_desk,
    submit_with_letter,
)
from members.views.finding import found_communities
from members.views.letters import opened_letter
from members.views.members import uids_of
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter, word
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.ui.htmx import wants_fragment
from units.views.scope import area_of


@require_http_methods(["GET", "POST"])
def report_in_desk(request: HttpRequest) -> HttpResponse:
    """Take a report-in at the desk; the answer is the same whoever the number belongs to."""
    by = actor_of(request)
    require(by, "report_in.submit_proxy")
    area = area_of(by)
    assert area is not None
    form = DeskForm(request.POST or None, by=by, area=area)
    if form.is_valid():
        values = dict(form.cleaned_data)
        community = values.pop("community", area)
        try:
            submit_at_desk(community=community, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("%(name)s：已登记报到，请核对后确认。") % {"name": values["name"]}
            )
            return redirect("members:report-in-desk")
    return render(
        request,
        "members/report_in_desk.html",
        {"form": form, "code_form": CodeForm(), "waiting": _waiting_now(by)},
        status=422 if form.is_bound else 200,
    )


def _waiting_now(by: Actor) -> Any:
    return (
        ReportIn.objects.visible_to(by.scope)
        .filter(state=ReportInState.SUBMITTED)
        .order_by("-submitted_on", "-id")[:10]
    )


@require_POST
def desk_letter(request: HttpRequest) -> HttpResponse:
    """Take a report-in from a paper letter: its code brings everything that the unit wrote."""
    by = actor_of(request)
    require(by, "report_in.submit_proxy")
    area = area_of(by)
    assert area is not None
    code_form = CodeForm(request.POST)
    letter = _letter_at_hand(code_form, request)
    if letter is None:
        return render(
            request,
            "members/report_in_desk.html",
            {
                "form": DeskForm(by=by, area=area),
                "code_form": code_form,
                "waiting": _waiting_now(by),
            },
            status=422,
        )
    # The first press brings the letter onto the page, the second enters it.
    is_second = "channel" in request.POST
    known = {"code": letter.code_shown}
    form = DeskLetterForm(request.POST if is_second else None, by=by, area=area, initial=known)
    if form.is_valid():
        values = dict(form.cleaned_data)
        del values["code"]
        community = values.pop("community", area)
        try:
            submit_with_letter(letter, community=community, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("%(name)s：已登记报到。核对后确认。") % {"name": letter.member_name}
            )
            return redirect("members:report-in-list")
    return render(
        request,
        "members/desk_letter.html",
        {"form": form, "letter": letter, "has_building": bool(letter.member.home_building)},
        status=422 if form.is_bound else 200,
    )


def _letter_at_hand(form: CodeForm, request: HttpRequest) -> RecommendationLetter | None:
    """Return the letter whose code was typed; the form says why there is none."""
    if not form.is_valid():
        return None
    return opened_letter(form, request)


def _placing(by: Actor, data: Any = None) -> ConfirmForm | None:
    """Return the grid and team for all that are confirmed in one press, None without grids and teams."""
    area = area_of(by)
    if area is None or area.level != Level.COMMUNITY:
        return None
    form = ConfirmForm(data, by=by, community=area)
    return form if form.fields else None


def _waiting_page(
    request: HttpRequest, by: Actor, form: ConfirmForm | None, picked: Iterable[str] = ()
) -> HttpResponse:
    rows = (
        ReportIn.objects.visible_to(by.scope)
        .filter(state=ReportInState.SUBMITTED)
        .select_related("community")
    )
    page = keyset_page(rows, order=("submitted_on", "id"), params=request.GET)
    return render(
        request,
        "members/report_in_list.html",
        {
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "form": form,
            "picked": set(picked),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


@require_GET
def report_in_list(request: HttpRequest) -> HttpResponse:
    """List what waits for the community."""
    by = actor_of(request)
    require(by, "report_in.decide")
    return _waiting_page(request, by, _placing(by))


def _find(by: Actor, uid: UUID) -> ReportIn:
    report_in: ReportIn = get_object_or_404(
        ReportIn.objects.visible_to(by.scope).select_related(
            "community__parent",
            "grid",
            "team",
            "unit",
            "member__person",
            "replaces__community",
            "passed_from__community",
        ),
        uid=uid,
    )
    return report_in


def _tells_phone(report_in: ReportIn) -> bool:
    """Whether the number may be shown to whoever decides: the member gave it by reporting in.

    Never from the desk: who enters a number of somebody there would learn how to reach them.
    """
    return report_in.state == ReportInState.SUBMITTED and not report_in.channel


def _page(
    request: HttpRequest, by: Actor, report_in: ReportIn, *, phone: str = "", **forms: Any
) -> HttpResponse:
    is_waiting = report_in.state == ReportInState.SUBMITTED
    is_standing = report_in.state == ReportInState.CONFIRMED
    may_decide = may(by, "report_in.decide", report_in)
    renews = renewal_due(report_in, today()) if is_standing else None
    # A member in sight may be opened; one who has not been confirmed here is not yet.
    opened = (
        PartyMember.objects.visible_to(by.scope).filter(pk=report_in.member_id).exists()
        and by.scope.column != "member"
    )
    context = {
        "report_in": report_in,
        "is_waiting": is_waiting,
        "may_decide": may_decide and is_waiting,
        "may_place": may_decide and is_standing,
        "still_waiting": ReportIn.objects.reached(by.scope, "report_in.decide").waiting().count()
        if may_decide and not is_waiting
        else 0,
        "may_end": is_standing and may(by, "report_in.end", report_in),
        "may_open": opened,
        "is_own": by.scope.column == "member",
        "may_call": may_decide and _tells_phone(report_in) and may(by, "member.phone", report_in),
        "phone": phone,
        "confirm_form": ConfirmForm(
            by=by,
            community=report_in.community,
            initial={"grid": report_in.grid, "team": report_in.team},
        ),
        "return_form": ReturnForm(),
        "pass_form": PassOnForm(
            communities=communities_for(near=(report_in.community,)).exclude(
                pk=report_in.community_id
            )
        )
        if may_decide and is_waiting
        else None,
        "moving_to": moving_from(report_in) if is_standing else None,
        "may_move": is_standing and may(by, "report_in.end", report_in),
        "renews": renews,
        "renew_form": RenewForm(area=report_in.community)
        if renews and by.scope.is_area and may(by, "report_in.renew", report_in)
        else None,
        "renewals": list(report_in.renewals.visible_to(by.scope)),
        "letter": RecommendationLetter.objects.visible_to(by.scope)
        .filter(report_in=report_in)
        .first(),
        "end_form": EndReportInForm(area=report_in.community, is_own=by.scope.column == "member"),
        "channel": word(report_in.community, "proxy.channel", report_in.channel)
        if report_in.channel
        else "",
        "end_reason": word(report_in.community, "report_in.end_reason", report_in.end_reason)
        if report_in.end_reason
        else "",
        "history": [
            line.entry()
            for line in history_of(report_in, by.scope)
            if line.kind != "notice.created"  # deciding tells the member: one act, one line
        ],
        **forms,
    }
    return render(request, "members/report_in_detail.html", context, status=422 if forms else 200)


@require_GET
def report_in_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one report-in: what was said, and what can be done."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def report_in_phone(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the number of somebody who has reported in, to ask where they live; who looked is written down."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "member.phone", report_in)
    if not _tells_phone(report_in):
        raise Http404
    phone = reveal_phone(report_in.member, by=by)
    if wants_fragment(request):
        return render(request, "members/_phone.html", {"phone": phone})
    return _page(request, by, report_in, phone=phone)


@require_POST
def report_in_confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a member in, or place one who has been taken in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.decide", report_in)
    form = ConfirmForm(request.POST, by=by, community=report_in.community)
    if form.is_valid():
        grid = form.cleaned_data.get("grid")
        # Without teams on the form, the one that stands stays.
        team = form.cleaned_data.get("team") if "team" in form.fields else report_in.team
        is_placed = report_in.state == ReportInState.CONFIRMED
        try:
            if is_placed:
                place_report_in(report_in, grid=grid, team=team, by=by)
            else:
                confirm_report_in(report_in, grid=grid, team=team, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已编入。")
                if is_placed
                else _("已确认%(name)s的报到，并通知本人。") % {"name": report_in.stated_name},
            )
            return redirect(report_in)
    return _page(request, by, report_in, confirm_form=form)


@require_POST
def report_ins_confirm(request: HttpRequest) -> HttpResponse:
    """Take in all that have been picked."""
    by = actor_of(request)
    require(by, "report_in.decide")
    picked = ReportIn.objects.reached(by.scope, "report_in.decide").filter(
        uid__in=uids_of(request.POST.getlist("selected"))
    )
    form = _placing(by, request.POST)
    if form is not None and not form.is_valid():
        return _waiting_page(request, by, form, request.POST.getlist("selected"))
    placing = form.cleaned_data if form is not None else {}
    done, left = 0, []
    for report_in in picked.select_related("community", "member__person"):
        try:
            confirm_report_in(report_in, by=by, **placing)
        except ValidationError as refused:
            left.append(f"{report_in.stated_name}：{' '.join(refused.messages)}")
        else:
            done += 1
    if done:
        messages.success(request, _("已确认%(count)d名党员报到。") % {"count": done})
    for sentence in left:
        messages.warning(request, sentence)
    if not done and not left:
        messages.warning(request, _("请先勾选要确认的人。"))
    return redirect("members:report-in-list")


@require_POST
def report_in_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a report-in back."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.decide", report_in)
    form = ReturnForm(request.POST)
    if goes_through(form, return_report_in, report_in, by=by):
        messages.success(request, _("已退回。"))
        return redirect("members:report-in-list")
    return _page(request, by, report_in, return_form=form)


@require_POST
def report_in_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a standing report-in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.end", report_in)
    form = EndReportInForm(
        request.POST, area=report_in.community, is_own=by.scope.column == "member"
    )
    if goes_through(form, end_report_in, report_in, by=by):
        messages.success(request, _("已注销报到，服务记录保留。"))
        if by.scope.column == "member":
            return redirect("members:my-report-in")
        return redirect("members:member-list")
    return _page(request, by, report_in, end_form=form)


@require_POST
def report_in_pass_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Pass a report-in on to the community where the member lives."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.decide", report_in)
    near = communities_for(
        near=(report_in.community,), chosen=request.POST.get("community", "")
    ).exclude(pk=report_in.community_id)
    form = PassOnForm(request.POST, communities=near)
    if goes_through(form, pass_on_report_in, report_in, by=by):
        messages.success(
            request,
            _("已转交%(community)s，本人会收到通知。")
            % {"community": form.cleaned_data["community"]},
        )
        return redirect("members:report-in-list")
    return _page(request, by, report_in, pass_form=form)


@require_http_methods(["GET", "POST"])
def report_in_move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A member has moved house: the new community is asked to take them in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.end", report_in)
    is_own = by.scope.column == "member"
    near = communities_for(
        near=(report_in.community,),
        text=request.GET.get("find", ""),
        chosen=request.POST.get("community", ""),
    ).exclude(pk=report_in.community_id)
    form = MoveForm(
        request.POST or None,
        communities=near,
        area=report_in.community,
        by_proxy=not is_own,
    )
    if goes_through(form, move_report_in, report_in, by=by):
        messages.success(
            request,
            _("已提出转到%(community)s，等新社区确认；确认前原报到不变。")
            % {"community": form.cleaned_data["community"]},
        )
        return redirect("members:my-report-in" if is_own else report_in)
    return render(
        request,
        "members/report_in_move.html",
        {
            "report_in": report_in,
            "form": form,
            **found_communities(request),
            "is_own": is_own,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def report_in_renew(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters a renewal that it heard of by telephone, chat, paper or in person."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.renew", report_in)
    if not by.scope.is_area:
        # A member renews on their own page.
        raise Http404
    form = RenewForm(request.POST, area=report_in.community)
    if goes_through(form, renew_report_in, report_in, by=by):
        messages.success(request, _("已代录续报。"))
        return redirect(report_in)
    return _page(request, by, report_in, renew_form=form)


def _renewing_here(by: Actor) -> tuple[Area, QuerySet[ReportIn]]:
    """Return the community and who has not said again that they take part here."""
    area = area_of(by)
    if area is None or area.level != Level.COMMUNITY:
        raise Http404
    return area, renewals_missing(ReportIn.objects.visible_to(by.scope), area, today())


@require_GET
def renewal_list(request: HttpRequest) -> HttpResponse:
    """List who has not renewed yet, so that what came by telephone or on a list is entered at once."""
    by = actor_of(request)
    require(by, "report_in.decide")
    area, _rows = _renewing_here(by)
    return _renewals(request, by, RenewForm(area=area))


def _renewals(request: HttpRequest, by: Actor, form: RenewForm) -> HttpResponse:
    area, rows = _renewing_here(by)
    filter_form = RenewalFilterForm(request.GET, auto_id="filter_%s")
    words = filter_form.cleaned_data["q"].strip() if filter_form.is_valid() else ""
    if words:
        rows = rows.filter(Q(stated_name__icontains=words) | Q(unit_name__icontains=words))
    page = keyset_page(
        rows.select_related("grid", "member__person"),
        order=("member__person__sort", "member__person__name", "pk"),
        params=request.GET,
    )
    kind = PERIOD_KINDS.get(parameter(area, "report_in.renewal"))
    return render(
        request,
        "members/renewal_list.html",
        {
            "form": form,
            "filter_form": filter_form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "picked": set(request.POST.getlist("selected")),
            "is_narrowed": bool(words),
            "period": Period.of(today(), kind) if kind else None,
            "may_renew": may(by, "report_in.renew"),
            "may_call": may(by, "member.phone"),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def renewals_enter(request: HttpRequest) -> HttpResponse:
    """Enter the renewals of all that have been picked, with how the community heard of them."""
    by = actor_of(request)
    require(by, "report_in.renew")
    area, _rows = _renewing_here(by)
    form = RenewForm(request.POST, area=area)
    picked = list(
        ReportIn.objects.reached(by.scope, "report_in.renew")
        .filter(uid__in=uids_of(request.POST.getlist("selected")))
        .select_related("community", "member__person")
    )
    if not picked:
        form.add_error(None, _("请先勾选已经告知续报的人。"))
    if not form.is_valid():
        return _renewals(request, by, form)
    done = 0
    for report_in in picked:
        try:
            renew_report_in(report_in, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, f"{report_in.stated_name}：{' '.join(refused.messages)}")
        else:
            done += 1
    if done:
        messages.success(request, _("已代录%(count)d人续报。") % {"count": done})
    return redirect("members:renewal-list")
