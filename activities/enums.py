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


class EventKind(models.TextChoices):
    """What is done with activities."""

    ACTIVITY_PLANNED = "activity.planned", _("计划活动")
    ACTIVITY_CHANGED = "activity.changed", _("修改活动")
    ACTIVITY_PUBLISHED = "activity.published", _("发布活动")
    ACTIVITY_CANCELLED = "activity.cancelled", _("取消活动")
    ACTIVITY_PLACES_CHANGED = "activity.places_changed", _("调整名额")
    SIGNED_UP = "activity.signed_up", _("报名")
    SIGNED_UP_BY_PROXY = "activity.signed_up_by_proxy", _("代录报名")
    MOVED_UP = "activity.moved_up", _("候补转为报名")
    SIGN_UP_WITHDRAWN = "activity.sign_up_withdrawn", _("退出报名")
