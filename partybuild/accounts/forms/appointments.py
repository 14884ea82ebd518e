"""Appointing, renewing, ending and handing over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Role
from partybuild.accounts.models.appointment import AppointmentQuerySet
from partybuild.calendar import today
from partybuild.fields.codes import normalize_phone, validate_phone

_NAME = {"required": _("请填写姓名。")}
_PHONE_HELP = _("用来登录和接收登录链接，请填本人手机号。")
_REASON_HELP = _("写明依据，例如：某月某日党工委会议决定。会记入操作记录。")


def phone_field(*, required: bool) -> forms.CharField:
    """Return the field of a mobile number."""
    return forms.CharField(
        label=_("手机号"),
        max_length=20,
        required=required,
        widget=forms.TextInput(attrs={"inputmode": "tel", "data-width": "20"}),
        help_text=_PHONE_HELP,
        error_messages={"required": _("请填写手机号。")},
    )


class _PersonFields(forms.Form):
    """Who: a name and a way to reach them."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=50,
        error_messages=_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"}),
    )
    phone = phone_field(required=True)
    mail = forms.EmailField(
        label=_("邮箱"),
        required=False,
        help_text=_("有邮箱的，登录链接也能发到邮箱。"),
        error_messages={"invalid": _("邮箱地址不完整，请核对。")},
    )

    def clean_name(self) -> str:
        """Names are compared: spaces around them do not count."""
        return str(self.cleaned_data["name"]).strip()

    def clean_phone(self) -> str:
        """Return the number as it is stored."""
        number = normalize_phone(self.cleaned_data["phone"])
        if number:
            validate_phone(number)
        return number


class AppointForm(_PersonFields):
    """Who takes which office of a body, for how long."""

    role = forms.ChoiceField(
        label=_("岗位"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择岗位。"), "invalid_choice": _("请从所列岗位中选择。")},
    )
    title = forms.CharField(
        label=_("职务名称"),
        max_length=100,
        required=False,
        help_text=_("例如：党建办主任。不填的，页面上显示岗位名称。"),
    )
    starts_on = forms.DateField(
        label=_("任期开始"),
        widget=forms.DateInput(),
        error_messages={"required": _("请填写任期从哪天开始。"), "invalid": _("请填写日期。")},
    )
    ends_on = forms.DateField(
        label=_("任期结束"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("到期自动终止；没有定期限的，不填。"),
        error_messages={"invalid": _("请填写日期。")},
    )
    reason = forms.CharField(
        label=_("任命依据"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_REASON_HELP,
    )

    def __init__(
        self, *args: Any, roles: list[str], needs_reason: bool, has_term: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, labels[role]) for role in roles]  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0]
        self.fields["starts_on"].initial = today()
        if needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _("请写明任命依据。")
        else:
            del self.fields["reason"]
        if not has_term:
            del self.fields["ends_on"]

    def clean(self) -> dict[str, Any]:
        """A term ends after it begins."""
        values = super().clean() or {}
        begins, ends = values.get("starts_on"), values.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("任期结束早于开始，请核对。"))
        if ends and ends < today():
            self.add_error("ends_on", _("任期结束日期已经过去，请核对。"))
        return values


class EndForm(forms.Form):
    """When and why an office ends."""

    on = forms.DateField(
        label=_("最后一天"),
        widget=forms.DateInput(),
        help_text=_("填今天的，提交后立即失效；填以后日期的，到那天结束时失效。"),
        error_messages={"required": _("请填写日期。"), "invalid": _("请填写日期。")},
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：工作调动、换届、退休。"),
        error_messages={"required": _("请写明原因。")},
    )

    def clean_on(self) -> Any:
        """Nothing ends in the past."""
        day = self.cleaned_data["on"]
        if day < today():
            raise forms.ValidationError(_("请填今天或以后的日期。"))
        return day


class TermForm(forms.Form):
    """Another last day."""

    ends_on = forms.DateField(
        label=_("任期结束"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("到期自动终止；不再设期限的，清空。"),
        error_messages={"invalid": _("请填写日期。")},
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。")},
    )

    def clean_ends_on(self) -> Any:
        """Nothing ends in the past."""
        day = self.cleaned_data["ends_on"]
        if day and day < today():
            raise forms.ValidationError(_("请填今天或以后的日期。"))
        return day


class HandOverForm(_PersonFields):
    """Who follows, and why."""

    title = forms.CharField(label=_("职务名称"), max_length=100, required=False)
    ends_on = forms.DateField(
        label=_("接任人任期结束"),
        required=False,
        widget=forms.DateInput(),
        help_text=_("没有定期限的，不填。"),
    )
    reason = forms.CharField(
        label=_("交接原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：工作调动、换届。"),
        error_messages={"required": _("请写明交接原因。")},
    )


class AppointmentFilter(forms.Form):
    """Which offices are listed."""

    q = forms.CharField(label=_("姓名或组织名称"), max_length=50, required=False)
    role = forms.ChoiceField(label=_("岗位"), required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("在任")),
            ("soon", _("30天内到期")),
            ("future", _("尚未开始")),
            ("ended", _("已终止")),
            ("all", _("全部")),
        ),
    )
    organization = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sentence = _("显示{state}的{role}，姓名或组织名称含{q}")

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("工作岗位")),
            *((role, labels[role]) for role in roles),
        ]

    def narrow(self, rows: AppointmentQuerySet) -> AppointmentQuerySet:
        """Keep what is asked for."""
        if not self.is_valid():
            return rows.none()
        chosen, day = self.cleaned_data, today()
        match chosen["state"]:
            case "":
                rows = rows.current(day)
            case "soon":
                rows = rows.current(day).filter(ends_on__lte=day + timedelta(days=30))
            case "future":
                rows = rows.filter(starts_on__gt=day)
            case "ended":
                rows = rows.exclude(pk__in=rows.open(day).order_by().values("pk"))
        if chosen["organization"]:
            rows = rows.filter(organization__uid=chosen["organization"])
        if chosen["role"]:
            rows = rows.filter(role=chosen["role"])
        elif not chosen["organization"]:
            # Members are many; they are chosen by name.
            rows = rows.exclude(role=Role.MEMBER)
        words = chosen["q"].replace("\x00", "").strip()
        if words:
            rows = rows.filter(
                Q(person__name__icontains=words)
                | Q(organization__name__icontains=words)
                | Q(organization__short_name__icontains=words)
            )
        return rows


class BodyFilter(forms.Form):
    """Where the office is."""

    sentence = _("在名称含{words}的组织中选择")
    words = forms.CharField(label=_("组织名称"), max_length=50, required=False)
