"""How dates and times are written, in messages as on pages."""

from datetime import date, datetime, time
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
    """2026年3月5日, without the weekday."""
    local = _local(day)
    if not local:
        return ""
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": local.year,
        "month": local.month,
        "day": local.day,
    }


def time_cn(moment: datetime | time | None) -> str:
    """14:30."""
    moment = _local(moment)
    return f"{moment:%H:%M}" if moment is not None else ""


def datetime_cn(moment: datetime | None) -> str:
    """2026年3月5日（星期四）14:30."""
    return f"{date_cn(moment)}{time_cn(moment)}" if moment else ""
