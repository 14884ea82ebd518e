"""Closing a quarter and asking to open it again."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClosePeriodForm(forms.Form):
    """The word that goes with the closing."""

    reason = forms.CharField(
        label=_("关账说明"),
        max_length=500,
        initial=_("本季度工作已结束，数据已核对。"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会留在记录里，区级可以看到。"),
        error_messages={"required": _("请写明关账说明。")},
    )
