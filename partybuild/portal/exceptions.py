"""What the shared pages refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class SuggestionAnswered(ValidationError):
    """Somebody has answered meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("这条意见已经答复过了。"))


class CorrectionAnswered(ValidationError):
    """Somebody has answered it already."""

    def __init__(self) -> None:
        super().__init__(_("这份申请已由其他人答复，请刷新页面查看。"))
