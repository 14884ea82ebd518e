"""Forms that register a unit, keep its contacts and close it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.fields.codes import normalize_phone, validate_phone
from partybuild.organizations.models import Organization
from units.models import ResidentUnit


class PhoneField(forms.CharField):
    """A telephone number, mobile or fixed, in its normal form."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "data-width": "20"}))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        """Normalize, then check."""
        number = normalize_phone(super().clean(value) or "")
        if number:
            validate_phone(number)
        return number


class AreaField(forms.ModelChoiceField):
    """An area shown by its name, named in forms and addresses by its uid."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("请选择"))
        super().__init__(to_field_name="uid", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Name only: the choices lie in one's own area."""
        return str(obj.name)


class PartyField(forms.ModelChoiceField):
    """A Party organization by its name, chosen among bodies; gives the PartyOrganization."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organization.objects.none(), to_field_name="uid", **kwargs)

    def offer(self, by: Actor) -> None:
        """Offer the Party organizations in sight that lead no area."""
        self.queryset = Organization.objects.visible_to(by.scope).filter(
            party_organization__is_current=True, party_organization__leads_area=None
        )

    def label_from_instance(self, obj: Any) -> str:
        """The full name."""
        return str(obj.name)

    def prepare_value(self, value: Any) -> Any:
        """Take a PartyOrganization as initial value too."""
        return super().prepare_value(getattr(value, "organization", value))

    def clean(self, value: Any) -> Any:
        """Give the Party organization of the chosen body."""
        body = super().clean(value)
        return body.party_organization if body is not None else None


class UnitForm(forms.Form):
    """Registering a unit or correcting it: the first six are enough to begin."""

    name = forms.CharField(label=_("单位全称"), max_length=200, help_text=_("与公章一致"))
    area = AreaField(label=_("所在社区"), queryset=Area.objects.none())
    kind = forms.ChoiceField(label=_("单位性质"), widget=forms.RadioSelect)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=30,
        required=False,
        help_text=_("18位，见营业执照或法人证书；查不到可先空着"),
        widget=forms.TextInput(attrs={"data-width": "20"}),
    )
    contact_name = forms.CharField(label=_("联络员"), max_length=50, required=False)
    contact_phone = PhoneField(label=_("联络员电话"), required=False)
    contact_mail = forms.EmailField(
        label=_("联络邮箱"), required=False, help_text=_("填报提醒、会议通知发到这里")
    )
    address = forms.CharField(label=_("办公地址"), max_length=200, required=False)
    head_name = forms.CharField(label=_("负责人"), max_length=50, required=False)
    head_phone = PhoneField(label=_("负责人联系手机"), required=False)
    telephone = PhoneField(label=_("固定电话"), required=False)
    short_name = forms.CharField(label=_("简称"), max_length=100, required=False)
    grid = AreaField(label=_("所属网格"), queryset=Area.objects.none(), required=False)
    license_number = forms.CharField(label=_("营业执照号码"), max_length=50, required=False)
    residence = forms.CharField(label=_("住所"), max_length=200, required=False)
    licensed_from = forms.DateField(label=_("有效期开始日期"), required=False)
    licensed_to = forms.DateField(label=_("有效期结束日期"), required=False)
    category = forms.CharField(label=_("类别"), max_length=100, required=False)
    affiliation = forms.CharField(label=_("隶属关系"), max_length=100, required=False)
    industry = forms.CharField(label=_("行业"), max_length=100, required=False)
    employee_count = forms.IntegerField(
        label=_("从业人数"),
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "10"}),
    )
    member_count = forms.IntegerField(
        label=_("党员人数"),
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "10"}),
    )
    introduction = forms.CharField(label=_("简介"), required=False, widget=forms.Textarea)
    honor = forms.CharField(label=_("荣誉"), required=False, widget=forms.Textarea)
    remark = forms.CharField(label=_("备注"), required=False, widget=forms.Textarea)

    FIRST = "name area kind credit_code contact_name contact_phone contact_mail address"
    HEAD = "head_name head_phone telephone"
    MORE = (
        "short_name grid license_number residence licensed_from licensed_to category affiliation "
        "industry employee_count member_count introduction honor remark"
    )

    def __init__(self, *args: Any, by: Actor, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = Area.objects.visible_to(by.scope).filter(valid_to=None)
        self.fields["area"].queryset = below.filter(level=Level.COMMUNITY)  # type: ignore[attr-defined]
        self.fields["grid"].queryset = below.filter(level=Level.GRID)  # type: ignore[attr-defined]
        if not self.fields["grid"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["grid"]
        self.fields["kind"].choices = dictionary(area, "unit.kind")  # type: ignore[attr-defined]
        if area.level == Level.COMMUNITY:
            self.initial.setdefault("area", area)

    @property
    def more(self) -> str:
        """The names of the rarer fields that this form has."""
        return " ".join(name for name in self.MORE.split() if name in self.fields)

    def clean(self) -> dict[str, Any]:
        """Refuse a licence that ends before it starts, and a grid of another community."""
        values = super().clean() or {}
        start, end = values.get("licensed_from"), values.get("licensed_to")
        if start and end and end < start:
            self.add_error("licensed_to", _("结束日期不能早于开始日期。"))
        grid, area = values.get("grid"), values.get("area")
        if grid and area and not grid.is_below(area):
            self.add_error("grid", _("这个网格不在所选社区，请重新选择。"))
        return values


def initial_of(unit: ResidentUnit) -> dict[str, Any]:
    """Return what a unit's form begins with."""
    body = (
        "name",
        "area",
        "contact_name",
        "contact_phone",
        "contact_mail",
        "address",
        "short_name",
    )
    return {
        name: getattr(unit.organization if name in body else unit, name)
        for name in UnitForm.base_fields
    }


class ContactsForm(forms.Form):
    """A unit's own contacts: who is written to and called."""

    contact_name = forms.CharField(label=_("联络员"), max_length=50)
    contact_phone = PhoneField(label=_("联络员电话"))
    contact_mail = forms.EmailField(
        label=_("联络邮箱"), required=False, help_text=_("填报提醒、会议通知发到这里")
    )
    head_name = forms.CharField(label=_("负责人"), max_length=50, required=False)
    head_phone = PhoneField(label=_("负责人联系手机"), required=False)
    telephone = PhoneField(label=_("固定电话"), required=False)
    address = forms.CharField(label=_("办公地址"), max_length=200, required=False)


def contacts_of(unit: ResidentUnit) -> dict[str, Any]:
    """Return what the contacts form begins with."""
    body = ("contact_name", "contact_phone", "contact_mail", "address")
    return {
        name: getattr(unit.organization if name in body else unit, name)
        for name in ContactsForm.base_fields
    }


class EndUnitForm(forms.Form):
    """Closing a unit."""

    on = forms.DateField(label=_("注销日期"), initial=today)
    reason = forms.CharField(
        label=_("原因"), max_length=200, help_text=_("如：迁出辖区、撤并、注销登记")
    )


class TieBranchForm(forms.Form):
    """Saying which Party organization covers a unit."""

    party = PartyField(label=_("党组织"))
    valid_from = forms.DateField(label=_("起始日期"), initial=today)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].offer(by)  # type: ignore[attr-defined]


class UnitFilterForm(forms.Form):
    """The list of units as a sentence."""

    community = AreaField(
        label=_("社区"), queryset=Area.objects.none(), required=False, empty_label=_("全部社区")
    )
    kind = forms.ChoiceField(label=_("性质"), required=False)
    q = forms.CharField(label=_("名称含"), max_length=50, required=False)
    ended = forms.ChoiceField(
        label=_("状态"), choices=(("", _("在册")), ("1", _("已注销"))), required=False
    )
    sentence = _("显示{community}{ended}的{kind}，名称含{q}")

    def __init__(self, *args: Any, by: Actor, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("各类单位")), *dictionary(area, "unit.kind")]  # type: ignore[attr-defined]
        if area is not None and area.level < Level.COMMUNITY:
            self.fields["community"].queryset = Area.objects.visible_to(by.scope).filter(  # type: ignore[attr-defined]
                level=Level.COMMUNITY, valid_to=None
            )
        else:
            del self.fields["community"]
            self.sentence = _("显示{ended}的{kind}，名称含{q}")
