"""What a unit or a district asks a community about a member, and what it is told."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import RequestPurpose, RequestState
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

REPLIED = (RequestState.ANSWERED, RequestState.ACKNOWLEDGED)


class FeedbackRequestQuerySet(ScopedQuerySet):
    """Filters on requests for an opinion."""

    def waiting(self) -> Self:
        """Keep those that the community has not answered."""
        return self.filter(state=RequestState.ASKED)

    def replied(self) -> Self:
        """Keep those that have been answered."""
        return self.filter(state__in=REPLIED)

    def unacknowledged(self) -> Self:
        """Keep replies that the unit has not acknowledged."""
        return self.filter(state=RequestState.ANSWERED)


class FeedbackRequest(Row, AreaKeys, Versioned):
    """征求意见: asked about one member, answered by one community from its record, signed and sent.

    `facts` is empty while it waits (it is compiled whenever it is looked at) and frozen by the
    signature; `members.queries.replies` says what stands in it.
    """

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "since",
        "until",
        "asked_on",
        "asked_by",
        "due_on",
        "drafted_by",
        "signed_at",
        "signed_by",
        "number",
        "acknowledged_at",
        "acknowledged_by",
        "receipt_number",
        "use",
        "used_on",
        "used_by",
    )
    row_history_dictionaries: ClassVar = {"use": "feedback.use"}

    community = models.ForeignKey(Area, models.PROTECT, related_name="feedback_requests")
    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="opinions_given", verbose_name=_("社区党组织")
    )
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="feedback_requests")
    asker = models.ForeignKey(
        Organization, models.PROTECT, related_name="opinions_asked", verbose_name=_("征求单位")
    )
    purpose = models.CharField(_("事由"), max_length=20, choices=RequestPurpose.choices)
    question = models.CharField(_("希望了解的情况"), max_length=500, blank=True)
    since = models.DateField(_("了解期间自"))
    until = models.DateField(_("了解期间至"))
    asked_on = models.DateField(_("征求日期"))
    asked_by = models.CharField(_("征求岗位"), max_length=300, blank=True)
    # Who asked does not answer.
    asking_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(_("答复期限"))
    state = models.CharField(
        _("状态"), max_length=20, choices=RequestState.choices, default=RequestState.ASKED
    )
    # Snapshot of the day of asking.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("工作单位"), max_length=200, blank=True)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    asker_name = models.CharField(max_length=200)
    community_name = models.CharField(_("社区"), max_length=100)
    committee_name = models.CharField(max_length=200)

    facts = models.JSONField(_("记录情况"), default=dict)
    conduct = models.CharField(_("遵守公德公约情况"), max_length=500, blank=True)
    problems = models.CharField(_("存在问题"), max_length=500, blank=True)
    opinion = models.CharField(_("社区党组织意见"), max_length=1000, blank=True)
    drafted_by = models.CharField(_("起草岗位"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    signed_by = models.CharField(_("签发岗位"), max_length=300, blank=True)
    number = models.CharField(_("答复编号"), max_length=40, blank=True)
    # 干部考察 may have to be kept quiet: a parameter, frozen by the signature.
    is_shown = models.BooleanField(_("告知党员本人"), default=True)
    decline_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    withdrawn_reason = models.CharField(_("撤回原因"), max_length=200, blank=True)

    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)
    acknowledged_by = models.CharField(_("签收岗位"), max_length=300, blank=True)
    acknowledge_channel = models.CharField(_("代签方式"), max_length=50, blank=True)
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    # What the unit made of it; a word of the dictionary feedback.use.
    use = models.CharField(_("结果运用"), max_length=50, blank=True)
    use_note = models.CharField(_("运用说明"), max_length=300, blank=True)
    used_on = models.DateField(_("运用日期"), null=True)
    used_by = models.CharField(_("登记岗位"), max_length=300, blank=True)

    objects = FeedbackRequestQuerySet.as_manager()

    visibility = Visibility(
        view="feedback.view",
        area="community",
        # Whoever asked, not whoever employs: a district's question is not its unit's.
        unit="asker",
        organizations=None,
        persons=None,
        # In reach.py: a member reads what was answered about them.
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-asked_on", "-id")
        verbose_name = _("征求意见")
        constraints = (
            models.UniqueConstraint(
                fields=("community", "member", "asker"),
                condition=Q(state=RequestState.ASKED),
                name="request_waits_once_per_asker_member_and_community",
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="request_span_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REPLIED)
                | (Q(signed_at__isnull=False) & ~Q(opinion="") & ~Q(number="")),
                name="request_answered_is_signed_and_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ACKNOWLEDGED) | ~Q(receipt_number=""),
                name="request_acknowledged_has_a_receipt",
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "due_on"), name="request_community"),
            models.Index(fields=("asker", "-asked_on"), name="request_asker"),
            models.Index(fields=("member", "state"), name="request_member"),
        )

    def __str__(self) -> str:
        return f"{self.member_name} {self.get_purpose_display()}"

    def get_absolute_url(self) -> str:
        """The request's page."""
        return reverse("members:request-detail", args=(self.uid,))

    @property
    def is_from_unit(self) -> bool:
        """Whether a unit asks, which then acknowledges; a district does not."""
        return self.asker.kind == OrganizationKind.UNIT

    @property
    def is_replied(self) -> bool:
        """Whether the community has answered."""
        return self.state in REPLIED

    def frozen(self, name: str) -> list[dict[str, Any]]:
        """Return a list of the frozen facts; empty while it waits."""
        found: list[dict[str, Any]] = self.facts.get(name, [])
        return found


__all__ = ("REPLIED", "FeedbackRequest", "FeedbackRequestQuerySet")
