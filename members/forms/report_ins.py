"""Forms of reporting in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.members import IdNumberField, OrganizationField
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.models import Organization
from units.forms.units import AreaField, PhoneField


class DeskForm(forms.Form):
    """At the desk: a full ID number is enough to begin; nothing is told of who is known already."""

    id_number = IdNumberField()
    name = forms.CharField(label=_("姓名"), min_length=2, max_length=20)
    phone = PhoneField(label=_("联系电话"), required=False)
    unit = OrganizationField(
        label=_("工作单位"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=_("不在列表中，请在下面填写"),
    )
    unit_name = forms.CharField(
        label=_("工作单位名称"), max_length=200, required=False, help_text=_("列表中没有时填写")
    )
    post = forms.CharField(label=_("职务"), max_length=100, required=False)
    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("办理方式"), widget=forms.RadioSelect, initial="in_person")

    def __init__(self, *args: Any, by: Actor, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Organization.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
            resident_unit__is_current=True
        )
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]
        if area.level < Level.COMMUNITY:
            self.fields["community"] = AreaField(
                label=_("报到社区"),
                queryset=Area.objects.visible_to(by.scope).filter(
                    level=Level.COMMUNITY, valid_to=None
                ),
            )


class CommunityField(AreaField):
    """A community among those of many streets: named with its street."""

    def label_from_instance(self, obj: Any) -> str:
        """The street, then the community."""
        return f"{obj.parent.name} {obj.name}" if obj.parent else str(obj.name)


class OwnReportInForm(forms.Form):
    """A member reports in: everything known stands there."""

    community = CommunityField(
        label=_("报到社区"), queryset=Area.objects.none(), help_text=_("居住地所在的社区")
    )
    building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    address = forms.CharField(label=_("居住地址"), max_length=200, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)

    def __init__(self, *args: Any, communities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """Taking a member in, with a grid where the community has grids."""

    grid = AreaField(label=_("编入网格"), queryset=Area.objects.none(), required=False)

    def __init__(self, *args: Any, by: Actor, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grid"].queryset = (  # type: ignore[attr-defined]
            Area.objects.visible_to(by.scope)
            .filter(level=Level.GRID, valid_to=None)
            .below(community)
        )
        if not self.fields["grid"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["grid"]


class ReturnForm(forms.Form):
    """Why something goes back."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=200, help_text=_("如：居住地不在本社区，请向××社区报到")
    )


class EndReportInForm(forms.Form):
    """Why a report-in ends."""

    reason = forms.ChoiceField(label=_("注销原因"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = dictionary(area, "report_in.end_reason")  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    """Why somebody is not one of the unit's people."""

    reason = forms.CharField(
        label=_("说明"), max_length=200, help_text=_("如：已于去年调离、不是我单位职工")
    )
