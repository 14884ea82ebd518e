"""Business time: the database's clock, periods computed from the Shanghai date, working days."""

from partybuild.calendar.clock import SHANGHAI, now, today
from partybuild.calendar.periods import Period
from partybuild.calendar.working_days import (
    add_working_days,
    is_working_day,
    last_working_day,
    working_days_between,
)

__all__ = (
    "SHANGHAI",
    "Period",
    "add_working_days",
    "is_working_day",
    "last_working_day",
    "now",
    "today",
    "working_days_between",
)
