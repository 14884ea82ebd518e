"""What an in-service member would like to see discussed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import ProposalState
from meetings.models.council import Council
from meetings.models.topic import Topic
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class MemberProposalQuerySet(ScopedQuerySet):
    """Filters on proposals."""

    def waiting(self) -> Self:
        """Keep those that nobody has dealt with."""
        return self.filter(state=ProposalState.SENT)


class MemberProposal(Row):
    """A member's proposal (党员建议) to their community or their unit, which may make a topic of it.

    It stays a row of its own: a topic is read by all member bodies, who wrote this only by the body
    that it went to.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="proposals")
    # To whom: the unit, or the committee that convenes the council.
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="member_proposals", verbose_name=_("提给")
    )
    # The community's council; empty where it went to the unit, so that no area sees it.
    council = models.ForeignKey(
        Council, models.PROTECT, null=True, blank=True, related_name="member_proposals"
    )
    title = models.CharField(_("建议名称"), max_length=200)
    category = models.CharField(_("类别"), max_length=50)
    situation = models.TextField(_("情况和建议"), blank=True)
    # Whether the name may stand on the topic.
    may_be_named = models.BooleanField(_("可以署名"), default=False)
    sent_on = models.DateField(_("提出日期"))
    state = models.CharField(
        _("状态"), max_length=20, choices=ProposalState.choices, default=ProposalState.SENT
    )
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="member_proposals"
    )

    objects = MemberProposalQuerySet.as_manager()

    # Who may propose for the body that it went to reads it, nobody above: reach.py. The member their own.
    visibility = Visibility(
        view="topic.propose",
        area=None,
        unit="organization",
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("党员建议")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="taken_up") | Q(topic__isnull=False),
                name="proposal_taken_up_has_a_topic",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""),
                name="proposal_answered_has_an_answer",
            ),
        )
        indexes = (models.Index(fields=("organization", "state"), name="proposal_body_state"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The proposal's page."""
        return reverse("meetings:proposal-detail", args=(self.uid,))
