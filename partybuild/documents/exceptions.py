"""What document services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class NotReadyToIssue(ValidationError):
    """What the document is about has not come so far yet."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class AlreadyWithdrawn(ValidationError):
    """Nothing is withdrawn twice."""

    def __init__(self) -> None:
        super().__init__(_("这份文书已经作废。"))


class WithdrawalNeedsAReason(ValidationError):
    """Who withdraws says why."""

    def __init__(self) -> None:
        super().__init__(_("请写明作废原因。"))
