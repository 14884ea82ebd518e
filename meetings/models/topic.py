"""A topic."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import TopicResult, TopicState, Via
from meetings.models.council import Council
from meetings.models.topic_call import TopicCall
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization


class TopicQuerySet(ScopedQuerySet):
    """Filters on topics."""

    def waiting(self) -> Self:
        """Keep topics that wait for a decision."""
        return self.filter(state=TopicState.SUBMITTED)

    def for_an_agenda(self) -> Self:
        """Keep accepted topics that stand on no agenda of a meeting to come or held."""
        return self.filter(state=TopicState.ACCEPTED, result="").exclude(
            agenda_items__is_current=True,
        )


class Topic(Row, Versioned, AreaKeys):
    """A topic (议题, 议题征集表): proposed by an organization, admitted or not by the convener."""

    row_history_dictionaries: ClassVar = {"category": "topic.category"}

    council = models.ForeignKey(Council, models.PROTECT, related_name="topics")
    # The call that it answers; empty where it came by itself.
    call = models.ForeignKey(
        TopicCall, models.PROTECT, null=True, blank=True, related_name="topics"
    )
    title = models.CharField(_("议题名称"), max_length=200)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="topics", verbose_name=_("提出单位")
    )
    proposer_name = models.CharField(_("提出人"), max_length=50, blank=True)
    proposer_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    proposed_on = models.DateField(_("提出日期"), null=True, blank=True)
    # A code of the dictionary topic.category.
    category = models.CharField(_("类别"), max_length=50)
    situation = models.TextField(_("事由及现状"), blank=True)
    proposal = models.TextField(_("建议方案或初步意见"), blank=True)
    concerned = models.CharField(_("涉及单位"), max_length=300, blank=True)
    is_coordinated = models.BooleanField(_("是否已协调"), default=False)
    state = models.CharField(
        _("状态"), max_length=20, choices=TopicState.choices, default=TopicState.DRAFT
    )
    decision_reason = models.CharField(_("审核意见"), max_length=500, blank=True)
    decided_on = models.DateField(_("审核日期"), null=True, blank=True)
    referred_to = models.CharField(_("转办给"), max_length=100, blank=True)
    chair_opinion = models.CharField(_("主任审定意见"), max_length=500, blank=True)
    chair_name = models.CharField(_("审定人"), max_length=50, blank=True)
    chair_on = models.DateField(_("审定日期"), null=True, blank=True)
    # What the meeting made of it; empty until then.
    result = models.CharField(_("讨论结果"), max_length=20, choices=TopicResult.choices, blank=True)
    result_on = models.DateField(_("讨论日期"), null=True, blank=True)
    result_note = models.CharField(_("结果说明"), max_length=500, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("赞成"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("反对"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("弃权"), null=True, blank=True)
    via = models.CharField(_("提出方式"), max_length=10, choices=Via.choices, default=Via.POST)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    # Carried forward by duplication, so that the earlier meeting's papers stay whole.
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )

    objects = TopicQuerySet.as_manager()

    # A draft is its proposer's alone, the rest the area's and the accepted ones the members': reach.py.
    visibility = Visibility(
        view="topic.view",
        area=None,
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("议题")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="draft") | Q(proposed_on__isnull=False),
                name="submitted_topic_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("deferred", "referred", "returned"))
                | ~Q(decision_reason=""),
                name="topic_not_accepted_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(state="accepted", result_on__isnull=False),
                name="topic_with_a_result_was_admitted",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=("passed", "rejected")) | Q(votes_for__isnull=False),
                name="vote_has_its_count",
            ),
        )
        indexes = (models.Index(fields=("council", "state"), name="topic_council_state"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The topic's page."""
        return reverse("meetings:topic-detail", args=(self.uid,))
