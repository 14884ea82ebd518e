"""Asking a second person."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AskForm(forms.Form):
    """The reason, which the one who decides reads."""

    reason = forms.CharField(
        label=_("申请理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写给审批人看，也会留在记录里。请勿填写公民身份号码。"),
        error_messages={"required": _("请写明申请理由。")},
    )
