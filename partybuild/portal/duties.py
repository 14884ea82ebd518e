"""What is owed to those whose data is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.calendar import SHANGHAI
from partybuild.calendar.words import short_date_cn
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Duty, register
from partybuild.portal.models import Suggestion
from partybuild.portal.services.corrections import CORRECT_DUTY
from partybuild.portal.services.suggestions import ANSWER_DUTY, FINISH_DUTY


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
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Say what is asked, not by whom: reminders go out by mail."""
        return _("有人申请更正个人信息，请核对后答复")


@register
class AnswerSuggestion(Duty):
    """A committee answers whoever made a suggestion."""

    key = ANSWER_DUTY
    name = lazy("意见建议")
    action = lazy("答复")
    bearer_roles = frozenset({Role.COMMITTEE, Role.COMMUNITY_SECRETARY})
    is_watched = True

    def title(self, obligation: Obligation) -> str:
        """Name the day only, not the words: reminders go out by mail."""
        subject = obligation.subject
        if not isinstance(subject, Suggestion):
            return _("答复收到的意见建议")
        day = subject.created_at.astimezone(SHANGHAI).date()
        return _("答复%(day)s收到的意见建议") % {"day": short_date_cn(day)}


@register
class FinishSuggestion(Duty):
    """What was taken up is done by the day that was said, and its sender hears of it."""

    key = FINISH_DUTY
    name = lazy("采纳的意见建议")
    action = lazy("办结")
    bearer_roles = frozenset({Role.COMMITTEE, Role.COMMUNITY_SECRETARY})

    def title(self, obligation: Obligation) -> str:
        """Name the day only, not the words: reminders go out by mail."""
        subject = obligation.subject
        if not isinstance(subject, Suggestion):
            return _("办结已采纳的意见建议")
        day = subject.created_at.astimezone(SHANGHAI).date()
        return _("办结%(day)s收到、已采纳的意见建议") % {"day": short_date_cn(day)}
