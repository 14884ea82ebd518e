"""Forms of the roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.enums import Availability, MemberCategory, MemberEndReason, MemberKind
from members.models import PartyMember
from members.queries.registers import CHOICES as REGISTERS
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.fields.codes import normalize_id_number, validate_id_number
from partybuild.organizations.models import Organization
from units.forms.units import AreaField, PartyField, PhoneField


class IdNumberField(forms.CharField):
    """A resident ID number in its normal form, checked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("公民身份号码"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"data-width": "20", "autocomplete": "off"})
        )
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        """Normalize, then check."""
        number = normalize_id_number(super().clean(value) or "")
        if number:
            validate_id_number(number)
        return number


class OrganizationField(forms.ModelChoiceField):
    """A body by its name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="uid", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The full name."""
        return str(obj.name)


class MemberForm(forms.Form):
    """A member on a roster; which fields stand here depends on who asks."""

    name = forms.CharField(label=_("姓名"), min_length=2, max_length=20)
    id_number = IdNumberField(
        help_text=_("18位，加密保存，只用来核对是不是同一个人"), required=False
    )
    phone = PhoneField(label=_("联系电话"), required=False)
    unit = OrganizationField(label=_("工作单位"), queryset=Organization.objects.none())
    post = forms.CharField(label=_("职务"), max_length=100, required=False)
    branch = PartyField(label=_("所在党支部"), required=False)
    kind = forms.ChoiceField(
        label=_("党员类别"),
        choices=MemberKind.choices,
        initial=MemberKind.FULL,
        widget=forms.RadioSelect,
    )
    category = forms.ChoiceField(
        label=_("党员信息库"), choices=MemberCategory.choices, initial=MemberCategory.IN_SERVICE
    )
    joined_on = forms.DateField(label=_("入党日期"), required=False)
    home_building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    home_address = forms.CharField(label=_("居住地址"), max_length=200, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)
    availability = forms.MultipleChoiceField(
        label=_("可服务时间"),
        choices=Availability.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    # Fields of a side that may not read them back are not on its form when changing.
    NOT_FOR_CHANGE = {
        "unit_secretary": ("unit", "id_number", "phone"),
        "unit_liaison": (
            "unit",
            "id_number",
            "phone",
            "joined_on",
            "home_building",
            "home_address",
        ),
        "community_secretary": ("unit", "id_number", "phone", "joined_on", "home_address"),
        "community_worker": ("unit", "id_number", "phone", "joined_on", "home_address"),
    }

    def __init__(
        self, *args: Any, by: Actor, member: PartyMember | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Only where one may keep the roster: a unit met in a council may be seen, no more.
        bodies = Organization.objects.reached(by.scope, "member.change").filter(
            resident_unit__is_current=True
        )
        self.fields["unit"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["branch"].offer(by)  # type: ignore[attr-defined]
        if not self.fields["branch"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["branch"]
        if by.scope.is_unit:
            del self.fields["unit"]
        if member is not None:
            for name in self.NOT_FOR_CHANGE.get(by.scope.column, ()):
                self.fields.pop(name, None)
            # A new number is typed in full or left alone; the old one is not sent.
            self.fields["new_phone"] = PhoneField(
                label=_("更换联系电话"), required=False, help_text=_("不更换请留空")
            )


def initial_of(member: PartyMember, post: str, branch: Any) -> dict[str, Any]:
    """Return what a member's form begins with, without the fields that are typed anew."""
    return {
        "name": member.person.name,
        "post": post,
        "branch": branch,
        "kind": member.kind,
        "category": member.category,
        "joined_on": member.joined_on,
        "home_building": member.home_building,
        "skills": member.skills,
        "availability": member.availability,
    }


class OwnForm(forms.Form):
    """What a member keeps up to date about themselves."""

    phone = PhoneField(label=_("联系电话"))
    home_building = forms.CharField(label=_("居住小区、楼栋"), max_length=100, required=False)
    home_address = forms.CharField(label=_("居住地址"), max_length=200, required=False)
    skills = forms.CharField(label=_("特长"), max_length=200, required=False)
    availability = forms.MultipleChoiceField(
        label=_("可服务时间"),
        choices=Availability.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class EndMemberForm(forms.Form):
    """A member leaves the roster."""

    on = forms.DateField(label=_("日期"), initial=today)
    reason = forms.ChoiceField(label=_("原因"), choices=MemberEndReason.choices)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why a full ID number is wanted: one of the usual reasons, or one's own words."""

    OTHER = "other"
    USUAL = (
        ("核对身份", _("核对身份")),
        ("办理组织关系手续", _("办理组织关系手续")),
        ("开具志愿服务记录证明", _("开具志愿服务记录证明")),
        ("更正登记信息", _("更正登记信息")),
        (OTHER, _("其他")),
    )

    reason = forms.ChoiceField(
        label=_("查看事由"),
        choices=USUAL,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择查看事由。")},
    )
    words = forms.CharField(label=_("其他事由"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Put one's own words in the place of 其他."""
        values = super().clean() or {}
        words = (values.get("words") or "").strip()
        if values.get("reason") == self.OTHER:
            if not words:
                self.add_error("words", _("请写明事由，如“核对退休手续”。"))
            values["reason"] = words
        return values


class MemberFilterForm(forms.Form):
    """The list of members as a sentence."""

    side = forms.ChoiceField(label=_("范围"), required=False)
    community = AreaField(
        label=_("社区"), queryset=Area.objects.none(), required=False, empty_label=_("全部社区")
    )
    reported = forms.ChoiceField(label=_("报到"), required=False)
    grid = AreaField(
        label=_("网格"), queryset=Area.objects.none(), required=False, empty_label=_("全部网格")
    )
    register = forms.ChoiceField(
        label=_("信息库"), choices=(("", _("全部党员")), *REGISTERS), required=False
    )
    q = forms.CharField(label=_("姓名、拼音首字母或手机后四位"), max_length=20, required=False)

    def __init__(self, *args: Any, by: Actor, area: Area | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wide = area is not None and area.level < Level.COMMUNITY
        below = Area.objects.visible_to(by.scope).filter(valid_to=None)
        if by.scope.is_unit:
            self._keep("reported", "register", "q")
            self.fields["reported"].choices = (  # type: ignore[attr-defined]
                ("", _("全部")),
                ("yes", _("已报到的")),
                ("no", _("还没报到的")),
            )
            self.sentence = _("显示本单位{reported}{register}，姓名或手机后四位为{q}")
        elif wide:
            self._keep("side", "community", "register", "q")
            self.fields["side"].choices = (  # type: ignore[attr-defined]
                ("", _("已向社区报到")),
                ("unit", _("单位在册")),
                ("unreported", _("单位在册、还没报到")),
            )
            self.fields["community"].queryset = below.filter(level=Level.COMMUNITY)  # type: ignore[attr-defined]
            self.sentence = _("显示{community}{side}的{register}，姓名或手机后四位为{q}")
        else:
            self._keep("grid", "register", "q")
            self.fields["grid"].queryset = below.filter(level=Level.GRID)  # type: ignore[attr-defined]
            self.sentence = _("显示{grid}已报到的{register}，姓名或手机后四位为{q}")
            if not self.fields["grid"].queryset.exists():  # type: ignore[attr-defined]
                self._keep("register", "q")
                self.sentence = _("显示已报到的{register}，姓名或手机后四位为{q}")

    def ranges(self) -> list[tuple[str, Any]]:
        """Return the widest lists there are for this post; what is within another is left out."""
        side = self.fields.get("side")
        if isinstance(side, forms.ChoiceField):
            return [(key, label) for key, label in side.choices if key != "unreported"]  # type: ignore[union-attr, misc]
        if "reported" in self.fields:
            return [("", _("本单位花名册"))]
        return [("", _("已向社区报到"))]

    def _keep(self, *names: str) -> None:
        self.fields = {name: field for name, field in self.fields.items() if name in names}
