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
