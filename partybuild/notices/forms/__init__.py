"""Forms of notices."""

from partybuild.notices.forms.log import LogFilter

__all__ = ("LogFilter",)
