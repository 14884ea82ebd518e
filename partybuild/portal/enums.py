"""Choices of the shared pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CorrectionState(models.TextChoices):
    """Where a wish to have data corrected stands."""

    OPEN = "open", _("待答复")
    DONE = "done", _("已更正")
    REFUSED = "refused", _("不予更正")


class EventKind(models.TextChoices):
    """What is done on shared pages."""

    SUGGESTED = "suggestion.sent", _("提出意见建议")
    ANSWERED = "suggestion.answered", _("答复意见建议")
    CORRECTION_ASKED = "correction.asked", _("申请更正个人信息")
    CORRECTION_ANSWERED = "correction.answered", _("答复更正申请")
