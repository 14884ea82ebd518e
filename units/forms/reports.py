"""Forms of the quarterly report, made from its definition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period, today
from units.forms.units import AreaField
from units.models import ReportForm as ReportDefinition


def field_of(definition: dict[str, Any]) -> forms.Field:
    """Return the form field of one line of a definition."""
    common = {
        "label": definition["label"],
        "required": bool(definition.get("required")),
        "help_text": definition.get("help", ""),
    }
    if definition["kind"] == "text":
        return forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), **common)
    widget = forms.NumberInput(
        attrs={"data-unit": definition.get("unit", ""), "data-width": "10", "inputmode": "decimal"}
    )
    kind = forms.IntegerField if definition["kind"] == "integer" else forms.FloatField
    field: forms.Field = kind(min_value=0, max_value=10**8, widget=widget, **common)
    field.error_messages["required"] = _("请填写，没有请填0。")
    return field


class ReportForm(forms.Form):
    """A unit's quarter: figures that the platform knows stand there already."""

    def __init__(self, *args: Any, definition: ReportDefinition, **kwargs: Any) -> None:
        self.counted: dict[str, Any] = kwargs.pop("counted", {})
        super().__init__(*args, **kwargs)
        self.keys = [field["key"] for field in definition.fields]
        for field in definition.fields:
            self.fields[f"v_{field['key']}"] = field_of(field)
        self.fields["correction"] = forms.CharField(
            label=_("更正说明"),
            max_length=500,
            required=False,
            help_text=_("改动了系统带出的数字，请写一句原因"),
        )
        self.fields["contact_name"] = forms.CharField(
            label=_("填报人"), max_length=50, required=False
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a sentence where a figure that the platform counted has been changed."""
        values = super().clean() or {}
        changed = [
            key
            for key, counted in self.counted.items()
            if values.get(f"v_{key}") is not None and values[f"v_{key}"] != counted
        ]
        if changed and not values.get("correction"):
            self.add_error("correction", _("您改动了系统带出的数字，请写一句原因，如“新调入2人”。"))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """The answers by the keys of the definition."""
        return {key: self.cleaned_data.get(f"v_{key}") for key in self.keys}

    @property
    def filled(self) -> str:
        """The names of the fields that the platform has filled in."""
        return " ".join(f"v_{key}" for key in self.keys if key in self.counted)

    @property
    def figures(self) -> list[dict[str, Any]]:
        """What the platform has counted, to be read first."""
        return [
            {
                "label": self.fields[f"v_{key}"].label,
                "value": self.counted[key],
                "unit": self.fields[f"v_{key}"].widget.attrs.get("data-unit", ""),
            }
            for key in self.keys
            if key in self.counted
        ]

    @property
    def is_corrected(self) -> bool:
        """Whether a counted figure is not what stands in the form, or is refused."""
        return any(
            self[f"v_{key}"].errors or str(self[f"v_{key}"].value()) != str(self.counted[key])
            for key in self.keys
            if key in self.counted
        ) or bool(self["correction"].errors)

    @property
    def asked(self) -> str:
        """The names of the fields that only the unit can answer."""
        return " ".join(f"v_{key}" for key in self.keys if key not in self.counted)


class ProxyReportForm(ReportForm):
    """The same, entered by the community from paper or a telephone call."""

    def __init__(self, *args: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label=_("代录方式"),
            choices=dictionary(area, "proxy.channel"),
            widget=forms.RadioSelect,
        )
        self.fields["on"] = forms.DateField(label=_("收到日期"), initial=today)

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        day = self.cleaned_data["on"]
        if day > today():
            raise forms.ValidationError(_("收到日期不能晚于今天。"))
        return day


class ReturnReportForm(forms.Form):
    """Why a report goes back."""

    reason = forms.CharField(
        label=_("退回原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("单位会看到这句话，请写明要改哪里"),
    )


class ReportFilterForm(forms.Form):
    """The community's list of reports as a sentence."""

    period = forms.ChoiceField(label=_("季度"), required=False)
    community = AreaField(
        label=_("社区"), queryset=Area.objects.none(), required=False, empty_label=_("全部社区")
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("全部")),
            ("waiting", _("待接收")),
            ("accepted", _("已接收")),
            ("nil", _("无事项")),
            ("returned", _("已退回")),
            ("missing", _("还没报")),
        ),
    )
    sentence = _("显示{period}{community}{state}的填报")

    def __init__(self, *args: Any, by: Actor, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = Period.of(today())
        periods = [current]
        for _number in range(7):
            periods.append(periods[-1].previous())
        self.fields["period"].choices = [(str(each), each.label) for each in periods]  # type: ignore[attr-defined]
        if area is not None and area.level < Level.COMMUNITY:
            self.fields["community"].queryset = Area.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
                level=Level.COMMUNITY, valid_to=None
            )
        else:
            del self.fields["community"]
            self.sentence = _("显示{period}{state}的填报")
