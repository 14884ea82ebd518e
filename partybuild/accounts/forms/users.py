"""Accounts: opened, found, disabled, entered by a link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access.querysets import ScopedQuerySet
from partybuild.accounts.forms.appointments import _PersonFields, phone_field


class AccountForm(_PersonFields):
    """An account without an office yet: the security administrator gives that."""

    phone = phone_field(required=False)
    username = forms.CharField(
        label=_("用户名"),
        max_length=50,
        required=False,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9._-]{2,49}$", _("用小写字母开头，3位以上，可含数字、点和横线。")
            )
        ],
        help_text=_("可不填，用手机号登录。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-width": "20"}),
    )

    def clean(self) -> dict[str, Any]:
        """Somebody nobody can reach cannot come in."""
        values = super().clean() or {}
        if not self.errors and not any(values.get(name) for name in ("phone", "mail", "username")):
            self.add_error("phone", _("手机号、邮箱、用户名至少填写一项。"))
        return values


class ContactForm(forms.Form):
    """Where the links of an account go."""

    phone = phone_field(required=False)
    mail = forms.EmailField(
        label=_("邮箱"), required=False, error_messages={"invalid": _("邮箱地址不完整，请核对。")}
    )
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：本人到场申请更换手机号。"),
        error_messages={"required": _("请写明原因。")},
    )
    clean_phone = _PersonFields.clean_phone


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明原因。")},
    )


class UserFilter(forms.Form):
    """Which accounts are listed."""

    q = forms.CharField(label=_("姓名"), max_length=50, required=False)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=(
            ("", _("全部状态")),
            ("fresh", _("待开通")),
            ("active", _("在用")),
            ("disabled", _("已停用")),
        ),
    )
    sentence = _("显示{state}的账号，姓名含{q}")

    def narrow(self, rows: ScopedQuerySet) -> ScopedQuerySet:
        """Keep what is asked for."""
        if not self.is_valid():
            return rows.none()
        chosen = self.cleaned_data
        words = chosen["q"].replace("\x00", "").strip()
        if words:
            rows = rows.filter(Q(person__name__icontains=words) | Q(username=words.lower()))
        match chosen["state"]:
            case "fresh":
                rows = rows.filter(is_active=True, last_login=None)
            case "active":
                rows = rows.filter(is_active=True, last_login__isnull=False)
            case "disabled":
                rows = rows.filter(is_active=False)
        return rows


class WayInForm(forms.Form):
    """To whom a sign-in link is sent."""

    name = forms.CharField(
        label=_("手机号或邮箱"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        help_text=_("填登录用的手机号，或登记的邮箱。"),
        error_messages={"required": _("请填写手机号或邮箱。")},
    )


class EnterForm(forms.Form):
    """The one tick of a first sign-in."""

    has_read = forms.BooleanField(
        label=_("我已阅读个人信息保护说明"),
        error_messages={"required": _("请先阅读说明并勾选。")},
    )
