"""Part-time committee members."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import CANDIDATE, PartTimeEnd, PartTimeState, Via
from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# Who is looked at by the street, or was: from then on fellow members see them.
PUBLIC = (
    PartTimeState.PUBLISHED,
    PartTimeState.APPOINTED,
    PartTimeState.RENEWED,
    PartTimeState.ENDED,
)


class PartTimeMemberQuerySet(ScopedQuerySet):
    """Filters on part-time members."""

    def candidates(self) -> Self:
        """Keep those on the way to being appointed."""
        return self.filter(state__in=CANDIDATE)

    def in_office(self) -> Self:
        """Keep those appointed."""
        return self.filter(state=PartTimeState.APPOINTED)

    def standing(self) -> Self:
        """Keep candidates and those in office."""
        return self.filter(state__in=(*CANDIDATE, PartTimeState.APPOINTED))

    def public(self) -> Self:
        """Keep those whom the members of the council may see."""
        return self.filter(state__in=PUBLIC)


class PartTimeMember(Row, Versioned, AreaKeys):
    """A person of a unit who serves on a committee beside the own work (兼职委员), one row per term."""

    holds_personal_data = True
    # Days and papers of the office; the person and what is said of them stay out of the history.
    row_history_shows = (
        "reported_on",
        "selected_on",
        "approved_on",
        "approval_number",
        "published_on",
        "published_until",
        "published_at",
        "appointed_on",
        "term_from",
        "term_to",
        "division",
        "ended_on",
    )

    council = models.ForeignKey(Council, models.PROTECT, related_name="part_time_members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="part_time_memberships")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="part_time_members",
        verbose_name=_("所在单位"),
    )
    # What the papers say, frozen with the appointment.
    person_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("单位名称"), max_length=150)
    unit_post = models.CharField(_("单位职务"), max_length=100, blank=True)
    title = models.CharField(_("拟任职务"), max_length=50, default="兼职委员")
    division = models.CharField(_("分工"), max_length=200, blank=True)
    sort = models.PositiveSmallIntegerField(_("排序"), default=0)
    state = models.CharField(
        _("状态"),
        max_length=20,
        choices=PartTimeState.choices,
        default=PartTimeState.PROPOSED,
    )
    state_reason = models.CharField(_("退回或不聘任原因"), max_length=300, blank=True)

    proposed_on = models.DateField(_("推荐日期"))
    proposal = models.CharField(_("推荐理由"), max_length=500, blank=True)
    selected_on = models.DateField(_("遴选会议日期"), null=True, blank=True)
    selection = models.CharField(_("遴选会议记录"), max_length=500, blank=True)
    reported_on = models.DateField(_("上报日期"), null=True, blank=True)
    approved_on = models.DateField(_("批复日期"), null=True, blank=True)
    approval_number = models.CharField(_("批复文号"), max_length=50, blank=True)
    approved_by = models.CharField(_("批复岗位"), max_length=300, blank=True)
    published_on = models.DateField(_("公示开始"), null=True, blank=True)
    published_until = models.DateField(_("公示截止"), null=True, blank=True)
    published_at = models.CharField(_("公示方式"), max_length=200, blank=True)
    appointed_on = models.DateField(_("聘任日期"), null=True, blank=True)
    term_from = models.DateField(_("任期自"), null=True, blank=True)
    term_to = models.DateField(_("任期至"), null=True, blank=True)
    ended_on = models.DateField(_("离任日期"), null=True, blank=True)
    end_kind = models.CharField(
        _("离任方式"), max_length=20, choices=PartTimeEnd.choices, blank=True
    )
    end_reason = models.CharField(_("离任说明"), max_length=200, blank=True)
    earlier = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("上一任期"),
    )

    objects = PartTimeMemberQuerySet.as_manager()

    # Members of the council see who was published or appointed: reach.py.
    visibility = Visibility(
        view="part_time_member.view",
        area="council__area",
        unit="organization",
        organizations=("organization",),
        persons=("person",),
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("sort", "organization__sort", "id")
        verbose_name = _("兼职委员")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "person"),
                condition=Q(state__in=(*CANDIDATE, PartTimeState.APPOINTED)),
                name="person_stands_once_in_a_committee",
            ),
            models.CheckConstraint(
                condition=~Q(state="appointed")
                | Q(appointed_on__isnull=False, term_from__isnull=False, term_to__isnull=False),
                name="appointed_member_has_a_term",
            ),
            models.CheckConstraint(
                condition=Q(term_from=None) | Q(term_to__gt=models.F("term_from")),
                name="term_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "published", "appointed"))
                | Q(approved_on__isnull=False),
                name="appointed_member_was_approved",
            ),
        )
        indexes = (models.Index(fields=("state", "term_to"), name="part_time_state_term"),)

    def __str__(self) -> str:
        return self.person_name

    def get_absolute_url(self) -> str:
        """The page of the term."""
        return reverse("meetings:part-time-detail", args=(self.uid,))

    @property
    def is_candidate(self) -> bool:
        """Whether they are on the way to being appointed."""
        return self.state in CANDIDATE

    @property
    def is_in_office(self) -> bool:
        """Whether they are appointed."""
        return self.state == PartTimeState.APPOINTED

    def is_over(self, day: date) -> bool:
        """Whether the term has passed while nobody renewed or ended it (届满)."""
        return self.is_in_office and self.term_to is not None and self.term_to < day


class PartTimeObjection(Row):
    """What somebody said against a candidate while the name was published (公示异议)."""

    holds_personal_data = True

    member = models.ForeignKey(PartTimeMember, models.PROTECT, related_name="objections")
    said_on = models.DateField(_("反映日期"))
    # Empty where somebody does not want to be named.
    sayer_name = models.CharField(_("反映人"), max_length=50, blank=True)
    text = models.CharField(_("反映内容"), max_length=500)
    settled_on = models.DateField(_("核实日期"), null=True, blank=True)
    is_upheld = models.BooleanField(_("属实"), default=False)
    finding = models.CharField(_("核实情况"), max_length=500, blank=True)

    # The committee's alone: neither the unit nor the person learns who said what.
    visibility = Visibility(
        view="part_time_member.view",
        area="member__council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("said_on", "id")
        verbose_name = _("公示异议")

    def __str__(self) -> str:
        return self.text


class PartTimeReport(Row):
    """A part-time member's report on a year's work (述职), and what the committee said of it."""

    member = models.ForeignKey(PartTimeMember, models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(_("年度"))
    text = models.TextField(_("述职内容"))
    filed_at = models.DateTimeField(_("述职时间"))
    by_post = models.CharField(_("填写岗位"), max_length=300, blank=True)
    via = models.CharField(_("述职方式"), max_length=10, choices=Via.choices)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    evaluation = models.CharField(_("评议意见"), max_length=500, blank=True)
    evaluated_on = models.DateField(_("评议日期"), null=True, blank=True)
    evaluated_by = models.CharField(_("评议岗位"), max_length=300, blank=True)

    visibility = Visibility(
        view="part_time_member.view",
        area="member__council__area",
        unit="member__organization",
        organizations=("member__organization",),
        persons=("member__person",),
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-year", "-id")
        verbose_name = _("兼职委员述职")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "year"), name="part_time_member_reports_once_a_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.member}"
