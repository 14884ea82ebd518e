"""Choices of the shared pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CorrectionState(models.TextChoices):
    """Where a wish to have data corrected stands."""

    OPEN = "open", _("待答复")
    DONE = "done", _("已更正")
    REFUSED = "refused", _("不予更正")


class SuggestionState(models.TextChoices):
    """What became of a suggestion."""

    OPEN = "open", _("待答复")
    UNDERWAY = "underway", _("已采纳，正在办理")
    DONE = "done", _("已办结")
    ANSWERED = "answered", _("已答复")
    DECLINED = "declined", _("暂不采纳")


# What an answer can say; only what is taken up is closed later.
OUTCOMES = (SuggestionState.ANSWERED, SuggestionState.UNDERWAY, SuggestionState.DECLINED)


class EventKind(models.TextChoices):
    """What is done on shared pages."""

    SUGGESTED = "suggestion.sent", _("提出意见建议")
    ANSWERED = "suggestion.answered", _("答复意见建议")
    SUGGESTION_PASSED_ON = "suggestion.passed_on", _("转交意见建议")
    SUGGESTION_CONCLUDED = "suggestion.concluded", _("办结意见建议")
    CORRECTION_ASKED = "correction.asked", _("申请更正个人信息")
    CORRECTION_ANSWERED = "correction.answered", _("答复更正申请")
