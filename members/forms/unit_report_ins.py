"""Forms of units' own report-ins (F1)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import UnitReportInState
from members.forms.members import OrganizationField
from members.forms.report_ins import CommunityField
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization
from units.forms.units import AreaField, PhoneField

_COUNT: dict[str, Any] = {"min_value": 0, "max_value": 100000}


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "4"}),
        **_COUNT,
    )


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=1000,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UnitReportInForm(forms.Form):
    """The unit's form: what the platform knows stands there, the unit corrects it."""

    community = CommunityField(label=_("报到社区"), queryset=Area.objects.none())
    party_name = forms.CharField(label=_("单位党组织名称"), max_length=200, required=False)
    party_kind = forms.ChoiceField(
        label=_("党组织类别"), choices=(("", _("没有党组织")), *PartyOrganizationKind.choices)
    )
    kind = forms.ChoiceField(label=_("单位性质"))
    superior = forms.CharField(label=_("隶属关系、上级党组织"), max_length=200, required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )
    address = forms.CharField(label=_("地址"), max_length=200)
    head_name = forms.CharField(label=_("负责人"), max_length=50)
    head_phone = PhoneField(label=_("负责人联系电话"), required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=50)
    contact_phone = PhoneField(label=_("联系人电话"))
    members_total = _count(_("党员总数"))
    members_in_service = _count(_("在职党员数"))
    members_reported_in = _count(_("已到社区报到的党员数"))
    services = forms.MultipleChoiceField(
        label=_("认领服务项目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    resources = _text(_("可提供的资源"), _("如：会议室、停车位、图书、专家"))
    needs = _text(_("希望社区支持的事项"))
    projects = _text(_("拟共建项目"))
    note = forms.CharField(label=_("备注"), max_length=500, required=False)

    def __init__(self, *args: Any, communities: Any, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = communities  # type: ignore[attr-defined]
        self.fields["party_kind"].required = False
        self.fields["kind"].choices = dictionary(area, "unit.kind")  # type: ignore[attr-defined]
        self.fields["services"].choices = dictionary(area, "service.kind")  # type: ignore[attr-defined]


class ProxyUnitReportInForm(UnitReportInForm):
    """The community enters a unit's form that came on paper, by telephone or chat."""

    channel = forms.ChoiceField(label=_("办理方式"), widget=forms.RadioSelect, initial="paper")

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, area=area, **kwargs)
        self.fields["channel"].choices = dictionary(area, "proxy.channel")  # type: ignore[attr-defined]


class ChooseUnitForm(forms.Form):
    """Which unit the form is for."""

    unit = OrganizationField(label=_("单位"), queryset=Organization.objects.none())

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Organization.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
            resident_unit__is_current=True
        )


class ReceiveForm(forms.Form):
    """The community takes a unit in."""

    grid = AreaField(
        label=_("所属网格"), queryset=Area.objects.none(), required=False, empty_label=_("暂不编入")
    )
    opinion = forms.CharField(label=_("接收意见"), max_length=500, initial=_("同意接收"))

    def __init__(self, *args: Any, by: Actor, community: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = (
            Area.objects.visible_to(by.scope)
            .filter(level=Level.GRID, valid_to=None)
            .below(community)
        )
        self.fields["grid"].queryset = grids  # type: ignore[attr-defined]
        if not grids.exists():
            del self.fields["grid"]


class ReturnUnitForm(forms.Form):
    """What the unit has to correct."""

    reason = forms.CharField(
        label=_("退回原因"), max_length=200, help_text=_("如：联系人电话有误，请更正后重新提交")
    )


class EndUnitReportInForm(forms.Form):
    """Why a unit's report-in ends."""

    reason = forms.ChoiceField(label=_("注销原因"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = dictionary(area, "unit_report_in.end_reason")  # type: ignore[attr-defined]


class UnitReportInFilterForm(forms.Form):
    """Units' report-ins as a sentence."""

    state = forms.ChoiceField(
        label=_("状态"), choices=(("", _("全部")), *UnitReportInState.choices), required=False
    )
    sentence = _("显示{state}的单位报到")
