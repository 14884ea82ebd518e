"""Choices about accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyProfile(models.TextChoices):
    """Where the figures of the security policy come from (策略类型)."""

    MLPS = "mlps", _("等级保护三级")
    ASVS = "asvs", _("OWASP ASVS（长口令，不定期更换）")


class LinkPurpose(models.TextChoices):
    """What a one-time link is for."""

    INVITE = "invite", _("开通邀请")
    SIGN_IN = "sign_in", _("登录链接")
    RESET = "reset", _("重设密码")


class EventKind(models.TextChoices):
    """What is done with accounts and appointments."""

    USER_CREATED = "account.created", _("开通账号")
    SIGNED_IN = "session.signed_in", _("登录")
    SIGN_IN_FAILED = "session.failed", _("登录失败")
    SIGNED_OUT = "session.signed_out", _("退出登录")
    SIGN_IN_LOCKED = "session.locked", _("登录被锁定")
    FACTOR_FAILED = "session.factor_failed", _("动态验证码错误")
    STEPPED_UP = "session.stepped_up", _("再次验证身份")
    STEP_UP_FAILED = "session.step_up_failed", _("再次验证身份失败")
    SESSION_EXPIRED = "session.expired", _("登录超时")
    DEVICE_FORGOTTEN = "session.device_forgotten", _("移除常用设备")
    SESSIONS_ENDED = "session.ended", _("结束其他登录")
    POST_SWITCHED = "session.post_switched", _("切换岗位")
    PASSWORD_CHANGED = "account.password_changed", _("修改密码")
    FACTOR_SET = "account.factor_set", _("开通动态验证码")
    FACTOR_REMOVED = "account.factor_removed", _("停用动态验证码")
    FACTOR_RESET = "account.factor_reset", _("重置他人的动态验证码")
    RECOVERY_CODES_MADE = "account.recovery_codes_made", _("生成备用码")
    POLICY_EDITED = "policy.edited", _("修改安全策略")
    USER_CHANGED = "account.changed", _("修改登录方式")
    READING_CHANGED = "account.reading", _("切换大字版、标准版")
    USER_DISABLED = "account.disabled", _("停用账号")
    USER_ENABLED = "account.enabled", _("恢复账号")
    INVITED = "account.invited", _("发出开通邀请")
    SIGN_IN_LINK_SENT = "session.link_sent", _("发送登录链接")
    ONE_TIME_LINK_USED = "session.link_used", _("使用一次性链接")
    POST_HANDED_OVER = "appointment.handed_over", _("岗位交接")
    PREVIEWED = "access.previewed", _("查看某岗位的可见范围")
    APPOINTED = "appointment.granted", _("任命岗位")
    APPOINTMENT_ENDED = "appointment.ended", _("岗位终止")
    LINK_ISSUED = "link.issued", _("发出办理链接")
    LINK_REVOKED = "link.revoked", _("收回办理链接")
    TOKEN_ISSUED = "token.issued", _("签发接口令牌")
    TOKEN_REVOKED = "token.revoked", _("收回接口令牌")
