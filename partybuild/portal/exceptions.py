"""What the shared pages refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SuggestionAnswered(ValidationError):
    """Somebody has answered meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("这条意见已经答复过了。"))


class SuggestionNotUnderway(ValidationError):
    """Only what was taken up, and is not closed, can be closed."""

    def __init__(self) -> None:
        super().__init__(_("这条意见不在办理中，请刷新页面查看。"))


class FinishInThePast(ValidationError):
    """The day until when it is to be done has not passed."""

    def __init__(self) -> None:
        super().__init__({"finish_on": _("预计办结日期不能早于今天。")})


class NobodyAnswersThere(ValidationError):
    """The place has no committee that could answer."""

    def __init__(self) -> None:
        super().__init__(_("那里还没有党组织可以答复，请另选一处。"))


class CorrectionAnswered(ValidationError):
    """Somebody has answered it already."""

    def __init__(self) -> None:
        super().__init__(_("这份申请已由其他人答复，请刷新页面查看。"))
