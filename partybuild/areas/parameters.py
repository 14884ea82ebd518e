"""Every parameter that places may set, with its default and the variants seen in practice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


@dataclass(frozen=True)
class ParameterKind:
    """One parameter: its default, its unit and what it may be."""

    key: str
    label: Any
    default: Any
    unit: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    least: int = 0
    most: int = 366

    def is_within(self, number: int) -> bool:
        """Whether a number lies between the least and the most."""
        return self.least <= number <= self.most

    def say(self, value: Any) -> str:
        """Return a value in words: 每季度一次, 3个工作日, 是."""
        if isinstance(self.default, list) and self.choices:
            words = [str(label) for key, label in self.choices if key in value]
            return "、".join(words) or str(_("无"))
        if self.choices:
            return str(dict(self.choices).get(value, value))
        if isinstance(value, bool):
            return str(_("是") if value else _("否"))
        if isinstance(value, list):
            return " ".join(str(each) for each in value)
        return f"{value}{self.unit}"

    def clean(self, value: Any) -> Any:
        """Return a value in the parameter's type; ValidationError in the user's words."""
        if isinstance(self.default, list) and self.choices:
            picked = value if isinstance(value, list) else str(value).split()
            if set(picked) - dict(self.choices).keys():
                raise ValidationError(_("请从列表中选择。"))
            # In the order of the list, whatever the order of the marks.
            return [key for key, _label in self.choices if key in picked]
        if self.choices:
            if value not in dict(self.choices):
                raise ValidationError(_("请从列表中选择一项。"))
            return value
        if isinstance(self.default, bool):
            return value in {True, "true", "on", "1"}
        if isinstance(self.default, int):
            try:
                number = int(value)
            except (TypeError, ValueError):
                raise ValidationError(_("请填写整数。")) from None
            if not self.is_within(number):
                raise ValidationError(
                    _("请填写%(least)d到%(most)d之间的整数。")
                    % {"least": self.least, "most": self.most}
                )
            return number
        if isinstance(self.default, list):
            parts = value if isinstance(value, list) else str(value).split()
            if not all(str(part).isdecimal() and self.is_within(int(part)) for part in parts):
                raise ValidationError(
                    _("请填写%(least)d到%(most)d之间的整数，用空格分隔。")
                    % {"least": self.least, "most": self.most}
                )
            return [str(int(part)) for part in parts]
        return str(value)


_WORKING_DAYS = lazy("个工作日")
_DAYS = lazy("天")

KINDS = (
    ParameterKind(
        "meeting.frequency",
        lazy("联席会议召开频次"),
        "quarterly",
        choices=(
            ("monthly", lazy("每月一次")),
            ("quarterly", lazy("每季度一次")),
            ("half_yearly", lazy("每半年一次")),
        ),
    ),
    ParameterKind(
        "meeting.months", lazy("召开月份（半年制，空格分隔）"), ["3", "12"], least=1, most=12
    ),
    ParameterKind("topic.lead_days", lazy("议题征集提前"), 15, _DAYS),
    ParameterKind("notice.lead_days", lazy("会议通知提前"), 3, _WORKING_DAYS, least=1, most=30),
    ParameterKind(
        "receipt.due_days", lazy("会议回执截止于会前"), 1, _WORKING_DAYS, least=0, most=10
    ),
    ParameterKind(
        "meeting.quorum",
        lazy("到会要求"),
        "off",
        choices=(
            ("off", lazy("不作要求")),
            ("half", lazy("过半数成员单位到会")),
            ("two_thirds", lazy("三分之二以上成员单位到会")),
        ),
    ),
    ParameterKind(
        "decision.mode",
        lazy("议事方式"),
        "consensus",
        choices=(
            ("consensus", lazy("协商一致")),
            ("show_of_hands", lazy("举手表决，赞成超过成员单位半数通过")),
        ),
    ),
    ParameterKind(
        "rotation",
        lazy("轮值"),
        "off",
        choices=(
            ("off", lazy("不轮值")),
            ("meeting", lazy("每次会议轮换一家")),
            ("year", lazy("每年轮换一家")),
        ),
    ),
    ParameterKind("minutes.countersign", lazy("纪要印发前请成员单位会签"), False),
    ParameterKind(
        "countersign.days", lazy("会签期限（逾期视为无意见）"), 3, _WORKING_DAYS, least=1
    ),
    ParameterKind("minutes.due_days", lazy("会后印发纪要期限"), 5, _WORKING_DAYS, least=1, most=60),
    ParameterKind("resolution.accept_days", lazy("议定事项接件期限"), 3, _WORKING_DAYS, least=1),
    ParameterKind("resolution.verify_days", lazy("申报办结后验收期限"), 5, _WORKING_DAYS, least=1),
    ParameterKind("extension.decide_days", lazy("延期申请审批期限"), 3, _WORKING_DAYS, least=1),
    ParameterKind("document.sign_days", lazy("文书签收期限（0为不要求签收）"), 5, _WORKING_DAYS),
    ParameterKind("publicity.days", lazy("公示期"), 5, _WORKING_DAYS, least=1, most=60),
    ParameterKind(
        "parttime.approve_days", lazy("兼职委员人选批复期限"), 10, _WORKING_DAYS, least=1
    ),
    ParameterKind("parttime.term_years", lazy("兼职委员任期"), 3, lazy("年"), least=1, most=10),
    # A hint only: how many part-time members a committee usually has.
    ParameterKind("parttime.least", lazy("兼职委员一般不少于"), 3, lazy("人"), most=50),
    ParameterKind("parttime.most", lazy("兼职委员一般不多于"), 5, lazy("人"), most=50),
    ParameterKind(
        "resolution.accept_yellow", lazy("接件超期亮黄牌"), 1, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "resolution.accept_red", lazy("接件超期亮红牌"), 2, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "resolution.handle_yellow", lazy("办理超期亮黄牌"), 5, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "resolution.handle_red", lazy("办理超期亮红牌"), 10, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "presence.opens_minutes",
        lazy("扫码签到在会前开放"),
        60,
        lazy("分钟"),
        least=5,
        most=240,
    ),
    ParameterKind(
        "presence.late_minutes", lazy("开会多久后签到算迟到"), 10, lazy("分钟"), most=120
    ),
    ParameterKind(
        "activity.opens_minutes",
        lazy("活动签到在开始前开放"),
        60,
        lazy("分钟"),
        most=240,
    ),
    ParameterKind(
        "activity.late_minutes", lazy("活动开始多久后签到算迟到"), 15, lazy("分钟"), most=120
    ),
    ParameterKind(
        "activity.offline_minutes",
        lazy("断网手机补传签到的时限（0为不允许）"),
        15,
        lazy("分钟"),
        most=120,
    ),
    ParameterKind("report.due_days", lazy("季度填报期限（季后）"), 5, _WORKING_DAYS, least=1),
    ParameterKind("summary.due_days", lazy("服务情况汇总期限（季后）"), 10, _WORKING_DAYS, least=1),
    ParameterKind(
        "annual_form.due_days",
        lazy("年度情况表填写期限（发起后）"),
        10,
        _WORKING_DAYS,
        least=1,
        most=60,
    ),
    ParameterKind(
        "request.due_days", lazy("征求意见答复期限"), 10, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind("request.is_shown", lazy("征求意见的答复告知党员本人"), True),
    ParameterKind("acknowledge.due_days", lazy("签收期限"), 10, _WORKING_DAYS, least=1),
    ParameterKind(
        "certificate.due_days",
        lazy("志愿服务记录证明办理期限"),
        5,
        _WORKING_DAYS,
        least=1,
        most=60,
    ),
    ParameterKind("report_in.max_communities", lazy("每名党员可报到社区数"), 1, least=1, most=5),
    # What a member is invited to, never held against anybody.
    ParameterKind("claim.min_per_member", lazy("每名党员倡议认领岗位"), 1, lazy("个"), most=20),
    ParameterKind(
        "claim.max_per_member",
        lazy("每名党员同时认领岗位最多"),
        2,
        lazy("个"),
        least=1,
        most=20,
    ),
    ParameterKind(
        "claim.decide_days", lazy("社区确定认领期限"), 3, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "claim.pledge_days", lazy("认领后签订承诺书期限"), 5, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind("wish.verify_days", lazy("微心愿核实期限"), 5, _WORKING_DAYS, least=1, most=60),
    ParameterKind(
        "wish.decide_days", lazy("社区确定微心愿认领期限"), 3, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind("wish.fulfil_days", lazy("认领后兑现微心愿期限"), 30, _DAYS, least=1, most=366),
    ParameterKind("wish.revisit_days", lazy("兑现后回访期限"), 10, _WORKING_DAYS, least=1, most=60),
    ParameterKind(
        "report_in.first_deadline",
        lazy("列入单位花名册后首次报到期限（0为不要求）"),
        30,
        _DAYS,
        most=366,
    ),
    ParameterKind(
        "unit_report_in.first_deadline",
        lazy("驻区单位登记后首次报到期限（0为不要求）"),
        0,
        _DAYS,
        most=366,
    ),
    ParameterKind(
        "report_in.decide_days", lazy("社区确认报到期限"), 5, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "report_in.renewal",
        lazy("续报"),
        "yearly",
        choices=(
            ("yearly", lazy("每年一次")),
            ("half_yearly", lazy("每半年一次")),
            ("off", lazy("不续报")),
        ),
    ),
    ParameterKind("letter.valid_days", lazy("组织推荐信有效期"), 30, _DAYS, least=1),
    ParameterKind(
        "feedback.cycle",
        lazy("党员活动情况反馈周期"),
        "yearly",
        choices=(
            ("yearly", lazy("每年一次")),
            ("half_yearly", lazy("每半年一次")),
            ("quarterly", lazy("每季度一次")),
        ),
    ),
    ParameterKind(
        "feedback.parts",
        lazy("反馈前征求的评议（五评议）"),
        ["self", "masses", "community"],
        choices=(
            ("self", lazy("党员自评")),
            ("leader", lazy("领导点评（单位党组织）")),
            ("masses", lazy("群众测评")),
            ("community", lazy("社区参评")),
            ("organization", lazy("组织考评（街道党组织）")),
        ),
    ),
    ParameterKind(
        "feedback.parts_due_days", lazy("评议期限（期后）"), 10, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "feedback.send_due_days",
        lazy("反馈表签发期限（期后）"),
        15,
        _WORKING_DAYS,
        least=1,
        most=90,
    ),
    ParameterKind(
        "feedback.acknowledge_due_days",
        lazy("反馈表签收期限"),
        10,
        _WORKING_DAYS,
        least=1,
        most=60,
    ),
    ParameterKind(
        "feedback.use_due_days",
        lazy("签收后登记结果运用期限"),
        20,
        _WORKING_DAYS,
        least=1,
        most=120,
    ),
    ParameterKind(
        "feedback.object_days", lazy("党员提出异议期限（送达后）"), 7, _DAYS, least=1, most=60
    ),
    ParameterKind(
        "feedback.review_due_days", lazy("异议复核期限"), 10, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "eval.grades",
        lazy("评价等次"),
        "three",
        choices=(
            ("three", lazy("优秀、合格、不合格")),
            ("four", lazy("优秀、合格、基本合格、不合格")),
            ("good", lazy("优秀、较好、一般、不合格")),
        ),
    ),
    ParameterKind(
        "eval.excellent_cap",
        lazy("优秀名额"),
        "third",
        choices=(
            ("third", lazy("不超过三分之一")),
            ("quarter", lazy("不超过四分之一")),
            ("fifth", lazy("不超过五分之一")),
            ("none", lazy("不限")),
        ),
    ),
    ParameterKind(
        "eval.excellent_times",
        lazy("参加次数达到要求的几倍可建议优秀（0为不建议）"),
        2,
        lazy("倍"),
        most=10,
    ),
    ParameterKind(
        "activity.min_per_year", lazy("每名党员每年参加活动不少于"), 4, lazy("次"), most=100
    ),
    # Shares are measured by these on the dashboard; nobody is ranked by them.
    ParameterKind(
        "target.participation",
        lazy("党员参与率目标（0为不设）"),
        70,
        lazy("%"),
        most=100,
    ),
    ParameterKind("target.recognition", lazy("活动认可率目标（0为不设）"), 85, lazy("%"), most=100),
    ParameterKind(
        "target.unit_report_in", lazy("单位报到率目标（0为不设）"), 95, lazy("%"), most=100
    ),
    ParameterKind("reminder.before_days", lazy("到期前提醒"), 3, _WORKING_DAYS, least=0, most=30),
    ParameterKind(
        "reminder.overdue_every_days", lazy("逾期后每隔多久提醒"), 3, _WORKING_DAYS, least=1
    ),
    ParameterKind("reminder.overdue_times", lazy("逾期提醒最多次数"), 3, least=0, most=20),
    ParameterKind("escalation.open", lazy("本期开始时提醒一次"), True),
    ParameterKind(
        "escalation.middle_days",
        lazy("中期提醒在到期前（0为不提醒）"),
        10,
        _WORKING_DAYS,
        most=60,
    ),
    ParameterKind("escalation.due_day", lazy("到期当天提醒"), True),
    ParameterKind(
        "escalation.street_days",
        lazy("末次逾期提醒后报街道（0为不报）"),
        3,
        _WORKING_DAYS,
        most=60,
    ),
    ParameterKind(
        "escalation.district_days",
        lazy("报街道后再报区县（0为不报）"),
        0,
        _WORKING_DAYS,
        most=60,
    ),
    ParameterKind("chase.hours", lazy("两次催办至少间隔"), 20, lazy("小时"), least=0, most=240),
    ParameterKind("digest.hour", lazy("每日提醒合并发送时间（时）"), 9, least=0, most=23),
    # Each costs money: only where a place wants them.
    ParameterKind("reminder.sms", lazy("提醒同时发短信（已接短信网关时）"), False),
    ParameterKind("quiet.from", lazy("免打扰开始（时）"), 21, least=0, most=23),
    ParameterKind("quiet.to", lazy("免打扰结束（时）"), 8, least=0, most=23),
    ParameterKind("approval.days", lazy("审批申请有效期"), 7, _DAYS, least=1, most=60),
    ParameterKind("link.days", lazy("办理链接有效期"), 30, _DAYS, least=1, most=180),
    ParameterKind(
        "privacy.answer_days", lazy("答复个人信息更正申请"), 15, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "suggestion.answer_days", lazy("答复意见建议"), 10, _WORKING_DAYS, least=1, most=60
    ),
    ParameterKind(
        "suggestion.finish_days",
        lazy("采纳的意见建议一般办结"),
        20,
        _WORKING_DAYS,
        least=1,
        most=250,
    ),
    ParameterKind("retention.staged_days", lazy("导入暂存数据保存"), 14, _DAYS, least=1, most=60),
    ParameterKind(
        "retention.session_days", lazy("已结束的登录会话保存"), 1, _DAYS, least=1, most=30
    ),
    ParameterKind(
        "retention.link_days", lazy("已失效的一次性链接、办理链接保存"), 30, _DAYS, least=1
    ),
    ParameterKind(
        "retention.notice_days", lazy("通知正文和收件地址保存"), 400, _DAYS, least=30, most=3660
    ),
    ParameterKind(
        "retention.wisher_days",
        lazy("微心愿办结后许愿人信息保存"),
        365,
        _DAYS,
        least=30,
        most=3660,
    ),
    ParameterKind(
        "retention.ended_member_days",
        lazy("党员减少后联系方式和身份号码保存"),
        365,
        _DAYS,
        least=30,
        most=3660,
    ),
    ParameterKind(
        "upload.files_per_day", lazy("每人每天上传文件"), 30, lazy("个"), least=1, most=500
    ),
    ParameterKind(
        "upload.megabytes_per_day",
        lazy("每人每天上传总量"),
        200,
        lazy("MB"),
        least=1,
        most=5000,
    ),
    ParameterKind("notice.hold_minutes", lazy("通知发出前可撤回"), 5, lazy("分钟"), most=120),
)
PARAMETERS = {kind.key: kind for kind in KINDS}
