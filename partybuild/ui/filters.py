"""How dates, periods, numbers and shares are written."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.calendar import SHANGHAI, Period
from partybuild.ui.components.library import register

WEEKDAYS = "一二三四五六日"


def _local(moment: Any) -> Any:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment, SHANGHAI)
    return moment


@register.filter
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


@register.filter
def short_date_cn(day: date | datetime | None) -> str:
    """2026年3月5日, without the weekday."""
    day = _local(day)
    if not day:
        return ""
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


@register.filter
def time_cn(moment: datetime | time | None) -> str:
    """14:30."""
    moment = _local(moment)
    return f"{moment:%H:%M}" if moment is not None else ""


@register.filter
def datetime_cn(moment: datetime | None) -> str:
    """2026年3月5日（星期四）14:30."""
    return f"{date_cn(moment)}{time_cn(moment)}" if moment else ""


@register.filter
def quarter_cn(period: Period | str | None) -> str:
    """2026年第一季度, from "2026Q1" or a Period of any length."""
    if not period:
        return ""
    return (period if isinstance(period, Period) else Period.parse(period)).label


@register.filter
def count(number: int | Decimal | None, unit: str = "") -> str:
    """1,234人: a number with its unit; — where nothing is known."""
    return "—" if number is None else f"{number:,}{unit}"


@register.filter
def percent(share: float | Decimal | None) -> str:
    """62.5%, from 0.625; — where there is nothing to divide by."""
    if share is None:
        return "—"
    return f"{round(Decimal(str(share)) * 100, 1).normalize():f}%"
