"""A wish for more time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import ExtensionState, Via
from meetings.models.resolution import Resolution
from meetings.models.resolution_party import ResolutionParty
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row


class Extension(Row):
    """More time for a resolution (延期): asked for by its lead, or given by the convener itself."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="extensions")
    # None: the convener moved the date by itself.
    party = models.ForeignKey(
        ResolutionParty, models.PROTECT, null=True, blank=True, related_name="extensions"
    )
    due_before = models.DateField(_("原期限"))
    wanted_on = models.DateField(_("申请延至"))
    reason = models.CharField(_("延期原因"), max_length=500)
    state = models.CharField(
        _("审批"),
        max_length=20,
        choices=ExtensionState.choices,
        default=ExtensionState.WAITING,
    )
    asked_at = models.DateTimeField(_("申请时间"))
    asked_post = models.CharField(_("申请人岗位"), max_length=300)
    via = models.CharField(_("方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    granted_on = models.DateField(_("批准延至"), null=True, blank=True)
    opinion = models.CharField(_("审批意见"), max_length=500, blank=True)
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    decided_post = models.CharField(_("审批岗位"), max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    # The parties of the resolution read it too: reach.py.
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
        ordering = ("asked_at", "id")
        verbose_name = _("延期")
        constraints = (
            models.UniqueConstraint(
                fields=("resolution",),
                condition=Q(state="waiting"),
                name="one_extension_waits_per_resolution",
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(granted_on__isnull=False),
                name="granted_extension_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="denied") | ~Q(opinion=""),
                name="denied_extension_has_an_opinion",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.resolution} {self.wanted_on}"
