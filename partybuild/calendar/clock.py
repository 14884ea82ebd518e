"""The one business clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import DateTimeField, Func
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Now(Func):
    """(SELECT app_now()) in a query: as a subselect the planner computes it once."""

    template = "(SELECT app_now())"
    output_field = DateTimeField()


class DefaultNow(Func):
    """app_now() as a column's default, where a subselect is not allowed."""

    function = "app_now"
    output_field = DateTimeField()


def now() -> datetime:
    """Return the business time, aware: the database's clock, moved only in a play database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now()")
        return timezone.localtime(cursor.fetchone()[0], SHANGHAI)


def today() -> date:
    """Return the business date in Shanghai."""
    return now().date()


def set_play_clock(moment: datetime) -> None:
    """Move the clock of a play or test database; an ordinary app role has no right to."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM business_clock")
        cursor.execute(
            "INSERT INTO business_clock (clock_offset) VALUES (%s - clock_timestamp())", [moment]
        )
