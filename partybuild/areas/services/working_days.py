"""Holidays and make-up days: seeded from the published calendar, then the table's own."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.enums import EventKind
from partybuild.audit.services import record_event
from partybuild.calendar.models import WorkingDay

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


def published_exceptions(year: int) -> list[tuple[date, bool, str]]:
    """Return (day, works?, name) for each day of a year that differs from its weekday; [] if unknown."""
    found: list[tuple[date, bool, str]] = []
    day = date(year, 1, 1)
    while day.year == year:
        try:
            works = bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            # The State Council has not published this year in the version installed here.
            return []
        if works != (day.weekday() < 5):
            _holiday, name = chinese_calendar.get_holiday_detail(day)
            word = _NAMES.get(name or "", "")
            found.append((day, works, f"{word}调休上班" if works else word))
        day += timedelta(days=1)
    return found


@transaction.atomic
def seed_working_days(years: range, *, by: Actor) -> int:
    """Enter the published holidays of some years; days that somebody has entered stay as they are."""
    days = [
        WorkingDay(day=day, is_working=works, name=name)
        for year in years
        for day, works, name in published_exceptions(year)
    ]
    before = WorkingDay.objects.count()
    WorkingDay.objects.bulk_create(days, ignore_conflicts=True)
    added = WorkingDay.objects.count() - before
    if added:
        record_event(
            EventKind.WORKING_DAYS_SET, target=None, by=by, changes={"days": [None, added]}
        )
    return added
