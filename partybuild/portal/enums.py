"""Choices of the shared pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What is done on shared pages."""

    SUGGESTED = "suggestion.sent", _("提出意见建议")
    ANSWERED = "suggestion.answered", _("答复意见建议")
