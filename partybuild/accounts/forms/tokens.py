"""Issuing a token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partybuild.access import column_keys
from partybuild.accounts.services.tokens import MOST_DAYS

# The lines of access.csv that have an endpoint; a test compares them with the addresses.
OPERATIONS = (
    ("area.view", _("区域")),
    ("organization.view", _("组织名称（台账、会议中显示单位名称时需要）")),
    ("unit.view", _("驻区单位")),
    ("report.view", _("季度填报内容")),
    ("council.view", _("联席会")),
    ("topic.view", _("议题")),
    ("meeting.view", _("联席会议")),
    ("resolution.view", _("议定事项")),
    ("member.list", _("在职党员名单（姓名、号码隐去）")),
    ("member.view", _("在职党员个人（姓名、号码隐去）")),
    ("activity.view", _("社区活动")),
    ("service_post.view", _("服务岗位")),
    ("wish.view", _("微心愿（已公示的，不含许愿人和认领人）")),
    ("team.view", _("志愿服务队")),
    ("certificate.view", _("志愿服务记录证明（姓名隐去）")),
    ("service.view", _("服务记录（姓名隐去）")),
    ("summary.view", _("服务情况通报")),
    ("feedback.totals", _("反馈意见汇总（只有总数）")),
    ("obligation.view", _("应办事项台账")),
    ("obligation.view_person", _("关于个人的应办事项")),
    ("figures.view", _("统计数据")),
    ("figures.view_person", _("关于个人的统计数据（只有总数）")),
    ("schema.view", _("接口文档")),
)
# The interface only reads.
COLUMN = "api_read"
_CHOICES = tuple((key, label) for key, label in OPERATIONS if key in column_keys(COLUMN))


class TokenSearchForm(forms.Form):
    """Whose post the token acts for."""

    sentence = _("查找名称或姓名含 {words} 的岗位")
    words = forms.CharField(label=_("单位名称或姓名"), max_length=50, required=False)


class TokenForm(forms.Form):
    """For what, what it may, until when, why."""

    name = forms.CharField(
        label=_("用途"),
        max_length=100,
        help_text=_("写明对接的系统，例如：市数据平台每日取数。"),
        error_messages={"required": _("请填写用途。")},
    )
    operations = forms.MultipleChoiceField(
        label=_("可用的操作"),
        choices=_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("接口只能读取，不能写入。只勾选对接系统用得到的，范围不超过该岗位本身。"),
        error_messages={"required": _("请至少勾选一项操作。")},
    )
    days = forms.IntegerField(
        label=_("有效期"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        widget=forms.NumberInput(attrs={"data-unit": _("天"), "data-width": "4"}),
        help_text=_("最长180天，到期后重新签发。"),
        error_messages={
            "required": _("请填写有效期。"),
            "min_value": _("有效期为1至180天。"),
            "max_value": _("有效期为1至180天。"),
        },
    )
    reason = forms.CharField(
        label=_("签发理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会记入操作记录，例如：依据某月某日会议纪要，与市数据平台对接。"),
        error_messages={"required": _("请写明签发理由。")},
    )
