"""Forms of what an activity came to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization


class HoldForm(forms.Form):
    """The figures beside the attendance."""

    others_count = forms.IntegerField(
        label=_("其他参加人数"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("居民、志愿者等没有在名单上的人；党员人数由到场情况自动统计"),
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "4"}),
    )
    served_count = forms.IntegerField(
        label=_("服务群众"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("得到服务的人次；同一人两次算两人次"),
        widget=forms.NumberInput(attrs={"data-unit": _("人次"), "data-width": "4"}),
    )
    cost = forms.DecimalField(
        label=_("经费"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"data-unit": _("元"), "data-width": "10"}),
    )
    cost_source = forms.CharField(
        label=_("经费来源"),
        required=False,
        max_length=100,
        help_text=_("如：社区党组织服务群众专项经费"),
    )
    closing_note = forms.CharField(
        label=_("活动小结"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class _Body(forms.ModelChoiceField):
    """One body by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """The full name."""
        return str(obj.name)


class ContributionForm(forms.Form):
    """What a body gave: so many of a measure."""

    organization = _Body(
        label=_("单位"),
        queryset=Organization.objects.none(),
        to_field_name="uid",
        empty_label=_("请选择"),
    )
    item = forms.CharField(
        label=_("投入内容"), max_length=100, help_text=_("如：义诊设备、宣传折页、慰问金")
    )
    amount = forms.DecimalField(
        label=_("数量"),
        min_value=0.01,
        max_digits=12,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"data-width": "10"}),
    )
    measure = forms.ChoiceField(label=_("计量单位"))

    def __init__(self, *args: Any, bodies: Any, area: Area, **kwargs: Any) -> None:
        kwargs["auto_id"] = "contribution_%s"
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = bodies  # type: ignore[attr-defined]
        # The first of the list would be taken for granted: 20袋 would read 20元.
        measures = [("", _("请选择")), *dictionary(area, "contribution.unit")]
        self.fields["measure"].choices = measures  # type: ignore[attr-defined]
        only = bodies.order_by()[:2]
        if len(only) == 1:
            self.initial.setdefault("organization", only[0])


class ReturnForm(forms.Form):
    """What the unit is to change."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=300, help_text=_("写明要改什么，单位会收到")
    )
