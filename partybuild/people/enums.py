"""Choices about people."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gender(models.TextChoices):
    """性别."""

    MALE = "male", _("男")
    FEMALE = "female", _("女")


class Purpose(models.TextChoices):
    """What a person may allow or refuse; what rests on duty is not asked and stands in the notice."""

    REMINDER_MAIL = "reminder_mail", _("用邮件、短信提醒我")
    PUBLICATION = "publication", _("公开我的姓名和照片")


class Way(models.TextChoices):
    """How somebody was told or said so."""

    SIGN_IN = "sign_in", _("登录时")
    INVITE = "invite", _("首次开通时")
    PAGE = "page", _("在“我的个人信息”页")
    PAPER = "paper", _("书面")


class EventKind(models.TextChoices):
    """What is done to a person's own data."""

    PERSON_CREATED = "person.created", _("登记人员")
    PERSON_CHANGED = "person.changed", _("修改人员信息")
    KEYS_ROTATED = "person.keys_rotated", _("更换字段加密密钥")
    REHASHED = "person.rehashed", _("重算查找用摘要")
    NOTICE_SEEN = "privacy.notice_seen", _("阅读个人信息保护说明")
    CONSENT_GIVEN = "privacy.consent_given", _("同意或重新开启")
    CONSENT_WITHDRAWN = "privacy.consent_withdrawn", _("撤回同意或关闭")
    COPY_TAKEN = "privacy.copy_taken", _("下载本人信息副本")
    ERASED = "privacy.erased", _("删除个人信息")
    ERASURE_REPLAYED = "privacy.erasure_replayed", _("恢复后重新删除个人信息")
    SWEPT = "privacy.swept", _("清理到期数据")
