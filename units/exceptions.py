"""What unit services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class UnitAlreadyRegistered(ValidationError):
    """Another current unit carries this credit code."""

    def __init__(self) -> None:
        super().__init__(
            {
                "credit_code": _(
                    "这个统一社会信用代码的单位已经登记，不必重复登记。请在单位列表中查找，查不到时请街道协助核对。"
                )
            }
        )


class UnitHasEnded(ValidationError):
    """The unit has been closed."""

    def __init__(self) -> None:
        super().__init__(_("这家单位已经注销，不能再修改。"))


class EndingBlocked(ValidationError):
    """Something is still open that the unit must settle first."""


class ReportAlreadyFiled(ValidationError):
    """The period's report has been filed; a second one does not replace it."""

    def __init__(self) -> None:
        super().__init__(_("本季度已经报送，没有重复报送。如需修改，请联系社区退回后再报。"))


class ReportNotUnderReview(ValidationError):
    """Only a filed report that nobody has decided can be accepted or returned."""

    def __init__(self) -> None:
        super().__init__(_("这份填报已由其他人处理，请刷新页面查看结果。"))


class ReportIncomplete(ValidationError):
    """Figures are missing or cannot be."""


class ReportTooEarly(ValidationError):
    """The quarter has not begun."""

    def __init__(self) -> None:
        super().__init__(_("这个季度还没有开始，不能填报。"))
