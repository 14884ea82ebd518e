"""Why an event cannot be written."""

from django.utils.translation import gettext as _


class EventNotWritten(Exception):
    """The record of an action cannot be written: then the action itself does not happen."""

    def __str__(self) -> str:
        return _("操作记录暂时无法写入，为保证可以追溯，本次操作没有执行。")
