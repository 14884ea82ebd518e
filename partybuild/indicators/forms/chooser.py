"""Which quarter, of which area."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.calendar import Period

# As far back as comparisons go.
QUARTERS = 9


def quarters_until(day: date) -> list[Period]:
    """Return the quarter of a day and those before it, the newest first."""
    found = [Period.of(day)]
    while len(found) < QUARTERS:
        found.append(found[-1].previous())
    return found


class ChoosePeriodForm(forms.Form):
    """The sentence on top of a dashboard."""

    sentence = _("显示 {period} 的情况")
    period = forms.ChoiceField(label=_("季度"), required=False)
    area = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = quarters_until(day)
        self.this = quarters[0]
        self.fields["period"].choices = [(str(each), each.label) for each in quarters]  # type: ignore[attr-defined]
        self.fields["period"].initial = str(self.this)

    def chosen(self) -> Period:
        """Return the quarter asked for, this one for anything else."""
        text = self.cleaned_data.get("period") if self.is_valid() else ""
        return Period.parse(text) if text else self.this
