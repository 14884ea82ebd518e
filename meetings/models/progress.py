"""Progress on a resolution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import ProgressKind, Via
from meetings.models.resolution import Resolution
from meetings.models.resolution_party import ResolutionParty
from partybuild.access import Visibility
from partybuild.fields.models import Row


class Progress(Row):
    """One line of what was done for a resolution (办理进展), by a responsible unit or the convener."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="progress")
    party = models.ForeignKey(
        ResolutionParty, models.PROTECT, null=True, blank=True, related_name="progress"
    )
    kind = models.CharField(_("类别"), max_length=20, choices=ProgressKind.choices)
    text = models.TextField(_("内容"))
    at = models.DateTimeField(_("时间"))
    by_post = models.CharField(_("填写人岗位"), max_length=300)
    via = models.CharField(_("方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    # What goes with it (queries/papers.py), set by pages that show it.
    files: Sequence[Any] = ()

    # All parties of the resolution see each other's lines: reach.py.
    visibility = Visibility(
        view="resolution.view",
        area="resolution__council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("at", "id")
        verbose_name = _("办理进展")

    def get_absolute_url(self) -> str:
        """Its place on the resolution's page."""
        return f"{self.resolution.get_absolute_url()}#progress"

    def __str__(self) -> str:
        return f"{self.resolution} {self.get_kind_display()}"
