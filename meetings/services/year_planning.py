"""Planning a year's meetings in one press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from meetings.enums import EventKind, MeetingState
from meetings.exceptions import CouncilHasEnded, YearPlanChanged
from meetings.models import Council, Meeting
from meetings.services.planning import plan_meeting
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import Period


@dataclass(frozen=True)
class YearWish:
    """The meeting wished for one period."""

    period: Period
    theme: str
    starts_at: datetime


@transaction.atomic
def plan_year(
    council: Council, *, wishes: Iterable[YearWish], by: Actor, **values: Any
) -> list[Meeting]:
    """Plan the meetings of a year's periods, all or none; a period that has one is not planned again."""
    # The council's row is the lock: of two pressing at once, the second sees the first's meetings.
    council = (
        Council.objects.select_for_update(of=("self",))
        .select_related("area", "convener")
        .get(pk=council.pk)
    )
    if council.ended_on is not None:
        raise CouncilHasEnded
    wanted = list(wishes)
    taken = Meeting.objects.filter(
        council=council,
        is_extraordinary=False,
        period__in=[str(wish.period) for wish in wanted],
    ).exclude(state=MeetingState.CANCELLED)
    if taken.exists():
        raise YearPlanChanged
    meetings = [
        plan_meeting(
            council,
            theme=wish.theme,
            starts_at=wish.starts_at,
            period=wish.period,
            by=by,
            **values,
        )
        for wish in wanted
    ]
    if meetings:
        record_event(
            EventKind.MEETING_YEAR_PLANNED,
            target=council,
            by=by,
            changes={"meetings": len(meetings)},
        )
    return meetings
