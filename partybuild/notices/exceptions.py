"""What services of notices refuse."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class DelegateDoesNotFit(ValidationError):
    """Notices are taken by another current holder of a post at the same body."""

    def __init__(self) -> None:
        super().__init__(_("请选择本单位另一位在岗的同志代收。"))


class LeaveIsTooLong(ValidationError):
    """Longer than this, the post is handed over."""

    def __init__(self) -> None:
        super().__init__(_("代收最长180天；更长时间不在岗的，请办理岗位交接。"))


class LeaveIsOver(ValidationError):
    """A leave in the past changes nothing."""

    def __init__(self) -> None:
        super().__init__(_("结束日期已过，请填写今天或以后的日期。"))


class LeaveIsTold(ValidationError):
    """One leave at a time at one body."""

    def __init__(self) -> None:
        super().__init__(_("这段时间已经安排了代收。要更换，请先结束原来的安排。"))


class QuietHoursHalfSet(ValidationError):
    """Quiet hours have a beginning and an end."""

    def __init__(self) -> None:
        super().__init__(_("免打扰时间请把开始和结束都选上，或者都不选。"))
