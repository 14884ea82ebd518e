"""What approval services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class ReasonMissing(ValidationError):
    """Who asks says why."""

    def __init__(self) -> None:
        super().__init__({"reason": _("请写明理由。")})


class OpinionMissing(ValidationError):
    """Who refuses says why."""

    def __init__(self) -> None:
        super().__init__({"opinion": _("不同意时，请写明意见，对方能看到。")})


class AlreadyAsked(ValidationError):
    """The same request waits for a decision."""

    def __init__(self) -> None:
        super().__init__(_("同样的申请已经提出，正在等待审批，不必重复提出。"))


class NobodyToDecide(ValidationError):
    """There is no second person anywhere."""

    def __init__(self) -> None:
        super().__init__(_("目前没有可以审批的上级岗位或安全管理员，请先联系上级党组织办理任职。"))


class ApprovalAlreadyDecided(ValidationError):
    """Decided, withdrawn or expired: a request is decided once."""

    def __init__(self) -> None:
        super().__init__(_("这份申请已经办结、撤回或过期，请刷新页面查看结果。"))


class OwnRequest(ValidationError):
    """Nobody decides what they asked for or what is about themselves: by person, not by account."""

    def __init__(self) -> None:
        super().__init__(_("这份申请由您本人提出或涉及您本人，请由其他人审批。"))


class ApprovalNotUsable(ValidationError):
    """What was approved can be used once, by who asked, while they hold the right."""

    def __init__(self) -> None:
        super().__init__(_("这份申请没有获得同意、已经用过或已过期，请重新提出申请。"))
