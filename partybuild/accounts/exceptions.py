"""What account services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class GrantRefused(ValidationError):
    """A role at or above one's own, or outside one's own scope."""

    def __init__(self) -> None:
        super().__init__(_("只能在本岗位管辖范围内，任命比本岗位低的岗位。"))


class LinkUnusable(Exception):
    """A link that has expired, was taken back or was altered."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class AdministratorsExclude(ValidationError):
    """System, security and audit administrators exclude each other and every other post."""

    def __init__(self) -> None:
        super().__init__(_("系统管理员、安全管理员、审计管理员不得由同一人兼任。"))


class TokenNeedsAReason(ValidationError):
    """The law asks for a reason when a token is issued."""

    def __init__(self) -> None:
        super().__init__(_("请写明签发理由。"))


class TokenNotForThisPost(ValidationError):
    """Tokens act for committees, communities and units, while the term runs."""

    def __init__(self) -> None:
        super().__init__(_("接口令牌只能签给在任的党（工）委、社区或单位岗位。"))


class TokenNeedsAnAccount(ValidationError):
    """A token belongs to a way to sign in, which can be disabled."""

    def __init__(self) -> None:
        super().__init__(_("该岗位的任职人还没有启用的账号，请先开通账号。"))
