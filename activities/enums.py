"""Choices of activities."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityState(models.TextChoices):
    """The line of an activity (活动)."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("报名中")
    HELD = "held", _("已举办")
    CANCELLED = "cancelled", _("已取消")


class Audience(models.TextChoices):
    """Who may sign up."""

    COMMUNITY = "community", _("在本社区报到的党员")
    UNITS = "units", _("主办、协办单位的党员")
    BOTH = "both", _("在本社区报到的党员和主办、协办单位的党员")


class HostRole(models.TextChoices):
    """What a body does for a joint activity."""

    LEAD = "lead", _("主办")
    HELPER = "helper", _("协办")


class SignUpState(models.TextChoices):
    """Where a member stands with an activity."""

    SIGNED = "signed", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已退出")


STANDING = (SignUpState.SIGNED, SignUpState.WAITING)


class Via(models.TextChoices):
    """By which door somebody signed up."""

    SELF = "self", _("本人")
    PROXY = "proxy", _("代录")


class AttendanceState(models.TextChoices):
    """Whether somebody was there; silence is "not recorded", never an absence."""

    PRESENT = "present", _("到场")
    LATE = "late", _("迟到")
    EXCUSED = "excused", _("请假")
    UNRECORDED = "unrecorded", _("未登记")


CAME = (AttendanceState.PRESENT, AttendanceState.LATE)


class AttendedVia(models.TextChoices):
    """How it is known who came."""

    CODE = "code", _("签到码")
    HAND = "hand", _("组织者登记")
    SAID = "said", _("已说明")


class EventKind(models.TextChoices):
    """What is done with activities."""

    ACTIVITY_PLANNED = "activity.planned", _("计划活动")
    ACTIVITY_CHANGED = "activity.changed", _("修改活动")
    ACTIVITY_PUBLISHED = "activity.published", _("发布活动")
    ACTIVITY_CANCELLED = "activity.cancelled", _("取消活动")
    ACTIVITY_PLACES_CHANGED = "activity.places_changed", _("调整名额")
    ACTIVITY_HELPERS_CHANGED = "activity.helpers_changed", _("调整协办")
    SIGNED_UP = "activity.signed_up", _("报名")
    SIGNED_UP_BY_PROXY = "activity.signed_up_by_proxy", _("代录报名")
    MOVED_UP = "activity.moved_up", _("候补转为报名")
    SIGN_UP_WITHDRAWN = "activity.sign_up_withdrawn", _("退出报名")
    ACTIVITY_SUBMITTED = "activity.submitted", _("提请社区发布")
    ACTIVITY_RETURNED = "activity.returned", _("退回单位修改")
    ACTIVITY_HELD = "activity.held", _("登记活动已举办")
    ACTIVITY_FIGURES_CHANGED = "activity.figures_changed", _("更正活动数字")
    CHECKED_IN = "activity.checked_in", _("签到")
    CHECKED_OUT = "activity.checked_out", _("签退")
    EXCUSED = "activity.excused", _("请假")
    ATTENDANCE_RECORDED = "activity.attendance_recorded", _("登记到场情况")
    CONTRIBUTION_ENTERED = "activity.contribution_entered", _("登记投入")
    CONTRIBUTION_WITHDRAWN = "activity.contribution_withdrawn", _("撤销投入")
    EVALUATION_LINKED = "activity.evaluation_linked", _("开通评价")
    EVALUATION_CLOSED = "activity.evaluation_closed", _("结束评价")
    EVALUATED = "activity.evaluated", _("评价活动")
    EVALUATIONS_ENTERED = "activity.evaluations_entered", _("登记纸质评价")
