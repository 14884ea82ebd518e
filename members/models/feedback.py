"""What a community tells a unit about each of its members, and what the unit made of it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import (
    FeedbackPartKind,
    FeedbackState,
    Grade,
    ObjectionState,
)
from members.models.member import PartyMember
from members.models.report_in import ReportIn
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar import Period
from partybuild.calendar.clock import DefaultNow
from partybuild.evaluations.enums import Satisfaction
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class FeedbackDelivery(Row):
    """What one signature sent to one unit (反馈送达单): how many forms, and nothing of what they say.

    The liaison and the mail's link acknowledge it without reading a single form.
    """

    community = models.ForeignKey(Area, models.PROTECT, related_name="feedback_deliveries")
    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("社区党组织")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="feedback_deliveries", verbose_name=_("单位")
    )
    period = models.CharField(_("反馈周期"), max_length=10)
    count = models.PositiveIntegerField(_("份数"))
    community_name = models.CharField(max_length=100)
    committee_name = models.CharField(max_length=200)
    unit_name = models.CharField(max_length=200)
    is_revision = models.BooleanField(_("修订版"), default=False)
    sent_at = models.DateTimeField(_("送达时间"), db_default=DefaultNow())
    sent_by = models.CharField(_("签发岗位"), max_length=300, blank=True)
    due_on = models.DateField(_("签收期限"))

    visibility = Visibility(
        view="feedback.view",
        area="community",
        unit="unit",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("反馈送达单")
        indexes = (models.Index(fields=("unit", "-id"), name="feedback_delivery_unit"),)

    def __str__(self) -> str:
        return f"{self.community_name} {self.unit_name} {self.period_label}"

    def get_absolute_url(self) -> str:
        """Its forms, and the button that acknowledges them all."""
        return reverse("members:feedback-delivery", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年."""
        return Period.parse(self.period).label


class FeedbackQuerySet(ScopedQuerySet):
    """Filters on feedback."""

    def current(self) -> Self:
        """Keep the version that stands of each form."""
        return self.exclude(state=FeedbackState.REPLACED)

    def drafts(self) -> Self:
        """Keep those that wait for the signature."""
        return self.filter(state=FeedbackState.DRAFT)

    def sent(self) -> Self:
        """Keep those that have been signed and stand."""
        return self.exclude(state__in=(FeedbackState.DRAFT, FeedbackState.REPLACED))

    def unacknowledged(self) -> Self:
        """Keep those that the unit has not acknowledged."""
        return self.filter(state=FeedbackState.SENT)

    def unused(self) -> Self:
        """Keep those that the unit has received and not yet made use of."""
        return self.filter(state=FeedbackState.ACKNOWLEDGED)


