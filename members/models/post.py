"""Posts that a community sets, who claims them, and what they promise."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import (
    FINISHED,
    HOLDING,
    STANDING_CLAIM,
    Availability,
    ClaimState,
    PostKind,
    PostState,
)
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.evaluations.models import Answer
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization


class ServicePostQuerySet(ScopedQuerySet):
    """Filters on posts."""

    def opened(self) -> Self:
        """Keep those that may be claimed."""
        return self.filter(state=PostState.OPEN)

    def published(self) -> Self:
        """Keep those that have been shown to members, whether they are still open or not."""
        return self.exclude(state=PostState.DRAFT)


class ServicePost(Row, Versioned, AreaKeys):
    """A post for volunteers that a community sets (服务岗位、党员先锋岗、党员责任区).

    Members propose themselves, the community decides; nobody is assigned.
    """

    row_history_dictionaries: ClassVar = {"category": "service_post.class"}

    community = models.ForeignKey(
        Area, models.PROTECT, related_name="service_posts", verbose_name=_("设岗社区")
    )
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在网格"),
    )
    kind = models.CharField(
        _("岗位形式"), max_length=20, choices=PostKind.choices, default=PostKind.POST
    )
    # A word of the dictionary service_post.class.
    category = models.CharField(_("岗位类别"), max_length=50)
    title = models.CharField(_("岗位名称"), max_length=100)
    content = models.TextField(_("服务内容"), max_length=1000)
    wanted = models.PositiveIntegerField(_("需要人数"), default=1)
    # In words, 、 between them: what the matching looks for.
    skills = models.CharField(_("专长要求"), max_length=200, blank=True)
    times = ArrayField(
        models.CharField(max_length=20, choices=Availability.choices),
        verbose_name=_("服务时间"),
        default=list,
        blank=True,
    )
    schedule = models.CharField(_("具体时间"), max_length=100, blank=True)
    place = models.CharField(_("服务地点"), max_length=200, blank=True)
    contact = models.CharField(_("联系人"), max_length=50)
    contact_phone = models.CharField(_("联系电话"), max_length=30)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=20, choices=PostState.choices, default=PostState.DRAFT
    )
    published_on = models.DateField(_("发布日期"), null=True, editable=False)
    closed_on = models.DateField(_("结束招募日期"), null=True, editable=False)
    close_reason = models.CharField(_("结束原因"), max_length=200, blank=True, editable=False)

    objects = ServicePostQuerySet.as_manager()

    # Members and units see what was published where they report in: reach.py.
    visibility = Visibility(
        view="service_post.view",
        area="community",
        unit=None,
        organizations=None,
        persons=("claims__member__person",),
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-starts_on", "-id")
        verbose_name = _("服务岗位")
        constraints = (
            models.CheckConstraint(condition=Q(wanted__gt=0), name="post_wants_somebody"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state=PostState.DRAFT) | Q(published_on__isnull=False),
                name="post_published_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.CLOSED) | Q(closed_on__isnull=False),
                name="post_closed_has_a_date",
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "-starts_on", "-id"), name="post_community"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The post's page."""
        return reverse("members:post-detail", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether members may claim it."""
        return self.state == PostState.OPEN

    @property
    def times_words(self) -> str:
        """周末、工作日晚上."""
        words = dict(Availability.choices)
        return "、".join(str(words.get(each, each)) for each in self.times)


class PostClaimQuerySet(ScopedQuerySet):
    """Filters on claims."""

    def standing(self) -> Self:
        """Keep those that wait or hold a place and are not finished."""
        return self.filter(state__in=STANDING_CLAIM)

    def proposed(self) -> Self:
        """Keep those that wait for the community."""
        return self.filter(state=ClaimState.PROPOSED)

    def accepted(self) -> Self:
        """Keep those that serve."""
        return self.filter(state=ClaimState.ACCEPTED)

    def holding(self) -> Self:
        """Keep those that take one of the wanted places, serving or done."""
        return self.filter(state__in=HOLDING)

    def finished(self) -> Self:
        """Keep those served to the end, evaluated or not."""
        return self.filter(state__in=FINISHED)


class PostClaim(Row, AreaKeys):
    """A member's claim of a post (岗位认领), by the member or written down for them."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "proposed_on",
        "decided_on",
        "decided_by",
        "ended_on",
        "evaluation_asked",
    )

    post = models.ForeignKey(ServicePost, models.PROTECT, related_name="claims")
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="post_claims")
    state = models.CharField(
        _("状态"), max_length=20, choices=ClaimState.choices, default=ClaimState.PROPOSED
    )
    proposed_on = models.DateField(_("认领日期"))
    # Empty: by the member; else how the community heard it, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    note = models.CharField(_("想说的话"), max_length=200, blank=True)
    # Which of the wanted places it takes: the second wall against one too many.
    place_number = models.PositiveIntegerField(null=True, editable=False)
    decided_on = models.DateField(_("确定日期"), null=True, editable=False)
    decided_by = models.CharField(_("确定岗位"), max_length=300, blank=True, editable=False)
    ended_on = models.DateField(_("结束日期"), null=True, editable=False)
    # Why it was declined, left or missed; nothing is asked where it was done.
    end_reason = models.CharField(_("说明"), max_length=200, blank=True, editable=False)
    # How many residents or persons served were asked what they say; empty: nobody counted.
    evaluation_asked = models.PositiveIntegerField(_("发出评价份数"), null=True, blank=True)
    # Snapshot: who and of which unit then.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)

    objects = PostClaimQuerySet.as_manager()

    # Who claims is a person: seen as members are, so that the city sees posts and no names.
    visibility = Visibility(
        view="member.view",
        area="post__community",
        # The unit sees its people everywhere, whoever their unit was when they claimed.
        unit="member__places__unit",
        organizations=("member__places__unit",),
        persons=("member__person",),
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-proposed_on", "-id")
        verbose_name = _("岗位认领")
        constraints = (
            models.UniqueConstraint(
                fields=("post", "member"),
                condition=Q(state__in=(*STANDING_CLAIM, *FINISHED)),
                name="claim_stands_once_per_post_and_member",
            ),
            models.UniqueConstraint(
                fields=("post", "place_number"),
                condition=Q(state__in=HOLDING),
                name="claim_place_is_taken_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HOLDING)
                | Q(place_number__isnull=False, decided_on__isnull=False),
                name="claim_holding_has_a_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING_CLAIM) | Q(ended_on__isnull=False),
                name="claim_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ClaimState.DECLINED, ClaimState.ABSENT))
                | ~Q(end_reason=""),
                name="claim_declined_or_missed_has_a_reason",
            ),
        )
        indexes = (models.Index(fields=("member", "state", "-proposed_on"), name="claim_member"),)

    def __str__(self) -> str:
        return f"{self.post} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """The claim's page."""
        return reverse("members:claim-detail", args=(self.uid,))

    @property
    def is_standing(self) -> bool:
        """Whether it waits or serves."""
        return self.state in STANDING_CLAIM

    @property
    def is_holding(self) -> bool:
        """Whether it takes one of the wanted places."""
        return self.state in HOLDING

    @property
    def is_finished(self) -> bool:
        """Whether it was served to the end."""
        return self.state in FINISHED


class ClaimEvaluation(Answer):
    """One answer about a member's service in a post (服务情况评价), without a name."""

    claim = models.ForeignKey(PostClaim, models.PROTECT, related_name="evaluations")

    # Seen as claims are, but not by the member: of one answer it would be known whose it is.
    visibility = Visibility(
        view="member.view",
        area="claim__post__community",
        unit="claim__member__places__unit",
        organizations=("claim__member__places__unit",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta(Answer.Meta):
        verbose_name = _("岗位服务评价")
        indexes = (models.Index(fields=("claim", "grade"), name="claim_evaluation_grades"),)

    def __str__(self) -> str:
        return f"{self.claim.post} {self.get_grade_display()}"


class Pledge(Row):
    """What a member promises with a post (承诺书): signed once the community has decided."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "due_on",
        "signed_on",
    )

    claim = models.OneToOneField(PostClaim, models.PROTECT, related_name="pledge")
    text = models.TextField(_("承诺事项"), max_length=500)
    due_on = models.DateField(_("完成时限"))
    signed_on = models.DateField(_("承诺日期"))
    # Snapshot; empty channel: signed by the member, else on paper or by word, written down.
    signed_name = models.CharField(_("承诺人"), max_length=50)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    # On the community's public board the name is shortened; the member may keep it off.
    is_public = models.BooleanField(_("在社区公示栏公开"), default=True)

    # Who claims is a person: seen as members are, so that the city sees posts and no names.
    visibility = Visibility(
        view="member.view",
        area="claim__post__community",
        unit="claim__member__places__unit",
        organizations=("claim__member__places__unit",),
        persons=("claim__member__person",),
        own="claim__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-signed_on", "-id")
        verbose_name = _("承诺书")

    def __str__(self) -> str:
        return str(self.uid)

    def get_absolute_url(self) -> str:
        """The claim's page shows it."""
        return self.claim.get_absolute_url()


__all__ = (
    "ClaimEvaluation",
    "Pledge",
    "PostClaim",
    "PostClaimQuerySet",
    "ServicePost",
    "ServicePostQuerySet",
)
