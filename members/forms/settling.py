"""Corrections after certification, doubles, erasure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.service import ServiceForm

_REASON: dict[str, Any] = {
    "max_length": 500,
    "widget": forms.Textarea(attrs={"rows": 3}),
    "error_messages": {"required": _("请写明理由。")},
}


class CorrectServiceForm(ServiceForm):
    """One certified record as it should be, or its withdrawal."""

    withdraw = forms.BooleanField(
        label=_("这条记录整条有误，申请撤销"),
        required=False,
        help_text=_("勾选后，上面的改动不起作用；撤销的记录不计入服务时长。"),
    )
    reason = forms.CharField(label=_("更正理由"), **_REASON)


class SettleDoubleForm(forms.Form):
    """Which of the two stands."""

    stands = forms.ChoiceField(
        label=_("核对结果"),
        choices=(
            ("first", _("是同一个人，保留原登记")),
            ("double", _("是同一个人，保留另一条登记")),
            ("both", _("不是同一个人，身份号码登记有误，两条都保留")),
        ),
        widget=forms.RadioSelect,
        initial="first",
    )
    reason = forms.CharField(
        label=_("核对情况"), help_text=_("如：已与本人和对方单位电话核对。"), **_REASON
    )


class EraseForm(forms.Form):
    """Why somebody is erased."""

    reason = forms.CharField(label=_("申请理由"), help_text=_("如：本人书面要求删除。"), **_REASON)
