"""A request that a second person decides."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Role, Scope, Visibility, column_keys
from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.visibility import NOTHING
from partybuild.accounts.models import Appointment
from partybuild.approvals.enums import DECIDED, ApprovalState
from partybuild.areas.models import Area
from partybuild.calendar.clock import DefaultNow, Now
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class ApprovalQuerySet(ScopedQuerySet):
    """Filters on requests."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what this post asked, decided or may decide."""
        if scope.is_system:
            return self.all()
        if not scope.cell("approval.view").allows or scope.api is not None:
            return self.none()
        return self._kept(_asked_in(scope) | _decided_in(scope) | _decidable_in(scope))

    def asked_in(self, scope: Scope) -> Self:
        """Keep what this person asked in this post."""
        return self.filter(_asked_in(scope))

    def decidable_in(self, scope: Scope) -> Self:
        """Keep what the post may decide; that another person asked is looked at one by one."""
        if not scope.cell("approval.decide").allows or scope.api is not None:
            return self.none()
        return self._kept(_decidable_in(scope))

    def waiting(self) -> Self:
        """Keep those that nobody has decided and whose time runs."""
        return self.filter(state=ApprovalState.REQUESTED, expires_at__gt=Now())

    def with_names(self) -> Self:
        """Read along what every list shows."""
        return self.select_related(
            "area", "unit", "requested_person", "requested_organization", "requested_appointment"
        )


def _asked_in(scope: Scope) -> Q:
    if scope.person_id is None or scope.link_target is not None:
        return NOTHING
    return Q(requested_person=scope.person_id, requested_organization=scope.organization_id)


def _decided_in(scope: Scope) -> Q:
    if scope.person_id is None or scope.link_target is not None:
        return NOTHING
    return Q(decided_person=scope.person_id, decided_organization=scope.organization_id)


def _decidable_in(scope: Scope) -> Q:
    rows = NOTHING
    keys = column_keys(scope.column)
    if scope.is_area and scope.area_path:
        rows |= Q(
            key__in=keys, area__path__gte=scope.area_path, area__path__lt=scope.area_path + "~"
        )
        if scope.role == Role.COMMITTEE:
            rows |= Q(higher_area=scope.area_id)
    if scope.is_unit and scope.organization_id is not None:
        rows |= Q(key__in=keys, unit=scope.organization_id)
    if scope.column == "security_admin":
        rows |= Q(is_for_security=True)
    return rows


class Approval(Row):
    """A request for a second person (双人复核、审批): asked in one post, decided by somebody else in another."""

    # The line of access.csv that is marked 2, and the row it is about.
    key = models.CharField(_("事项"), max_length=80)
    target_label = models.CharField(max_length=100)
    target_uid = models.UUIDField()
    # What the executing service needs; no personal values: uids, dates, words.
    payload = models.JSONField(default=dict, blank=True)
    # Tells requests about the same row apart that may wait beside each other.
    once = models.CharField(max_length=100, blank=True)
    reason = models.CharField(_("申请理由"), max_length=500)
    requested_person = models.ForeignKey(Person, models.PROTECT, related_name="approvals_asked")
    requested_appointment = models.ForeignKey(
        Appointment, models.PROTECT, related_name="approvals_asked"
    )
    requested_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="approvals_asked"
    )
    requested_post = models.CharField(_("申请岗位"), max_length=300)
    requested_at = models.DateTimeField(_("申请时间"), db_default=DefaultNow(), editable=False)

    # Who may decide: holders of the line over this area, or of this unit …
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    # … the next level up from the post that asked, …
    base_level = models.PositiveSmallIntegerField(default=0, editable=False)
    higher_area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    # … and the security administrator where there is nobody else.
    is_for_security = models.BooleanField(default=False)
    # The appointments that were told: the nearest ones; kept in step by the sweep.
    asked_posts = ArrayField(models.BigIntegerField(), default=list, blank=True)

    state = models.CharField(
        _("状态"), max_length=20, choices=ApprovalState.choices, default=ApprovalState.REQUESTED
    )
    expires_at = models.DateTimeField(_("有效期至"))
    decided_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="approvals_decided"
    )
    decided_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="approvals_decided"
    )
    decided_post = models.CharField(_("审批岗位"), max_length=300, blank=True)
    decided_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    opinion = models.CharField(_("审批意见"), max_length=500, blank=True)
    # Why it could not be executed any more.
    outcome = models.CharField(_("结果说明"), max_length=300, blank=True)

    objects = ApprovalQuerySet.as_manager()

    visibility = Visibility(
        view="approval.view",
        area="area",
        unit="unit",
        organizations=None,
        persons=("requested_person", "decided_person"),
        own="requested_person",
        open=None,
        administrators=Q(is_for_security=True),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("审批申请")
        constraints = (
            models.UniqueConstraint(
                fields=("key", "target_uid", "once"),
                condition=Q(state=ApprovalState.REQUESTED),
                name="approval_of_the_same_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_person=None) | ~Q(decided_person=F("requested_person")),
                name="approval_is_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_person__isnull=False),
                name="approval_decided_names_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApprovalState.values), name="approval_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_a_reason"),
        )
        indexes = (
            models.Index(
                fields=("expires_at",),
                condition=Q(state=ApprovalState.REQUESTED),
                name="approval_waiting",
            ),
            models.Index(fields=("target_uid", "key"), name="approval_target"),
            models.Index(fields=("requested_person", "-id"), name="approval_asked"),
            GinIndex(
                fields=("asked_posts",),
                condition=Q(state=ApprovalState.REQUESTED),
                name="approval_asked_posts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind.name}：{self.subject}" if self.subject else str(self.kind.name)

    def get_absolute_url(self) -> str:
        """The page of this request."""
        return reverse("approvals:approval-detail", args=(self.uid,))

    @property
    def kind(self) -> Any:
        """The Approvable this is one of."""
        from partybuild.approvals.registry import approvable_of

        return approvable_of(self.key)

    @property
    def target(self) -> models.Model | None:
        """The row it is about."""
        if not hasattr(self, "_target"):
            self._target = self.kind.target(self)
        return self._target

    def read_target(self) -> models.Model | None:
        """Read the row anew: what was read before the decision may be old."""
        self._target = self.kind.target(self)
        return self._target

    @property
    def subject(self) -> str:
        """What it is about in a few words, without personal values."""
        target = self.target
        return str(self.kind.subject(self, target)) if target is not None else ""

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided; its time may be over before the sweep says so."""
        return self.state == ApprovalState.REQUESTED


__all__ = ("Approval", "ApprovalQuerySet")
