"""Forms of the gallery: one field of every kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SampleForm(forms.Form):
    """Every kind of field that the components draw."""

    theme = forms.CharField(
        label=_("会议主题"),
        max_length=60,
        help_text=_("写清楚季度和重点，例如“第一季度：老旧小区加装电梯”。"),
        error_messages={"required": _("请填写会议主题。")},
    )
    note = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    phone = forms.RegexField(
        r"^1\d{10}$",
        label=_("联系电话"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "data-width": "20"}),
        error_messages={
            "required": _("请填写联系电话。"),
            "invalid": _("联系电话少一位，请核对后填写11位手机号。"),
        },
    )
    people = forms.IntegerField(
        label=_("参加党员"),
        min_value=0,
        widget=forms.NumberInput(attrs={"data-unit": _("人"), "data-width": "4"}),
        error_messages={"min_value": _("人数不能小于0，请核对。")},
    )
    on = forms.DateField(label=_("会议日期"), required=False)
    at = forms.TimeField(label=_("开始时间"), required=False)
    channel = forms.ChoiceField(
        label=_("由谁告知"),
        choices=[("", _("请选择")), ("phone", _("电话")), ("wechat", _("微信"))],
        error_messages={"required": _("请选择告知方式。")},
    )
    answer = forms.ChoiceField(
        label=_("是否参加"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("yes", _("参加")), ("delegate", _("委托他人")), ("leave", _("请假"))],
    )
    topics = forms.MultipleChoiceField(
        label=_("关心的议题"),
        help_text=_("可多选。"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("greening", _("小区绿化")),
            ("elders", _("助老服务")),
            ("parking", _("错时停车")),
        ],
        error_messages={"required": _("请至少选择一个议题。")},
    )
    sheet = forms.FileField(
        label=_("附件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls", "data-max-mb": "20"}),
    )
    consent = forms.BooleanField(
        label=_("已与本单位党组织核对"),
        help_text=_("核对后由联络员提交即可，不需要盖章。"),
        error_messages={"required": _("请先与本单位党组织核对，再勾选。")},
    )


class SampleFilters(forms.Form):
    """Filters that read as a sentence."""

    period = forms.ChoiceField(
        label=_("季度"),
        required=False,
        choices=[("2026Q1", _("2026年第一季度")), ("2025Q4", _("2025年第四季度"))],
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部状态")), ("open", _("未回执")), ("filed", _("已回执"))],
    )
    q = forms.CharField(label=_("名称含"), required=False)

    def __init__(self, *args: Any, is_sentence: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter_%s" if is_sentence else "plain_%s")
        super().__init__(*args, **kwargs)
        self.sentence = _("显示{period}{state}的单位，名称含{q}") if is_sentence else ""
