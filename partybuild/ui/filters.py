"""How dates, hours, periods, numbers and shares are written."""

from decimal import Decimal

from partybuild.calendar import Period
from partybuild.calendar.words import (
    date_cn,
    datetime_cn,
    hours_cn,
    hours_number,
    short_date_cn,
    time_cn,
)
from partybuild.ui.components.library import register
from partybuild.ui.plain import in_plain_words

for written in (date_cn, short_date_cn, time_cn, datetime_cn, hours_cn, hours_number):
    register.filter(written)


register.filter(in_plain_words)


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
