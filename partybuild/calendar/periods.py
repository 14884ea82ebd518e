"""A period as a value: 2026, 2026H1, 2026Q1 or 2026-03."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering

from django.utils.translation import gettext as _

_FORM = re.compile(r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>\d{2}))?")
_ORDINALS = "一二三四"
YEAR, HALF, QUARTER, MONTH = "year", "half", "quarter", "month"
_LENGTHS = {YEAR: 12, HALF: 6, QUARTER: 3, MONTH: 1}


@total_ordering
@dataclass(frozen=True)
class Period:
    """A year, half-year, quarter or month of the Shanghai calendar."""

    year: int
    kind: str
    number: int = 1

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read "2026", "2026H1", "2026Q1" or "2026-03"; ValueError for anything else."""
        match = _FORM.fullmatch(text or "")
        if not match:
            raise ValueError(f"not a period: {text!r}")
        year = int(match["year"])
        if match["half"]:
            return cls(year, HALF, int(match["half"]))
        if match["quarter"]:
            return cls(year, QUARTER, int(match["quarter"]))
        if match["month"]:
            if not 1 <= int(match["month"]) <= 12:
                raise ValueError(f"not a month: {text!r}")
            return cls(year, MONTH, int(match["month"]))
        return cls(year, YEAR)

    @classmethod
    def of(cls, day: date, kind: str = QUARTER) -> Period:
        """Return the period of a kind in which a day lies."""
        return cls(day.year, kind, (day.month - 1) // _LENGTHS[kind] + 1)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _LENGTHS[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.next().start - timedelta(days=1)

    def next(self) -> Period:
        """The period after this one."""
        if self.number == 12 // _LENGTHS[self.kind]:
            return Period(self.year + 1, self.kind, 1)
        return Period(self.year, self.kind, self.number + 1)

    def previous(self) -> Period:
        """The period before this one."""
        if self.number == 1:
            return Period(self.year - 1, self.kind, 12 // _LENGTHS[self.kind])
        return Period(self.year, self.kind, self.number - 1)

    @property
    def label(self) -> str:
        """2026年, 2026年上半年, 2026年第一季度 or 2026年3月."""
        if self.kind == YEAR:
            return _("%(year)d年") % {"year": self.year}
        if self.kind == HALF:
            half = _("上半年") if self.number == 1 else _("下半年")
            return _("%(year)d年%(half)s") % {"year": self.year, "half": half}
        if self.kind == QUARTER:
            return _("%(year)d年第%(quarter)s季度") % {
                "year": self.year,
                "quarter": _ORDINALS[self.number - 1],
            }
        return _("%(year)d年%(month)d月") % {"year": self.year, "month": self.number}

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __lt__(self, other: Period) -> bool:
        return (self.start, _LENGTHS[self.kind]) < (other.start, _LENGTHS[other.kind])

    def __str__(self) -> str:
        if self.kind == YEAR:
            return f"{self.year}"
        if self.kind == HALF:
            return f"{self.year}H{self.number}"
        if self.kind == QUARTER:
            return f"{self.year}Q{self.number}"
        return f"{self.year}-{self.number:02d}"
