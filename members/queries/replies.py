"""What a community can say of a member from its record, when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from members.enums import ReportInState
from members.models import Feedback, FeedbackRequest, PartyMember, ReportIn
from members.queries.facts import facts_of
from partybuild.areas.models import Area
from partybuild.calendar import Period, today

REPLY_DUTY = "feedback_request.answer"
RECEIVE_DUTY = "feedback_request.acknowledge"


def _stood(start: date, end: date) -> Q:
    return Q(
        state__in=(ReportInState.CONFIRMED, ReportInState.ENDED),
        decided_on__isnull=False,
        submitted_on__lte=end,
    ) & (Q(ended_on=None) | Q(ended_on__gte=start))


def communities_to_ask(member: PartyMember, start: date, end: date) -> QuerySet[Area]:
    """Return the communities at which a member stood reported in between two days."""
    rows = ReportIn.objects.filter(_stood(start, end), member=member)
    found: QuerySet[Area] = Area.objects.filter(pk__in=rows.order_by().values("community"))
    return found.order_by("path")


def years_between(start: date, end: date) -> Iterator[Period]:
    """Return the years from one day's to another's."""
    year = Period.of(start, "year")
    while year.start <= end:
        yield year
        year = year.next()


def reply_record(asked: FeedbackRequest) -> dict[str, Any]:
    """Return the snapshot of a reply: report-ins, each year's service and posts, feedback sent before.

    {as_of, times, hours, claims, completed, report_ins: [{reported_on, ended_on, grid}],
    years: [{label, times, hours, claims, completed, pledges}], feedbacks: [{label, grade, is_disputed}]}.
    """
    member, community = asked.member, asked.community
    report_ins = (
        ReportIn.objects.filter(
            _stood(asked.since, asked.until), member=member, community=community
        )
        .select_related("grid")
        .order_by("submitted_on", "id")
    )
    years = []
    for year in years_between(asked.since, asked.until):
        facts = facts_of(member, community, year).as_json()
        keys = ("times", "hours", "claims", "completed", "pledges")
        years.append({"label": year.label, **{key: facts[key] for key in keys}})
    return {
        # The running year is told up to the day of the signature.
        "as_of": today().isoformat(),
        "times": sum(year["times"] for year in years),
        "hours": str(sum((Decimal(year["hours"]) for year in years), Decimal(0))),
        "claims": sum(year["claims"] for year in years),
        "completed": sum(year["completed"] for year in years),
        "report_ins": [
            {
                "reported_on": each.stands_since.isoformat(),
                "ended_on": each.ended_on.isoformat() if each.ended_on else "",
                "grid": each.grid.name if each.grid else "",
            }
            for each in report_ins
        ],
        "years": years,
        "feedbacks": earlier_feedback(asked),
    }


def earlier_feedback(asked: FeedbackRequest) -> list[dict[str, Any]]:
    """Return the grades of the feedback that stands for the span, and whether the member disputes one."""
    periods = {str(year)[:4] for year in years_between(asked.since, asked.until)}
    rows = (
        Feedback.objects.sent()
        .filter(member=asked.member, community=asked.community)
        .prefetch_related("objections")
        .order_by("period", "id")
    )
    return [
        {
            "label": row.period_label,
            "grade": str(row.get_grade_display()),
            "is_disputed": any(objection.is_open for objection in row.objections.all()),
        }
        for row in rows
        if row.period[:4] in periods
    ]
