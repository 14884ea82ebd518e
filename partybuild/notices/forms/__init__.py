"""Forms of notices."""

from partybuild.notices.forms.log import LogFilter
from partybuild.notices.forms.robots import RobotForm
from partybuild.notices.forms.wishes import DelegationForm, PreferenceForm

__all__ = ("DelegationForm", "LogFilter", "PreferenceForm", "RobotForm")
