"""Earlier states of minutes that are being written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.minutes import Minutes
from partybuild.access import Visibility
from partybuild.fields.models import Row


class MinutesRevision(Row):
    """The text that one version of a draft had: what two people's changes are compared against.

    Working paper: the oldest ones go while the minutes are written, all of them when they are issued.
    """

    # Working paper: what is saved as one types would drown the history.
    row_history = "none"

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField(_("版本"))
    text = models.TextField(_("正文"))
    saved_by = models.CharField(_("保存人"), max_length=300, blank=True)
    saved_at = models.DateTimeField(_("保存时间"))

    # Whoever writes the minutes; units never see a draft.
    visibility = Visibility(
        view="minutes.draft",
        area="minutes__council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-version",)
        verbose_name = _("纪要草稿")
        constraints = (
            models.UniqueConstraint(
                fields=("minutes", "version"), name="minutes_version_stands_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.minutes} {self.version}"
