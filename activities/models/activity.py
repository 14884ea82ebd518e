"""The activity."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, Audience
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar import Period
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class ActivityQuerySet(ScopedQuerySet):
    """Filters on activities."""

    def published(self) -> Self:
        """Keep those that one may sign up for or that were held."""
        return self.filter(state__in=(ActivityState.PUBLISHED, ActivityState.HELD))


class Activity(Row, Versioned, AreaKeys):
    """An activity in a community (活动); held jointly by several bodies, it is one row and counted once."""

    row_history_dictionaries: ClassVar = {"kind": "activity.kind", "themes": "activity.theme"}

    community = models.ForeignKey(
        Area, models.PROTECT, related_name="activities", verbose_name=_("举办社区")
    )
    organizer = models.ForeignKey(
        Organization, models.PROTECT, related_name="organized_activities", verbose_name=_("主办")
    )
    title = models.CharField(_("活动名称"), max_length=100)
    # A word of the dictionary activity.kind; themes of activity.theme tag it, never double it.
    kind = models.CharField(_("活动类别"), max_length=50)
    themes = ArrayField(
        models.CharField(max_length=50), verbose_name=_("主题"), default=list, blank=True
    )
    content = models.TextField(_("活动内容"), blank=True)
    period = models.CharField(_("所属期间"), max_length=10, editable=False)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    place = models.CharField(_("地点"), max_length=200)
    # Empty: as many as come.
    places = models.PositiveIntegerField(_("名额"), null=True, blank=True)
    sign_up_until = models.DateTimeField(_("报名截止"), null=True, blank=True)
    audience = models.CharField(
        _("面向"), max_length=20, choices=Audience.choices, default=Audience.COMMUNITY
    )
    needs = models.CharField(_("对参加人的要求"), max_length=200, blank=True)
    leader = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="led_activities"
    )
    leader_name = models.CharField(_("负责人"), max_length=50, blank=True)
    leader_phone = models.CharField(_("负责人电话"), max_length=30, blank=True)
    state = models.CharField(
        _("状态"), max_length=20, choices=ActivityState.choices, default=ActivityState.DRAFT
    )
    state_reason = models.CharField(_("取消原因"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    # A unit's draft waits for the community from then on; returned with a reason it is the unit's again.
    submitted_at = models.DateTimeField(_("提请发布时间"), null=True, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, editable=False)
    # What closing it says, beside the attendance: people without names are numbers.
    held_at = models.DateTimeField(_("登记举办时间"), null=True, blank=True)
    others_count = models.PositiveIntegerField(_("其他参加人数"), null=True, blank=True)
    served_count = models.PositiveIntegerField(_("服务人次"), null=True, blank=True)
    closing_note = models.TextField(_("活动小结"), blank=True)
    cost = models.DecimalField(_("经费"), max_digits=12, decimal_places=2, null=True, blank=True)
    cost_source = models.CharField(_("经费来源"), max_length=100, blank=True)
    # How many were asked: who did not answer stays apart from who was dissatisfied.
    evaluation_asked = models.PositiveIntegerField(_("发出评价份数"), null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    # Members see what was published to them: reach.py.
    visibility = Visibility(
        view="activity.view",
        area="community",
        unit="hosts__organization",
        organizations=("hosts__organization",),
        persons=("sign_ups__member__person",),
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-starts_at", "-id")
        verbose_name = _("活动")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="activity_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(state_reason=""),
                name="cancelled_activity_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "cancelled")) | Q(published_at__isnull=False),
                name="published_activity_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(places__gt=0), name="activity_has_a_place_or_no_limit"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_at__isnull=False),
                name="held_activity_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="activity_cost_is_not_negative"
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "-starts_at"), name="activity_community"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The activity's page."""
        return reverse("activities:activity-detail", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label

    @property
    def where(self) -> str:
        """The place with its community, named once."""
        name, place = self.community.name, self.place
        if place.startswith(name):
            return place
        # 和平社区 and 社区服务大厅 are 和平社区服务大厅.
        return name + (place.removeprefix("社区") if name.endswith("社区") else place)

    @property
    def is_open(self) -> bool:
        """Whether it is published and not held yet."""
        return self.state == ActivityState.PUBLISHED
