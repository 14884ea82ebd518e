"""Which table of statistics, which card."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.periods import PeriodForm
from partybuild.calendar import Period, today
from partybuild.calendar.periods import HALF, MONTH, QUARTER, YEAR


def period_choices() -> list[tuple[Any, Any]]:
    """Return the periods that one asks for: this and the last ones of each length."""

    def last(kind: str, number: int) -> list[tuple[str, str]]:
        found = [Period.of(today(), kind)]
        while len(found) < number:
            found.append(found[-1].previous())
        return [(str(each), each.label) for each in found]

    return [
        (_("季度"), last(QUARTER, 8)),
        (_("半年"), last(HALF, 4)),
        (_("年"), last(YEAR, 3)),
        (_("月"), last(MONTH, 12)),
    ]


class RecordPeriodForm(PeriodForm):
    """A period of the record; first the one that is running."""

    sentence: Any = _("显示{period}的记录")

    def __init__(self, *args: Any, kind: str = QUARTER, **kwargs: Any) -> None:
        super().__init__(*args, periods=period_choices(), first=Period.of(today(), kind), **kwargs)


class StatisticsForm(RecordPeriodForm):
    """A period, and what is looked at of what one sees."""

    community = forms.ChoiceField(label=_("社区"), required=False)
    unit = forms.ChoiceField(label=_("单位"), required=False)

    def __init__(
        self,
        *args: Any,
        communities: list[tuple[str, str]] | None,
        units: list[tuple[str, str]] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows, every in (
            ("community", communities, _("全部社区")),
            ("unit", units, _("全部单位")),
        ):
            if rows is None:
                del self.fields[name]
            else:
                self.fields[name].choices = [("", every), *rows]  # type: ignore[attr-defined]
        self.sentence = (
            _("显示{period}")
            + "".join("{" + name + "}" for name in ("community", "unit") if name in self.fields)
            + _("的活动情况")
        )
