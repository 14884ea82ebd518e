"""What ledger services refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class ObligationNotOpen(ValidationError):
    """Somebody has paid, exempted or voided it meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("这件事已经办结、免除或作废，不需要再处理。"))


class ObligationNotPaid(ValidationError):
    """Only what was filed can be returned or reopened."""

    def __init__(self) -> None:
        super().__init__(_("这件事还没有办结，不能退回。"))


class OwnObligation(ValidationError):
    """Nobody chases or exempts what they owe themselves."""

    def __init__(self) -> None:
        super().__init__(_("这是本单位自己应办的事，请直接办理；如需免除，由上级党组织决定。"))


class ReasonMissing(ValidationError):
    """An exemption says why."""

    def __init__(self) -> None:
        super().__init__(_("请写明理由。"))


class NotAStreet(ValidationError):
    """A row per street; district and city count as closed when all below are."""

    def __init__(self) -> None:
        super().__init__(_("关账按街道办理；全部街道关账后，区和市自动视为已关账。"))


class PeriodNotOver(ValidationError):
    """A period is closed when it is over."""

    def __init__(self) -> None:
        super().__init__(_("本季度还没有结束，季度结束后才能关账。"))


class PeriodAlreadyClosed(ValidationError):
    """Somebody else was first."""

    def __init__(self) -> None:
        super().__init__(_("这个季度已经关账，不必重复办理。"))


class PeriodNotClosed(ValidationError):
    """Only a closed period is reopened."""

    def __init__(self) -> None:
        super().__init__(_("这个季度没有关账，或已经重新打开。"))
