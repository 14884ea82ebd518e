"""What is owed to those whose data is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Duty, register
from partybuild.portal.services.corrections import CORRECT_DUTY


@register
class AnswerCorrection(Duty):
    """A body answers whoever says that their data is wrong."""

    key = CORRECT_DUTY
    name = lazy("个人信息更正申请")
    action = lazy("答复")
    bearer_roles = frozenset(
        {
            Role.COMMITTEE,
            Role.COMMUNITY_SECRETARY,
            Role.COMMUNITY_WORKER,
            Role.UNIT_SECRETARY,
            Role.UNIT_LIAISON,
        }
    )

    def title(self, obligation: Obligation) -> str:
        """Say what is asked, not by whom: reminders go out by mail."""
        return _("有人申请更正个人信息，请核对后答复")
