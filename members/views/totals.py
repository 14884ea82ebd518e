"""Totals of feedback without names: of communities for those above, of a unit for itself."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from members.forms.totals import TotalsForm, YearForm
from members.models import Feedback, ServiceSummary
from members.queries.grade_totals import grade_totals
from members.queries.totals import feedback_totals, held_back_totals
from members.queries.unit_years import unit_year
from partybuild.access import may, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar.periods import QUARTER
from partybuild.fields.queries import own_query
from units.views.scope import own_unit


@require_GET
def feedback_total_list(request: HttpRequest) -> HttpResponse:
    """What communities sent and units acknowledged and used in a period: figures, no names."""
    by = actor_of(request)
    require(by, "feedback.totals")
    if not by.scope.is_area:
        # A unit's totals are its year.
        raise Http404
    form = TotalsForm(own_query(request, TotalsForm))
    period = form.chosen()
    key = "feedback.totals"
    held = held_back_totals(period, by.scope)
    summaries = ServiceSummary.objects.reached(by.scope, key).filter(period=str(period))
    forms = Feedback.objects.reached(by.scope, key).filter(period=str(period))
    return render(
        request,
        "members/feedback_totals.html",
        {
            "form": form,
            "period": period,
            "is_quarter": period.kind == QUARTER,
            "summaries": feedback_totals(summaries, withheld=held.summaries)
            if period.kind == QUARTER
            else [],
            "lines": grade_totals(forms, withheld=held.forms),
            "may_open": may(by, "feedback.view"),
        },
    )


@require_GET
def unit_year_detail(request: HttpRequest) -> HttpResponse:
    """A unit's year on one page: what it got, and how it used it."""
    by = actor_of(request)
    require(by, "feedback.totals")
    unit = own_unit(by)
    form = YearForm(own_query(request, YearForm))
    year = unit_year(unit, form.chosen(), by.scope)
    return render(
        request,
        "members/unit_year.html",
        {
            "form": form,
            "unit": unit,
            "year": year,
            "sums": year.totals,
            "may_read": may(by, "feedback.view"),
            "may_use": may(by, "feedback.use"),
        },
    )
