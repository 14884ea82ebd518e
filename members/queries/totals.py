"""Totals of what communities tell units, with small groups of persons left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from members.enums import SummaryState
from members.models.summary import ServiceSummaryQuerySet
from partybuild.access import Scope
from partybuild.calendar import Period
from partybuild.calendar.periods import QUARTER
from partybuild.indicators.queries import Cell, held_back, held_together

# The dashboards' figures of the same persons and of what they did.
_OF_SUMMARIES = ("member.reported_in", "service.participation", "service.times", "service.hours")
# The dashboards' figure of each column of the forms.
_OF_FORMS = {
    "sent": "feedback.sent",
    "acknowledged": "feedback.acknowledged",
    "used": "feedback.used",
}


@dataclass
class FeedbackTotal:
    """One community's line.

    `sent` and `acknowledged` count papers, one to each unit, and say nothing of persons: they are always given.
    """

    community_uid: Any
    community_name: str
    street_id: int | None
    sent: int
    acknowledged: int
    reported_in_count: int
    served_count: int
    times: int
    hours: Decimal
    is_suppressed: bool = False

    @property
    def cell(self) -> Cell:
        """Who served among who reported in; some serve without having reported in."""
        apart = abs(self.reported_in_count - self.served_count)
        return Cell(self.served_count, self.reported_in_count, people=(None, None, apart))


@dataclass(frozen=True)
class HeldBack:
    """The communities whose lines would give the dashboards away; of the forms by column."""

    summaries: frozenset[int]
    forms: Mapping[str, frozenset[int]]


def held_back_totals(period: Period, scope: Scope) -> HeldBack:
    """Return of which communities the dashboards hold back what the totals of feedback tell."""
    told = (*_OF_SUMMARIES, *_OF_FORMS.values())
    # The dashboards count the forms of a year or half with the quarter in which it ends.
    hidden = held_back(told, Period.of(period.end, QUARTER), scope)
    return HeldBack(
        frozenset(area for area, keys in hidden.items() if not keys.isdisjoint(_OF_SUMMARIES)),
        {
            column: frozenset(area for area, keys in hidden.items() if key in keys)
            for column, key in _OF_FORMS.items()
        },
    )


def feedback_totals(
    rows: ServiceSummaryQuerySet, *, withheld: Collection[int] = ()
) -> list[FeedbackTotal]:
    """Return a line per community, marked where it is small or would tell what a neighbour holds back.

    `withheld`: communities of which the dashboards do not say how many reported in or served.
    """
    counted = (
        rows.order_by()
        .values("community_id")
        .annotate(
            sent=Count("pk"),
            acknowledged=Count("pk", filter=Q(state=SummaryState.ACKNOWLEDGED)),
            people=Sum("reported_in_count"),
            active=Sum("served_count"),
            all_times=Sum("times"),
            all_hours=Sum("hours"),
        )
        .order_by("community__path")
        .values(
            "community_id",
            "sent",
            "acknowledged",
            community_uid=F("community__uid"),
            community_name=F("community__name"),
            street_id=F("community__parent"),
            reported_in_count=F("people"),
            served_count=F("active"),
            times=F("all_times"),
            hours=F("all_hours"),
        )
    )
    found = [
        FeedbackTotal(is_suppressed=row.pop("community_id") in withheld, **row) for row in counted
    ]
    _suppress(found)
    return found


def _suppress(lines: Iterable[FeedbackTotal]) -> None:
    by_street: dict[int | None, list[FeedbackTotal]] = defaultdict(list)
    for line in lines:
        by_street[line.street_id].append(line)
    for each in by_street.values():
        # A street's total stands elsewhere.
        held = {at for at, line in enumerate(each) if line.is_suppressed}
        for at in held_together({at: line.cell for at, line in enumerate(each)}, held):
            each[at].is_suppressed = True
