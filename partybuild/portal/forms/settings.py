"""Forms of the settings area, made from the declared parameters and dictionaries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.parameters import ParameterKind
from partybuild.organizations.enums import PartyOrganizationKind


class ParameterForm(forms.Form):
    """One parameter of one area."""

    def __init__(self, *args: Any, kind: ParameterKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["value"] = self._field(kind)

    @staticmethod
    def _field(kind: ParameterKind) -> forms.Field:
        if isinstance(kind.default, list) and kind.choices:
            return forms.MultipleChoiceField(
                label=kind.label,
                choices=kind.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if kind.choices:
            return forms.ChoiceField(
                label=kind.label, choices=kind.choices, widget=forms.RadioSelect
            )
        if isinstance(kind.default, bool):
            return forms.BooleanField(label=kind.label, required=False)
        if isinstance(kind.default, int):
            return forms.IntegerField(
                label=kind.label,
                min_value=kind.least,
                max_value=kind.most,
                error_messages={
                    "min_value": _("不能小于%(limit_value)s。"),
                    "max_value": _("不能大于%(limit_value)s。"),
                },
                widget=forms.NumberInput(attrs={"data-unit": kind.unit, "data-width": "4"}),
            )
        return forms.CharField(label=kind.label)

    def clean_value(self) -> Any:
        """Check by the parameter's own rule."""
        value = self.cleaned_data["value"]
        return self.kind.clean(value)


class WordForm(forms.Form):
    """One word of a dictionary in an area."""

    label = forms.CharField(label=_("名称"), max_length=100)
    is_hidden = forms.BooleanField(
        label=_("停用（以前用过的记录仍按原来的名称显示）"), required=False
    )


class OrganizationForm(forms.Form):
    """A Party organization's names and contacts."""

    name = forms.CharField(label=_("全称"), max_length=200, help_text=_("与印章一致"))
    short_name = forms.CharField(label=_("简称"), max_length=100, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=50, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    contact_mail = forms.EmailField(label=_("联系邮箱"), required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)


class NewOrganizationForm(OrganizationForm):
    """A new Party organization; those that lead an area come with the area."""

    kind = forms.ChoiceField(label=_("类型"), choices=PartyOrganizationKind.choices)
    area = forms.ModelChoiceField(
        label=_("所在区域"),
        queryset=Area.objects.none(),
        to_field_name="uid",
        empty_label=_("请选择"),
    )
    field_order = ("name", "kind", "area")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
            valid_to=None, level__lte=5
        )
