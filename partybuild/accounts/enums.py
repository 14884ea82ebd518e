"""Choices about accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What is done with accounts and appointments."""

    USER_CREATED = "account.created", _("开通账号")
    SIGNED_IN = "session.signed_in", _("登录")
    SIGN_IN_FAILED = "session.failed", _("登录失败")
    SIGNED_OUT = "session.signed_out", _("退出登录")
    POST_SWITCHED = "session.post_switched", _("切换岗位")
    APPOINTED = "appointment.granted", _("任命岗位")
    APPOINTMENT_ENDED = "appointment.ended", _("岗位终止")
    LINK_ISSUED = "link.issued", _("发出办理链接")
    LINK_REVOKED = "link.revoked", _("收回办理链接")
    TOKEN_ISSUED = "token.issued", _("签发接口令牌")
    TOKEN_REVOKED = "token.revoked", _("收回接口令牌")
