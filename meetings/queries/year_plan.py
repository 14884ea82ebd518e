"""The year's meetings of a council: which periods there are, what stands, which days suit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from meetings.enums import MeetingState
from meetings.models import Council, Meeting
from meetings.queries.charter import Charter, charter_of
from partybuild.calendar import Period, add_working_days, is_working_day
from partybuild.calendar.periods import HALF, MONTH, YEAR

# Where no meeting was held yet: the second Thursday.
USUAL_WEEKDAY = 3
USUAL_WEEK = 2
# Between the last day for the notice and today, so that nobody has to hurry.
SPARE_DAYS = 2


@dataclass(frozen=True)
class YearLine:
    """One period of the year: its meeting where one stands, else a day that suits."""

    period: Period
    meeting: Meeting | None
    day: date | None

    @property
    def is_open(self) -> bool:
        """Whether a meeting can still be planned for the period."""
        return self.meeting is None and self.day is not None


def periods_of_year(charter: Charter, year: int) -> list[Period]:
    """Return the periods of a year in which the council meets once."""
    period = Period.of(date(year, 1, 1), charter.period_kind)
    found = []
    while period.start in Period(year, YEAR):
        found.append(period)
        period = period.next()
    return found


def year_lines(council: Council, year: int, today: date) -> list[YearLine]:
    """Return the year period by period; extraordinary and cancelled meetings do not count."""
    charter = charter_of(council)
    periods = periods_of_year(charter, year)
    standing: dict[str, Meeting] = {}
    rows = (
        Meeting.objects.filter(
            council=council, is_extraordinary=False, period__in=[str(each) for each in periods]
        )
        .exclude(state=MeetingState.CANCELLED)
        .order_by("starts_at")
    )
    for row in rows:
        standing.setdefault(row.period, row)
    habit = _habit(council)
    return [
        YearLine(
            period=period,
            meeting=standing.get(str(period)),
            day=proposed_day(charter, period, today, habit),
        )
        for period in periods
    ]


def _habit(council: Council) -> tuple[int, int]:
    """Return weekday and week of the month of the last meeting held."""
    last = council.meetings.held().order_by("-held_on").first()
    if last is None or last.held_on is None:
        return USUAL_WEEKDAY, USUAL_WEEK
    return last.held_on.weekday(), min((last.held_on.day - 1) // 7 + 1, 4)


def proposed_day(
    charter: Charter, period: Period, today: date, habit: tuple[int, int]
) -> date | None:
    """Return a working day for the period's meeting as it was held before; None once it is too late."""
    month = _month(charter, period)
    weekday, week = habit
    first = month.start
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))
    if not is_working_day(day):
        later, earlier = add_working_days(day, 1), add_working_days(day, -1)
        day = later if later in month else earlier
    soonest = add_working_days(today, charter.notice_lead_days + SPARE_DAYS)
    day = max(day, soonest)
    return day if day <= charter.last_day(period) else None


def _month(charter: Charter, period: Period) -> Period:
    """Return the month of the meeting: the charter's, else the last of the period."""
    if period.kind == MONTH:
        return period
    wanted = [Period(period.year, MONTH, number) for number in charter.months]
    inside = [month for month in wanted if month.start in period]
    if inside and period.kind == HALF:
        return inside[0]
    return Period.of(period.end, MONTH)
