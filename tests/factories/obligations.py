"""Factories of the ledger: two duties that exist only in tests, and debts of the cast."""

from __future__ import annotations

from datetime import date
from typing import Any

from partybuild.access import Role
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty, register
from partybuild.obligations.services import owe
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM


@register
class AnswerDuty(Duty):
    """A debt about a subject, paid from a signed link."""

    key = "test.answer"
    name = "回执"
    action = "回执"
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})
    link_action = "meeting.answer"

    def title(self, obligation: Obligation) -> str:
        """Name the subject."""
        return f"请就“{obligation.subject}”回执"

    def url(self, obligation: Obligation) -> str:
        """The debt's own page stands in for the meeting's."""
        return obligation.get_absolute_url()


@register
class ReportDuty(Duty):
    """A periodic debt of a unit."""

    key = "test.report"
    name = "季度填报"
    action = "填报"
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})

    def url(self, obligation: Obligation) -> str:
        """The debt's own page stands in for the report's."""
        return obligation.get_absolute_url()


@register
class TogetherDuty(Duty):
    """Debts of one bearer that are paid on one page."""

    key = "test.together"
    name = "季度汇总"
    action = "签发"
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY})
    paid_together = True

    def url(self, obligation: Obligation) -> str:
        """One page for all."""
        return "/together/"


@register
class PersonalDuty(Duty):
    """A debt of a person."""

    key = "test.personal"
    name = "本人确认"
    action = "确认"
    bearer_roles = frozenset({Role.MEMBER})

    def url(self, obligation: Obligation) -> str:
        """The debt's own page."""
        return obligation.get_absolute_url()


def make_debt(bearer: Any, owed_to: Organization, **values: Any) -> Obligation:
    """Return the row of one debt."""
    values.setdefault("duty", "test.report")
    values.setdefault("due_on", date(2026, 3, 10))
    key = "bearer_organization" if isinstance(bearer, Organization) else "bearer_person"
    debt = Debt(owed_to=owed_to, **{key: bearer}, **values)
    owe([debt], by=SYSTEM)
    subject = values.get("subject")
    found: Obligation = Obligation.objects.get(
        duty=debt.duty,
        **{key: bearer},
        period=debt.period,
        subject_uid=subject.uid if subject is not None else None,
    )
    return found
