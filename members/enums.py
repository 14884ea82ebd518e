"""Choices about members, their reporting in, their service and its summaries."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberKind(models.TextChoices):
    """党员类别."""

    FULL = "full", _("正式党员")
    PROBATIONARY = "probationary", _("预备党员")


class MemberCategory(models.TextChoices):
    """五类党员信息库: one register each, without a second entry."""

    IN_SERVICE = "in_service", _("在职党员")
    RETIRED = "retired", _("离退休党员")
    FLOATING = "floating", _("流动党员")
    DIRECT = "direct", _("直管党员")


class MemberState(models.TextChoices):
    """Where a member stands on the platform's roster; never the master register of membership."""

    PENDING = "pending", _("待单位确认")
    ACTIVE = "active", _("在册")
    ENDED = "ended", _("已减少")


class MemberEndReason(models.TextChoices):
    """Why a member left the roster (减少原因); nobody is deleted."""

    TRANSFERRED = "transferred", _("组织关系转出")
    RETIRED = "retired", _("退休")
    DIED = "died", _("死亡")
    EXPELLED = "expelled", _("出党")
    DUPLICATE = "duplicate", _("重复登记")
    OTHER = "other", _("其他")


class EmploymentState(models.TextChoices):
    """Whether the unit has said that the member is one of its people."""

    STATED = "stated", _("待单位确认")
    CONFIRMED = "confirmed", _("单位已确认")


class Availability(models.TextChoices):
    """When a member can serve (服务时间)."""

    WEEKDAYS = "weekdays", _("工作日")
    EVENINGS = "evenings", _("工作日晚上")
    WEEKENDS = "weekends", _("周末")
    HOLIDAYS = "holidays", _("节假日")


class DoubleState(models.TextChoices):
    """Whether two entries of one ID number have been settled."""

    OPEN = "open", _("待核对")
    MERGED = "merged", _("已合并")
    KEPT = "kept", _("不是同一人")


class ReportInState(models.TextChoices):
    """Machine 5 of reporting in, as far as the first quarter needs it."""

    SUBMITTED = "submitted", _("待社区确认")
    CONFIRMED = "confirmed", _("已报到")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    ENDED = "ended", _("已注销")


ACTIVE_REPORT_IN = (ReportInState.SUBMITTED, ReportInState.CONFIRMED)


class Side(models.TextChoices):
    """From which side a member is seen."""

    UNIT = "unit", _("单位")
    COMMUNITY = "community", _("社区")


class ServiceState(models.TextChoices):
    """Where a service record stands."""

    ENTERED = "entered", _("待认证")
    CERTIFIED = "certified", _("已认证")
    WITHDRAWN = "withdrawn", _("已撤销")


class SummaryState(models.TextChoices):
    """Where a quarterly service summary stands once it has been signed."""

    SENT = "sent", _("待签收")
    ACKNOWLEDGED = "acknowledged", _("已签收")


class EventKind(models.TextChoices):
    """What is done to members, report-ins, service records and summaries."""

    MEMBER_ADDED = "member.added", _("登记党员")
    MEMBER_CHANGED = "member.changed", _("修改党员信息")
    MEMBER_ENDED = "member.ended", _("党员减少")
    MEMBER_PHONE_SHOWN = "member.phone_shown", _("查看手机号")
    MEMBER_ID_NUMBER_SHOWN = "member.id_number_shown", _("查看公民身份号码")
    CALL_LIST_MADE = "member.call_list", _("生成通话名单")
    DOUBLE_OPENED = "member.double_opened", _("登记重复，待核对")
    DOUBLE_SETTLED = "member.double_settled", _("核对重复登记")
    EMPLOYMENT_STARTED = "employment.started", _("列入单位花名册")
    EMPLOYMENT_CONFIRMED = "employment.confirmed", _("单位确认为本单位党员")
    EMPLOYMENT_REFUSED = "employment.refused", _("单位答复不是本单位党员")
    EMPLOYMENT_ENDED = "employment.ended", _("离开单位花名册")
    REPORT_IN_SUBMITTED = "report_in.submitted", _("提交报到")
    REPORT_IN_WITHDRAWN = "report_in.withdrawn", _("撤回报到")
    REPORT_IN_CONFIRMED = "report_in.confirmed", _("确认报到")
    REPORT_IN_RETURNED = "report_in.returned", _("退回报到")
    REPORT_IN_ENDED = "report_in.ended", _("注销报到")
    REPORT_IN_PLACED = "report_in.placed", _("编入网格")
    SERVICE_ENTERED = "service.entered", _("登记服务记录")
    SERVICE_CERTIFIED = "service.certified", _("认证服务记录")
    SERVICE_WITHDRAWN = "service.withdrawn", _("撤销服务记录")
    SUMMARY_SENT = "summary.sent", _("签发服务情况汇总")
    SUMMARY_ACKNOWLEDGED = "summary.acknowledged", _("签收服务情况汇总")
    SERVICE_CORRECTED = "service.corrected", _("更正已认证的服务记录")
    MEMBER_MERGED = "member.merged", _("合并重复登记")
