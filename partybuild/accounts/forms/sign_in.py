"""The sign-in forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "10"}


class SignInForm(forms.Form):
    """Phone or user name, and password; while locked, the second factor beside them."""

    name = forms.CharField(
        label=_("手机号或用户名"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={"required": _("请填写手机号或用户名。")},
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填写密码。")},
    )
    code = forms.CharField(
        label=_("动态验证码"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_CODE),
        help_text=_("已开通动态验证码的，连同验证码一起填写，不必等待。"),
    )


class FactorForm(forms.Form):
    """The second factor, and whether to ask it again on this device."""

    code = forms.CharField(
        label=_("动态验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={**_CODE, "autofocus": True}),
        help_text=_(
            "打开手机上的验证器应用，填写现在显示的6位数字。手机不在身边时，可填一个备用码。"
        ),
        error_messages={"required": _("请填写动态验证码。")},
    )
    remember = forms.BooleanField(required=False)

    def __init__(self, *args: Any, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = _(
            "在这台设备上%(days)d天内不再询问（公用电脑请勿勾选）"
        ) % {"days": days}


class FactorSetUpForm(forms.Form):
    """The first code of a new second factor."""

    code = forms.CharField(
        label=_("手机上显示的6位数字"),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE),
        error_messages={"required": _("请填写手机上显示的6位数字。")},
    )


class PasswordForm(forms.Form):
    """A new password, typed twice; the old one where there is one."""

    old = forms.CharField(
        label=_("现在的密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("请填写现在的密码。")},
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("请填写新密码。")},
    )
    again = forms.CharField(
        label=_("再填一次新密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("请再填一次新密码。")},
    )

    def __init__(self, *args: Any, asks_old: bool, rules: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = rules
        if not asks_old:
            del self.fields["old"]

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        values = super().clean() or {}
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("两次填写的新密码不一样，请重新填写。"))
        return values


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写明理由。")},
    )
