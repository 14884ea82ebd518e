"""Choices of evaluations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Satisfaction(models.TextChoices):
    """The three grades of an evaluation (满意度)."""

    SATISFIED = "satisfied", _("满意")
    MOSTLY = "mostly", _("基本满意")
    DISSATISFIED = "dissatisfied", _("不满意")


class EvaluatedBy(models.TextChoices):
    """As whom somebody evaluates."""

    RESIDENT = "resident", _("居民群众")
    SERVED = "served", _("服务对象")


class EvaluatedVia(models.TextChoices):
    """How an answer came in."""

    LINK = "link", _("扫码评价")
    PAPER = "paper", _("纸质评价表")
