"""Totals of what communities tell units, with small groups of persons left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from members.enums import SummaryState
from members.models.summary import ServiceSummaryQuerySet

# Groups of persons smaller than this are not shown where only totals are.
SMALLEST_TOTAL = 3


@dataclass
class FeedbackTotal:
    """One community's line."""

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
    def is_small(self) -> bool:
        """Whether those who served, reported in, or did neither are one or two persons."""
        numbers = (
            self.reported_in_count,
            self.served_count,
            abs(self.reported_in_count - self.served_count),
        )
        return any(0 < number < SMALLEST_TOTAL for number in numbers)


def feedback_totals(rows: ServiceSummaryQuerySet) -> list[FeedbackTotal]:
    """Return a line per community, small ones marked, and beside a single one its smallest neighbour."""
    found = [
        FeedbackTotal(**each)
        for each in rows.order_by()
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
    ]
    _suppress(found)
    return found


def _suppress(lines: Iterable[FeedbackTotal]) -> None:
    by_street: dict[int | None, list[FeedbackTotal]] = defaultdict(list)
    for line in lines:
        line.is_suppressed = line.is_small
        by_street[line.street_id].append(line)
    for each in by_street.values():
        small = [line for line in each if line.is_suppressed]
        others = [line for line in each if not line.is_suppressed and line.served_count]
        if len(small) == 1 and others:
            # One gap beside a street's total elsewhere is no gap.
            min(others, key=lambda line: line.served_count).is_suppressed = True
