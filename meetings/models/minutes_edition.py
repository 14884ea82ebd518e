"""Issued minutes that were opened again: the text that went out stays."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.minutes import Minutes
from partybuild.access import Visibility
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row


class MinutesEdition(Row):
    """Minutes as they were issued (已印发的纪要原文), kept when they are opened again."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("版次"))
    label = models.CharField(_("编号"), max_length=50)
    text = models.TextField(_("正文"))
    signer_name = models.CharField(_("签发人"), max_length=50)
    signer_post = models.CharField(_("签发人职务"), max_length=300, blank=True)
    copies_to = models.CharField(_("抄送"), max_length=300, blank=True)
    issued_on = models.DateField(_("印发日期"))
    reopened_at = models.DateTimeField(_("重开时间"), db_default=DefaultNow(), editable=False)
    reopened_post = models.CharField(_("重开岗位"), max_length=300)
    reason = models.CharField(_("重开理由"), max_length=500)

    # Units read it through the minutes.
    visibility = Visibility(
        view="minutes.view",
        area="minutes__council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-number",)
        verbose_name = _("已印发的纪要原文")
        constraints = (
            models.UniqueConstraint(
                fields=("minutes", "number"), name="minutes_edition_number_stands_once"
            ),
        )

    def __str__(self) -> str:
        return self.label
