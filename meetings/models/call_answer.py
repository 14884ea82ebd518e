"""What a member said to a call for topics."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import CallState, Via
from meetings.models.topic_call import TopicCall
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class CallAnswerQuerySet(ScopedQuerySet):
    """Filters on answers."""

    def waiting(self) -> Self:
        """Keep bodies that have neither proposed nor said 无议题."""
        return self.filter(state=CallState.WAITING)


class CallAnswer(Row):
    """One body asked for topics: proposed some, said there are none (无议题), or not yet either.

    A call is a consultation: no answer is owed, and none is counted against anybody.
    """

    call = models.ForeignKey(TopicCall, models.PROTECT, related_name="answers")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="call_answers")
    state = models.CharField(
        _("答复"), max_length=20, choices=CallState.choices, default=CallState.WAITING
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    via = models.CharField(_("答复方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    answered_by = models.CharField(_("答复人岗位"), max_length=200, blank=True)

    objects = CallAnswerQuerySet.as_manager()

    visibility = Visibility(
        view="topic.view",
        area="call__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("organization__sort", "organization_id")
        verbose_name = _("议题征集答复")
        constraints = (
            models.UniqueConstraint(
                fields=("call", "organization"), name="body_is_asked_once_per_call"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(answered_at__isnull=False),
                name="answer_to_a_call_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}：{self.get_state_display()}"
