"""How dates, times and hours are written, in messages as on pages and papers."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.calendar.clock import SHANGHAI

WEEKDAYS = "一二三四五六日"


def _local(moment: Any) -> Any:
    if isinstance(moment, str):  # a day frozen in a snapshot
        return date.fromisoformat(moment) if moment else None
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment, SHANGHAI)
    return moment


def date_cn(day: date | datetime | None) -> str:
    """2026年3月5日（星期四）."""
    day = _local(day)
    if not day:
        return ""
    return _("%(year)d年%(month)d月%(day)d日（星期%(weekday)s）") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "weekday": WEEKDAYS[day.weekday()],
    }


def short_date_cn(day: date | datetime | str | None) -> str:
    """2026年3月5日, without the weekday; plain words name it."""
    local = _local(day)
    if not local:
        return ""
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": local.year,
        "month": local.month,
        "day": local.day,
        "weekday": WEEKDAYS[local.weekday()],
    }


def time_cn(moment: datetime | time | str | None) -> str:
    """14:30; what somebody has typed stands as they typed it."""
    if isinstance(moment, str):
        return moment
    moment = _local(moment)
    return f"{moment:%H:%M}" if moment is not None else ""


def datetime_cn(moment: datetime | None) -> str:
    """2026年3月5日（星期四）14:30."""
    return f"{date_cn(moment)}{time_cn(moment)}" if moment else ""


def hours_number(hours: Decimal | float | str | None) -> str:
    """2, 2.5 or 1,387: hours where the unit stands elsewhere; nothing where nothing is known."""
    if hours is None or hours == "":
        return ""
    try:
        # Snapshots keep hours as text: "2.0".
        return f"{Decimal(str(hours)):,.1f}".removesuffix(".0")
    except InvalidOperation:  # what was typed wrongly comes back as it was typed
        return str(hours)


def hours_cn(hours: Decimal | float | str | None) -> str:
    """2小时, 2.5小时; — where nothing is known."""
    number = hours_number(hours)
    return _("%(hours)s小时") % {"hours": number} if number else "—"
