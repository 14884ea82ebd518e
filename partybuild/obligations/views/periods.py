"""Closing quarters: the list, one street's quarter, closing it, asking to open it again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.forms import AskForm
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.areas.models import Area
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.refusals import put_on
from partybuild.obligations.forms import ClosePeriodForm
from partybuild.obligations.models import ClosedPeriod
from partybuild.obligations.queries.periods import closed_of, filed_after_closing, open_in
from partybuild.obligations.services import close_period

_SHOWN = 4


def _streets(by: Actor) -> Any:
    return Area.objects.reached(by.scope, "period.close").filter(level=Level.STREET).current()


class PeriodListView(View):
    """Which quarters of which streets are closed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the last quarters of every street in one's area."""
        by = actor_of(request)
        require(by, "period.close")
        streets = list(_streets(by).order_by("sort", "code", "id"))
        period = Period.of(today())
        periods = []
        for _number in range(_SHOWN):
            period = period.previous()
            periods.append(period)
        closed = closed_of(streets, periods)
        context = {
            "periods": periods,
            "rows": [
                (
                    street,
                    [(each, closed.get((street.pk, str(each)))) for each in periods],
                )
                for street in streets
            ],
            "done": sum((street.pk, str(periods[0])) in closed for street in streets),
        }
        return render(request, "obligations/period_list.html", context)


def _found(by: Actor, uid: uuid.UUID, text: str) -> tuple[Area, Period, ClosedPeriod | None]:
    require(by, "period.close")
    street = get_object_or_404(_streets(by), uid=uid)
    try:
        period = Period.parse(text)
    except ValueError as fault:
        raise Http404 from fault
    if period.kind != "quarter":
        raise Http404
    closed = (
        ClosedPeriod.objects.visible_to(by.scope)
        .standing()
        .filter(area=street, period=str(period))
        .first()
    )
    return street, period, closed


class PeriodDetailView(View):
    """One street's quarter: what is open, and the button that closes it."""

    def get(self, request: HttpRequest, uid: uuid.UUID, period: str) -> HttpResponse:
        """Show the quarter."""
        by = actor_of(request)
        return _page(request, by, _found(by, uid, period), ClosePeriodForm(), AskForm())


def _page(
    request: HttpRequest,
    by: Actor,
    found: tuple[Area, Period, ClosedPeriod | None],
    form: ClosePeriodForm,
    ask: AskForm,
) -> HttpResponse:
    street, period, closed = found
    lines = open_in(street, period, today())
    unpaid = sum(line.unpaid for line in lines)
    context = {
        "street": street,
        "period": period,
        "closed": closed,
        "state": _sentence(period, closed, unpaid),
        "is_over": today() > period.end,
        "lines": lines,
        "unpaid": unpaid,
        "not_due": any(line.last is not None and line.last >= today() for line in lines),
        "late": filed_after_closing(closed) if closed is not None else 0,
        "form": form,
        "ask": ask,
        "may_reopen": closed is not None and may(by, "period.reopen", closed),
        "asked": approvals_about(closed, by, "period.reopen") if closed is not None else [],
        "earlier": list(
            ClosedPeriod.objects.visible_to(by.scope)
            .filter(area=street, period=str(period), reopened_at__isnull=False)
            .order_by("-id")
        ),
        "history": [
            line.entry() for line in (history_of(closed, by.scope) if closed is not None else [])
        ],
    }
    status = 422 if form.is_bound or ask.is_bound else 200
    return render(request, "obligations/period_detail.html", context, status=status)


def _sentence(period: Period, closed: ClosedPeriod | None, unpaid: int) -> str:
    if closed is not None:
        return _("已关账，数据不再变动")
    if today() <= period.end:
        return _("本季度还没有结束")
    if unpaid:
        return _("还没有关账，有%(count)d项没有办结") % {"count": unpaid}
    return _("还没有关账，应办事项已全部办结")


@require_POST
def period_close(request: HttpRequest, uid: uuid.UUID, period: str) -> HttpResponse:
    """Close a street's quarter."""
    by = actor_of(request)
    street, quarter, closed = _found(by, uid, period)
    require(by, "period.close", target=street)
    form = ClosePeriodForm(request.POST)
    if form.is_valid():
        try:
            done = close_period(street, period=quarter, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("%(period)s已关账。以后补办的事项照常办结，注明逾期，不改变已关账的数据。")
                % {"period": quarter.label},
            )
            return redirect(done)
    return _page(request, by, (street, quarter, closed), form, AskForm())


@require_POST
def period_reopen(request: HttpRequest, uid: uuid.UUID, period: str) -> HttpResponse:
    """Ask another person to open a closed quarter again."""
    by = actor_of(request)
    street, quarter, closed = _found(by, uid, period)
    if closed is None:
        raise Http404
    require(by, "period.reopen", target=closed)
    ask = AskForm(request.POST)
    if ask.is_valid():
        try:
            approval = request_approval(
                "period.reopen", target=closed, payload={}, by=by, **ask.cleaned_data
            )
        except ValidationError as refused:
            put_on(ask, refused)
        else:
            messages.success(request, _("已提出申请，他人审批同意后才会重新打开。"))
            return redirect(approval)
    return _page(request, by, (street, quarter, closed), ClosePeriodForm(), ask)


__all__ = ("PeriodDetailView", "PeriodListView", "period_close", "period_reopen")
