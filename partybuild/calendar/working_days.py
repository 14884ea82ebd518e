"""Working days by the weekday rule and the table of holidays and make-up days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


def _exceptions(start: date, end: date) -> dict[date, bool]:
    from partybuild.calendar.models import WorkingDay  # models exist only after start-up

    return dict(WorkingDay.objects.filter(day__range=(start, end)).values_list("day", "is_working"))


def _works(day: date, exceptions: dict[date, bool]) -> bool:
    return exceptions.get(day, day.weekday() < 5)


def is_working_day(day: date) -> bool:
    """Tell whether offices work on a day."""
    return _works(day, _exceptions(day, day))


def add_working_days(day: date, count: int) -> date:
    """Return the day `count` working days after a day (before it, if negative); 0 keeps the day."""
    step = timedelta(days=1 if count >= 0 else -1)
    # Twice the distance and the longest holiday: wide enough for one query.
    reach = timedelta(days=abs(count) * 2 + 30)
    return _moved(day, step, abs(count), _exceptions(day - reach, day + reach))


def _moved(day: date, step: timedelta, left: int, exceptions: dict[date, bool]) -> date:
    while left:
        day += step
        if _works(day, exceptions):
            left -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Count the working days after `start` up to and including `end`; negative if `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    exceptions = _exceptions(start, end)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(_works(day, exceptions) for day in days)


def last_working_day(day: date) -> date:
    """Return the day itself, or the last working day before it."""
    exceptions = _exceptions(day - timedelta(days=30), day)
    while not _works(day, exceptions):
        day -= timedelta(days=1)
    return day


@dataclass(frozen=True)
class WorkingDays:
    """The working days around today, read once for a page that asks about many deadlines."""

    today: date
    exceptions: dict[date, bool]

    @classmethod
    def around_today(cls, reach: int = 400) -> Self:
        """Read today and the exceptions within `reach` days of it."""
        from partybuild.calendar.clock import today as business_today

        day = business_today()
        return cls(day, _exceptions(day - timedelta(days=reach), day + timedelta(days=reach)))

    def until(self, day: date) -> int:
        """Count the working days after today up to and including a day; negative where it is past."""
        if day < self.today:
            return -WorkingDays(day, self.exceptions).until(self.today)
        days = (self.today + timedelta(days=n) for n in range(1, (day - self.today).days + 1))
        return sum(_works(each, self.exceptions) for each in days)

    def add(self, day: date, count: int) -> date:
        """Return what `add_working_days` does, without asking again."""
        step = timedelta(days=1 if count >= 0 else -1)
        return _moved(day, step, abs(count), self.exceptions)
