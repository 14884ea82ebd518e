"""Countersigning of minutes."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import Audience, CirculationState, Countersigned, Via
from meetings.models.minutes import Minutes
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class MinutesCirculation(Row):
    """One round of countersigning (会签): the text that was sent, to whom, until when."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="circulations")
    round = models.PositiveSmallIntegerField(_("轮次"))
    text = models.TextField(_("送会签的正文"))
    # The resolutions as the text lists them, one sentence each.
    resolved = models.JSONField(_("议定事项"), default=list, blank=True)
    audience = models.CharField(_("范围"), max_length=10, choices=Audience.choices)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("送出时间"))
    sent_post = models.CharField(_("送出岗位"), max_length=300)
    due_on = models.DateField(_("截止"))
    state = models.CharField(
        _("状态"), max_length=10, choices=CirculationState.choices, default=CirculationState.OPEN
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    recall_reason = models.CharField(_("收回原因"), max_length=300, blank=True)

    # The units that were asked see the text that was sent, and not the draft as it goes on.
    visibility = Visibility(
        view="minutes.view",
        area="minutes__council__area",
        unit=None,
        organizations=("signatures__organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-round",)
        verbose_name = _("纪要会签")
        constraints = (
            models.UniqueConstraint(
                fields=("minutes", "round"), name="minutes_circulation_round_stands_once"
            ),
            models.UniqueConstraint(
                fields=("minutes",),
                condition=Q(state="open"),
                name="minutes_circulate_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="minutes_circulation_over_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="recalled") | ~Q(recall_reason=""),
                name="minutes_circulation_recalled_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.minutes.meeting} {self.round}"

    def get_absolute_url(self) -> str:
        """The page on which a unit reads it and answers."""
        return reverse("meetings:minutes-countersign", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether units may still answer."""
        return self.state == CirculationState.OPEN


class CountersignatureQuerySet(ScopedQuerySet):
    """Filters on countersignatures."""

    def waiting(self) -> Self:
        """Keep those of units that have said nothing."""
        return self.filter(answer=Countersigned.WAITING)


class Countersignature(Row):
    """What one unit says to a draft of the minutes (会签意见)."""

    circulation = models.ForeignKey(MinutesCirculation, models.PROTECT, related_name="signatures")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="countersignatures")
    answer = models.CharField(
        _("会签"), max_length=10, choices=Countersigned.choices, default=Countersigned.WAITING
    )
    opinion = models.TextField(_("意见"), blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True, blank=True)
    answered_by = models.CharField(_("回复岗位"), max_length=300, blank=True)
    via = models.CharField(_("回复方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)

    objects = CountersignatureQuerySet.as_manager()

    # One's own: the convener answers to what others say.
    visibility = Visibility(
        view="minutes.view",
        area="circulation__minutes__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("organization__sort", "organization_id")
        verbose_name = _("会签意见")
        constraints = (
            models.UniqueConstraint(
                fields=("circulation", "organization"),
                name="organization_countersigns_once_a_round",
            ),
            models.CheckConstraint(
                condition=~Q(answer="opinion") | ~Q(opinion=""),
                name="countersigned_opinion_has_words",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=("waiting", "silent")) | Q(answered_at__isnull=False),
                name="countersigned_answer_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.get_answer_display()}"
