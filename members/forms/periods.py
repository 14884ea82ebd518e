"""Choosing a period: one field, its choices and what stands there at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.calendar import Period


class PeriodForm(forms.Form):
    """One period of those given; nonsense in the address is the one that stands there at first."""

    period = forms.ChoiceField(label=_("期间"), required=False)

    def __init__(
        self, *args: Any, periods: Sequence[Period | tuple[Any, Any]], first: Period, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.first = first
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (str(each), each.label) if isinstance(each, Period) else each for each in periods
        ]
        self.fields["period"].initial = str(first)

    def chosen(self) -> Period:
        """Return the chosen period."""
        text = self.cleaned_data.get("period") if self.is_valid() else ""
        return Period.parse(text) if text else self.first
