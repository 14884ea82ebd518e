"""Saying something, and answering it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SuggestionForm(forms.Form):
    """Two fields, and the choice not to be named."""

    text = forms.CharField(
        label=_("意见或建议"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("请勿填写涉密内容和他人的身份证号、住址等个人信息。"),
        error_messages={"required": _("请写下您的意见或建议。")},
    )
    contact = forms.CharField(
        label=_("联系方式"),
        max_length=100,
        required=False,
        help_text=_("希望收到答复的，请留电话或邮箱。"),
    )
    is_anonymous = forms.BooleanField(
        label=_("匿名提交"), required=False, help_text=_("不记录您的姓名和岗位。")
    )
    page = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The answer."""

    answer = forms.CharField(
        label=_("答复"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请填写答复。")},
    )
