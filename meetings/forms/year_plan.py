"""The form of a year's meetings: a line for each period that has none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from meetings.forms.fields import SHORT, moment
from meetings.queries.charter import Charter
from meetings.queries.year_plan import YearLine
from meetings.services.year_planning import YearWish
from partybuild.ui.filters import short_date_cn


class YearPlanForm(forms.Form):
    """What is the same for all of them, then a theme and a day for each period."""

    starts = forms.TimeField(label=_("开始时间"), widget=forms.TimeInput, initial=time(14, 30))
    place = forms.CharField(
        label=_("地点"), max_length=200, widget=forms.TextInput(attrs={"list": "places"})
    )
    chair_name = forms.CharField(
        label=_("主持人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )
    recorder_name = forms.CharField(
        label=_("记录人"), max_length=50, required=False, widget=forms.TextInput(attrs=SHORT)
    )

    def __init__(
        self,
        *args: Any,
        lines: Sequence[YearLine],
        charter: Charter,
        called: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.is_open]
        self.charter = charter
        for line in self.lines:
            key = str(line.period)
            label = {"period": line.period.label}
            self.fields[f"with-{key}"] = forms.BooleanField(
                label=_now("安排%(period)s") % label, required=False, initial=True
            )
            self.fields[f"theme-{key}"] = forms.CharField(
                label=_now("%(period)s主题") % label,
                max_length=200,
                required=False,
                initial=line.period.label + called,
            )
            self.fields[f"day-{key}"] = forms.DateField(
                label=_now("%(period)s日期") % label,
                required=False,
                initial=line.day,
                widget=forms.DateInput,
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each open period with its three fields, for the page."""
        return [
            {
                "period": line.period,
                "with": self[f"with-{line.period}"],
                "theme": self[f"theme-{line.period}"],
                "day": self[f"day-{line.period}"],
            }
            for line in self.lines
        ]

    def clean(self) -> dict[str, Any]:
        """Each day lies in its period."""
        values = super().clean() or {}
        wanted = [line for line in self.lines if values.get(f"with-{line.period}")]
        if not wanted:
            raise forms.ValidationError(_("请至少选择一期。"))
        for line in wanted:
            day = values.get(f"day-{line.period}")
            if not values.get(f"theme-{line.period}"):
                self.add_error(f"theme-{line.period}", _("请填写主题。"))
            if day is None:
                if f"day-{line.period}" not in self.errors:
                    self.add_error(f"day-{line.period}", _("请填写日期。"))
            elif not line.period.start <= day <= self.charter.last_day(line.period):
                words = _("%(period)s的会议应在%(first)s至%(last)s之间。")
                said = {
                    "period": line.period.label,
                    "first": short_date_cn(line.period.start),
                    "last": short_date_cn(self.charter.last_day(line.period)),
                }
                self.add_error(f"day-{line.period}", words % said)
        return values

    @property
    def wishes(self) -> list[YearWish]:
        """What the service takes."""
        data = self.cleaned_data
        return [
            YearWish(
                period=line.period,
                theme=data[f"theme-{line.period}"],
                starts_at=moment(data[f"day-{line.period}"], data["starts"]),
            )
            for line in self.lines
            if data[f"with-{line.period}"]
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What all the meetings share."""
        return {name: self.cleaned_data[name] for name in ("place", "chair_name", "recorder_name")}