class Feedback(Row, AreaKeys):
    """One member's feedback form of a period (在职党员活动情况反馈表, F10).

    It compiles itself, the community evaluates and signs, the unit acknowledges and records its
    use, the member reads it and may object; a revised version replaces it and the old one stays.
    `facts` is the snapshot of `members.queries.facts.Facts`; a draft's is compiled anew until it is signed.
    """

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "period",
        "number",
        "evaluated_at",
        "evaluated_by",
        "signed_at",
        "signed_by",
        "object_until",
        "acknowledged_at",
        "acknowledged_by",
        "receipt_number",
        "answered_at",
        "answered_by",
    )

    community = models.ForeignKey(Area, models.PROTECT, related_name="feedbacks")
    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="feedbacks_sent", verbose_name=_("社区党组织")
    )
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="feedbacks")
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="feedbacks", verbose_name=_("单位")
    )
    report_in = models.ForeignKey(ReportIn, models.PROTECT, null=True, related_name="feedbacks")
    period = models.CharField(_("反馈周期"), max_length=10)
    version = models.PositiveIntegerField(_("版次"), default=1)
    # 反馈〔2026〕12号, given with the signature; a revised version keeps it.
    number = models.CharField(_("编号"), max_length=40, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("修订自")
    )
    state = models.CharField(
        _("状态"), max_length=20, choices=FeedbackState.choices, default=FeedbackState.DRAFT
    )
    # Snapshot: who, of which unit, where, as the form says it.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("单位"), max_length=200)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    community_name = models.CharField(_("社区"), max_length=100)
    committee_name = models.CharField(_("社区党组织"), max_length=200)
    grid_name = models.CharField(_("所在网格"), max_length=100, blank=True)
    reported_on = models.DateField(_("报到时间"), null=True)
    facts = models.JSONField(_("活动情况"), default=dict)
    compiled_at = models.DateTimeField(_("汇总时间"), null=True)
    # What the facts propose (empty: they do not say), and why somebody should open the form.
    proposed = models.CharField(
        _("建议等次"), max_length=20, choices=Grade.choices, blank=True, default=""
    )
    exceptions = models.JSONField(_("需要看的原因"), default=list)

    grade = models.CharField(_("评价等次"), max_length=20, choices=Grade.choices, blank=True)
    conduct = models.CharField(_("遵守公德公约情况"), max_length=200, blank=True)
    problems = models.CharField(_("存在问题"), max_length=300, blank=True)
    opinion = models.CharField(_("社区党组织意见"), max_length=500, blank=True)
    # Empty: nobody has opened it, it stands as proposed.
    evaluated_at = models.DateTimeField(_("评价时间"), null=True)
    evaluated_by = models.CharField(_("评价岗位"), max_length=300, blank=True)

    delivery = models.ForeignKey(
        FeedbackDelivery, models.PROTECT, null=True, related_name="feedbacks"
    )
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    signed_by = models.CharField(_("签发岗位"), max_length=300, blank=True)
    # Who may not review an objection to it.
    signer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    object_until = models.DateField(_("异议期限"), null=True)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)
    acknowledged_by = models.CharField(_("签收岗位"), max_length=300, blank=True)
    acknowledge_channel = models.CharField(_("代签方式"), max_length=50, blank=True)
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    # 单位阅处意见: what the unit answers the community.
    answer = models.CharField(_("单位阅处意见"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("阅处时间"), null=True)
    answered_by = models.CharField(_("阅处岗位"), max_length=300, blank=True)

    objects = FeedbackQuerySet.as_manager()

    visibility = Visibility(
        view="feedback.view",
        area="community",
        # A form that has not been sent has no delivery: neither unit nor member sees it.
        unit="delivery__unit",
        organizations=None,
        persons=None,
        # In reach.py: the same for the member.
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-period", "-id")
        verbose_name = _("反馈表")
        constraints = (
            models.UniqueConstraint(
                fields=("community", "member", "period"),
                condition=~Q(state=FeedbackState.REPLACED),
                name="feedback_stands_once_per_member_and_period",
            ),
            models.UniqueConstraint(
                fields=("community", "member", "period", "version"),
                name="feedback_version_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(state=FeedbackState.DRAFT, delivery=None)
                | (
                    ~Q(state=FeedbackState.DRAFT)
                    & Q(delivery__isnull=False, signed_at__isnull=False)
                    & ~Q(grade="")
                ),
                name="feedback_sent_is_graded_and_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(FeedbackState.ACKNOWLEDGED, FeedbackState.USED))
                | ~Q(receipt_number=""),
                name="feedback_acknowledged_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="feedback_revised_replaces_another",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(replaces=F("id")),
                name="feedback_replaces_another_row",
            ),
        )
        indexes = (
            models.Index(fields=("community", "period", "state"), name="feedback_community"),
            models.Index(fields=("unit", "state"), name="feedback_unit"),
            models.Index(fields=("member", "-period"), name="feedback_member"),
            models.Index(fields=("frozen_street", "period"), name="feedback_street"),
        )

    def __str__(self) -> str:
        return f"{self.community_name} {self.period_label}"

    def get_absolute_url(self) -> str:
        """The form's page."""
        return reverse("members:feedback-detail", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年."""
        return Period.parse(self.period).label

    @property
    def is_draft(self) -> bool:
        """Whether it waits for the signature."""
        return self.state == FeedbackState.DRAFT

    @property
    def stands(self) -> bool:
        """Whether it has been sent and not been replaced."""
        return self.state not in {FeedbackState.DRAFT, FeedbackState.REPLACED}

    @property
    def mark(self) -> str:
        """Say which state of the row this is: it differs after every change."""
        return f"{self.changed_at:%Y%m%d%H%M%S%f}"

    @property
    def result(self) -> str:
        """The grade that was given, or the one that is proposed."""
        return self.grade or self.proposed


class FeedbackPart(Row):
    """One of the five evaluations (五评议) that were asked for on a form; unanswered is no answer."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "given_at",
        "given_by",
    )

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="parts")
    part = models.CharField(_("评议"), max_length=20, choices=FeedbackPartKind.choices)
    grade = models.CharField(_("等次"), max_length=20, choices=Grade.choices, blank=True)
    # 群众测评: three grades, and those that were not handed back apart.
    satisfied = models.PositiveIntegerField(_("满意"), null=True, blank=True)
    basically = models.PositiveIntegerField(_("基本满意"), null=True, blank=True)
    dissatisfied = models.PositiveIntegerField(_("不满意"), null=True, blank=True)
    unanswered = models.PositiveIntegerField(_("未作答"), null=True, blank=True)
    text = models.CharField(_("评语"), max_length=500, blank=True)
    # Empty: by whoever it was asked of; else how it came to the community, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    given_at = models.DateTimeField(_("评议时间"), null=True)
    given_by = models.CharField(_("评议岗位"), max_length=300, blank=True)

    visibility = Visibility(
        view="feedback.view",
        area="feedback__community",
        unit="feedback__unit",
        organizations=None,
        persons=None,
        own="feedback__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("feedback", "id")
        verbose_name = _("评议")
        constraints = (
            models.UniqueConstraint(
                fields=("feedback", "part"), name="feedback_part_stands_once_on_a_form"
            ),
        )

    def __str__(self) -> str:
        return str(self.get_part_display())

    @property
    def is_in_own_words(self) -> bool:
        """Whether whoever it was asked of wrote it: nobody writes over that by proxy."""
        asked = self.part in {
            FeedbackPartKind.SELF,
            FeedbackPartKind.LEADER,
            FeedbackPartKind.ORGANIZATION,
        }
        return asked and self.is_given and not self.channel

    @property
    def is_given(self) -> bool:
        """Whether it has been answered."""
        return self.given_at is not None

    @property
    def voices(self) -> dict[str, int]:
        """How many residents said what."""
        return {
            Satisfaction.SATISFIED: self.satisfied or 0,
            Satisfaction.MOSTLY: self.basically or 0,
            Satisfaction.DISSATISFIED: self.dissatisfied or 0,
        }


class FeedbackUse(Row):
    """What a unit used a form for (结果运用): 民主评议, 评优, 考察 …; one line per use."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "kind",
        "used_on",
        "post",
    )
    row_history_dictionaries: ClassVar = {"kind": "feedback.use"}

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="uses")
    # A word of the dictionary feedback.use.
    kind = models.CharField(_("结果运用"), max_length=50)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    used_on = models.DateField(_("运用日期"))
    post = models.CharField(_("登记岗位"), max_length=300, blank=True)
    # Empty: by the unit; else how the community heard of it, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    at = models.DateTimeField(_("登记时间"), db_default=DefaultNow(), editable=False)

    visibility = Visibility(
        view="feedback.view",
        area="feedback__community",
        unit="feedback__unit",
        organizations=None,
        persons=None,
        own="feedback__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("used_on", "id")
        verbose_name = _("结果运用")
        constraints = (
            models.UniqueConstraint(
                fields=("feedback", "kind", "used_on"), name="feedback_use_is_recorded_once"
            ),
        )

    def __str__(self) -> str:
        return self.kind


class ObjectionQuerySet(ScopedQuerySet):
    """Filters on objections."""

    def open(self) -> Self:
        """Keep those that nobody has reviewed."""
        return self.filter(state=ObjectionState.OPEN)


class Objection(Row):
    """A member does not agree with what a form says (异议); somebody who did not sign it reviews it."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "raised_at",
        "due_on",
        "reviewed_at",
        "reviewed_by",
    )

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="objections")
    text = models.CharField(_("异议内容"), max_length=500)
    state = models.CharField(
        _("状态"), max_length=20, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    raised_at = models.DateTimeField(_("提出时间"), db_default=DefaultNow())
    # Empty: by the member; else how it came to the community, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    due_on = models.DateField(_("复核期限"))
    review = models.CharField(_("复核意见"), max_length=500, blank=True)
    reviewed_at = models.DateTimeField(_("复核时间"), null=True)
    reviewed_by = models.CharField(_("复核岗位"), max_length=300, blank=True)

    objects = ObjectionQuerySet.as_manager()

    visibility = Visibility(
        view="feedback.view",
        area="feedback__community",
        unit="feedback__unit",
        organizations=None,
        persons=None,
        own="feedback__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("异议")
        constraints = (
            models.UniqueConstraint(
                fields=("feedback",), name="objection_stands_once_against_a_form"
            ),
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN, reviewed_at=None)
                | (~Q(state=ObjectionState.OPEN) & Q(reviewed_at__isnull=False)),
                name="objection_decided_has_a_moment",
            ),
        )

    def __str__(self) -> str:
        return str(self.get_state_display())

    def get_absolute_url(self) -> str:
        """The form that it is about."""
        return self.feedback.get_absolute_url()

    @property
    def is_open(self) -> bool:
        """Whether nobody has reviewed it."""
        return self.state == ObjectionState.OPEN


__all__ = (
    "Feedback",
    "FeedbackDelivery",
    "FeedbackPart",
    "FeedbackQuerySet",
    "FeedbackUse",
    "Objection",
    "ObjectionQuerySet",
)
