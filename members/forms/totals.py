"""Choosing the period of totals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.forms.periods import PeriodForm
from partybuild.calendar import Period, today
from partybuild.calendar.periods import HALF, QUARTER, YEAR

_YEARS = 3


class TotalsForm(PeriodForm):
    """Years, half-years and quarters that have begun, the newest first; first the quarter before."""

    sentence = _("显示{period}的反馈合计")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        day = today()
        periods = [
            period
            for year in range(day.year, day.year - _YEARS, -1)
            for kind, last in ((YEAR, 1), (HALF, 2), (QUARTER, 4))
            for number in range(last, 0, -1)
            if (period := Period(year, kind, number)).start <= day
        ]
        super().__init__(*args, periods=periods, first=Period.of(day).previous(), **kwargs)


class YearForm(PeriodForm):
    """The last years; in the first quarter the one before stands first: then its feedback arrives."""

    sentence = _("显示{period}")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        day = today()
        periods = [Period(year, YEAR) for year in range(day.year, day.year - _YEARS - 1, -1)]
        year = Period.of(day, YEAR)
        first = year if day.month > 3 else year.previous()
        super().__init__(*args, periods=periods, first=first, **kwargs)
