"""One row of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Scope, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.obligations.enums import COMPLETE, UNPAID, ObligationState
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# Filed after its date; or after its period was closed, whatever day the paper says.
LATE = Q(paid_on__gt=F("due_on")) | (
    Q(paid_on__isnull=False, is_closed=True) & ~Q(closed_state__in=COMPLETE)
)


class ObligationQuerySet(ScopedQuerySet):
    """Filters on debts; the figures of completeness and timeliness are made of these."""

    _is_counted = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()
        clone._is_counted = self._is_counted
        return clone

    def as_counted(self) -> Self:
        """Read the debts of closed periods as they stood at closing: what figures count."""
        rows = self.all()
        rows._is_counted = True
        return rows

    def standing(self, *states: ObligationState) -> Q:
        """Return the condition of debts in these states, today or at closing."""
        if not self._is_counted:
            return Q(state__in=states)
        return Q(is_closed=False, state__in=states) | Q(is_closed=True, closed_state__in=states)

    def in_state(self, *states: ObligationState) -> Self:
        """Keep debts in these states."""
        return self.filter(self.standing(*states))

    def visible_to(self, scope: Scope) -> Self:
        """Keep the debts of bodies and, by their own line of access.csv, those of persons."""
        if scope.is_system:
            return self.all()
        bodies = Q(bearer_person=None) & self._rows(scope, "obligation.view", reading=True)
        rows = bodies
        # A role that sees totals of persons sees none of their rows.
        if not scope.cell("obligation.view_person").totals_only:
            rows |= Q(bearer_person__isnull=False) & self._rows(
                scope, "obligation.view_person", reading=True
            )
        return self._kept(rows)

    def unpaid(self) -> Self:
        """Keep what still has to be done."""
        return self.in_state(*UNPAID)

    def overdue(self, day: date) -> Self:
        """Keep what is unpaid after its date."""
        return self.unpaid().filter(due_on__lt=day)

    def owed(self) -> Self:
        """Keep all but what turned out not applicable."""
        return self.exclude(self.standing(ObligationState.NOT_APPLICABLE))

    def expected(self) -> Self:
        """Keep the denominator: owed without exempt."""
        return self.exclude(self.standing(ObligationState.NOT_APPLICABLE, ObligationState.EXEMPT))

    def complete(self) -> Self:
        """Keep what was filed, nil included."""
        return self.in_state(*COMPLETE)

    def on_time(self) -> Self:
        """Keep what was filed by its date."""
        return self.complete().exclude(self._late())

    def late(self) -> Self:
        """Keep what was filed after its date, or after its period was closed."""
        return self.complete().filter(self._late())

    def _late(self) -> Q:
        if self._is_counted:
            return Q(is_closed=False, paid_on__gt=F("due_on")) | Q(
                is_closed=True, closed_paid_on__gt=F("due_on")
            )
        return LATE

    def with_bodies(self) -> Self:
        """Read the bodies and the person along."""
        return self.select_related(
            "bearer_organization", "bearer_person", "owed_to", "unit", "area"
        )


class Obligation(Row, AreaKeys):
    """A debt (应办事项): this bearer owes this duty to that body for this period by this date."""

    # A debt carries its own making; sweeps open thousands at once.
    row_history = "changes"

    duty = models.CharField(_("事项"), max_length=80)
    bearer_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    bearer_person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    owed_to = models.ForeignKey(Organization, models.PROTECT, related_name="claims")
    # The unit of a person who owes.
    unit = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="obligations_of_people"
    )
    # Where it is counted and supervised; scope follows this area through the tree.
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    period = models.CharField(_("周期"), max_length=10, blank=True)
    subject_label = models.CharField(max_length=100, blank=True)
    subject_uid = models.UUIDField(null=True, blank=True)
    due_on = models.DateField(_("截止日期"))
    state = models.CharField(
        _("状态"), max_length=20, choices=ObligationState.choices, default=ObligationState.OPEN
    )
    created_at = models.DateTimeField(_("产生时间"), db_default=DefaultNow(), editable=False)
    paid_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    # The day it counts for: a paper form handed in on Friday and entered on Monday was in time.
    paid_on = models.DateField(_("办结日期"), null=True, blank=True)
    paid_with_label = models.CharField(max_length=100, blank=True)
    paid_with_uid = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    # Its period is closed: figures read it as it stood then.
    is_closed = models.BooleanField(default=False, editable=False)
    closed_state = models.CharField(max_length=20, blank=True, editable=False)
    closed_paid_on = models.DateField(null=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    # Rights run along whom it is owed to; reading adds those who owe it.
    visibility = Visibility(
        view="obligation.view",
        area="area",
        unit="owed_to",
        organizations=("bearer_organization", "owed_to", "unit"),
        persons=("bearer_person",),
        own="bearer_person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("due_on", "id")
        verbose_name = _("应办事项")
        constraints = (
            models.UniqueConstraint(
                fields=("duty", "bearer_organization", "bearer_person", "period", "subject_uid"),
                nulls_distinct=False,
                name="duty_is_owed_once_per_bearer_period_and_subject",
            ),
            models.CheckConstraint(
                condition=Q(bearer_organization__isnull=False, bearer_person=None)
                | Q(bearer_organization=None, bearer_person__isnull=False),
                name="obligation_has_exactly_one_bearer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=COMPLETE, paid_at__isnull=False, paid_on__isnull=False)
                | (~Q(state__in=COMPLETE) & Q(paid_at=None, paid_on=None)),
                name="obligation_is_paid_exactly_when_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ObligationState.values), name="obligation_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_closed=False, closed_state="", closed_paid_on=None)
                | Q(is_closed=True, closed_state__in=ObligationState.values),
                name="obligation_remembers_how_it_stood_at_closing",
            ),
        )
        indexes = (
            models.Index(
                fields=("bearer_organization", "due_on"),
                condition=Q(state__in=UNPAID),
                name="obligation_owed_by_body",
            ),
            models.Index(
                fields=("bearer_person", "due_on"),
                condition=Q(state__in=UNPAID),
                name="obligation_owed_by_person",
            ),
            models.Index(
                fields=("due_on", "id"), condition=Q(state__in=UNPAID), name="obligation_unpaid"
            ),
            models.Index(fields=("owed_to", "duty", "period"), name="obligation_owed_to"),
            models.Index(fields=("area", "duty", "period"), name="obligation_area"),
            models.Index(fields=("subject_uid", "duty"), name="obligation_subject"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this debt."""
        return reverse("obligations:obligation-detail", args=(self.uid,))

    @property
    def kind(self) -> Any:
        """The Duty this is one of."""
        from partybuild.obligations.registry import duty_of

        return duty_of(self.duty)

    @property
    def title(self) -> str:
        """One plain sentence."""
        return str(self.kind.title(self))

    @property
    def is_unpaid(self) -> bool:
        """Whether it still has to be done."""
        return self.state in UNPAID

    @property
    def is_late(self) -> bool:
        """Whether it was filed after its date, or after its period was closed."""
        if self.paid_on is None:
            return False
        return self.paid_on > self.due_on or (self.is_closed and self.closed_state not in COMPLETE)

    @property
    def bearer(self) -> Organization | Person:
        """Who owes."""
        bearer = self.bearer_organization or self.bearer_person
        assert bearer is not None
        return bearer

    @property
    def bearer_name(self) -> str:
        """How the bearer is called in lists."""
        if self.bearer_organization is not None:
            return self.bearer_organization.called
        return self.bearer_person.name if self.bearer_person else ""

    @property
    def subject(self) -> models.Model | None:
        """The row it is about; lists read them in one go (queries.with_subjects)."""
        if not hasattr(self, "_subject"):
            self._subject = self._read_subject()
        return self._subject

    @subject.setter
    def subject(self, subject: models.Model | None) -> None:
        self._subject = subject

    def _read_subject(self) -> models.Model | None:
        if self.subject_uid is None or not self.subject_label:
            return None
        try:
            model = apps.get_model(self.subject_label)
        except LookupError:
            return None
        return self.kind.subjects(model).filter(**{model_uid(model): self.subject_uid}).first()


def subject_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows that subjects are found in by their uid: who sees the debt sees its words."""
    return model._base_manager.all()


def model_uid(model: type[models.Model]) -> str:
    """Return the lookup of a model's uid; one-to-one rows use their organization's."""
    if any(field.name == "uid" for field in model._meta.get_fields()):
        return "uid"
    return "organization__uid"


__all__ = ("LATE", "Obligation", "ObligationQuerySet", "model_uid", "subject_rows")
