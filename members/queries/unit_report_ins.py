"""Reads about units' own report-ins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from members.enums import EmploymentState, MemberCategory, MemberState, Side
from members.models import Employment, MemberPlace, UnitReportIn
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import add_working_days, today
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization
from units.models import ResidentUnit, UnitBranch
from units.queries import committee_of, committees_of

DECIDE_UNIT_DUTY = "unit_report_in.decide"
SUBMIT_UNIT_DUTY = "unit_report_in.submit"


def known_of(unit: Organization) -> dict[str, Any]:
    """Return what the platform knows for a unit's form: nobody types it again."""
    register = ResidentUnit.objects.filter(organization=unit.pk).select_related("grid").first()
    branch = (
        UnitBranch.objects.current()
        .filter(unit=unit.pk)
        .select_related("party__organization__parent")
        .order_by("valid_from", "pk")
        .first()
    )
    party = branch.party if branch is not None else None
    superior = party.organization.parent if party is not None else unit.parent
    jobs = Employment.objects.current().filter(
        unit=unit.pk, state=EmploymentState.CONFIRMED, member__state=MemberState.ACTIVE
    )
    reported = MemberPlace.objects.filter(unit=unit.pk, side=Side.COMMUNITY)
    in_service = jobs.filter(member__category=MemberCategory.IN_SERVICE).count()
    holders = _holders(unit)
    declared = (register.member_count or 0) if register is not None else 0
    return {
        "party_name": party.organization.name if party is not None else "",
        "party_kind": party.kind if party is not None else "",
        "kind": register.kind if register is not None else "",
        "superior": superior.name if superior is not None else _affiliation(register),
        "credit_code": register.credit_code if register is not None else "",
        "address": unit.address or (register.residence if register is not None else ""),
        "head_name": (register.head_name if register is not None else "")
        or holders.get(Role.UNIT_SECRETARY, ""),
        "head_phone": register.head_phone if register is not None else "",
        "contact_name": unit.contact_name or holders.get(Role.UNIT_LIAISON, ""),
        "contact_phone": unit.contact_phone,
        "members_total": max(declared, jobs.count()),
        "members_in_service": in_service,
        "members_reported_in": reported.values("member").distinct().count(),
    }


def _holders(unit: Organization) -> dict[str, str]:
    """Return who holds the unit's posts today: they stand for it where the register names nobody."""
    posts = (
        Appointment.objects.filter(organization=unit.pk)
        .current(today())
        .select_related("person")
        .order_by("-sort", "-id")
    )
    return {post.role: post.person.name for post in posts}


def _affiliation(register: ResidentUnit | None) -> str:
    return register.affiliation if register is not None else ""


def decide_unit_debt(report_in: UnitReportIn) -> Debt | None:
    """Return what the community owes the unit: an answer and a receipt."""
    committee = committee_of(report_in.community)
    if committee is None:
        return None
    days = parameter(report_in.community, "report_in.decide_days")
    return Debt(
        duty=DECIDE_UNIT_DUTY,
        bearer_organization=committee,
        owed_to=report_in.unit,
        unit=report_in.unit,
        subject=report_in,
        due_on=add_working_days(max(report_in.submitted_on, today()), days),
        area=report_in.community,
    )


def first_unit_debts() -> Iterator[Debt]:
    """Return which units owe the community where they are registered their own report-in, once.

    Wherever they have reported in, they have done it; a place that sets no days asks for nothing.
    """
    standing = UnitReportIn.objects.active().filter(unit=OuterRef("organization"))
    asked = Obligation.objects.filter(
        duty=SUBMIT_UNIT_DUTY, bearer_organization=OuterRef("organization"), period=""
    )
    keys = ResidentUnit.objects.current().order_by().values("organization__area").distinct()
    areas = {
        area.pk: (area, days)
        for area in Area.objects.filter(pk__in=keys)
        if (days := parameter(area, "unit_report_in.first_deadline"))
    }
    if not areas:
        return
    committees = committees_of(area for area, _days in areas.values())
    rows = (
        ResidentUnit.objects.current()
        .filter(~Exists(standing), ~Exists(asked), organization__area__in=areas)
        .select_related("organization")
        .order_by("pk")
    )
    day = today()
    for unit in rows.iterator(chunk_size=2000):
        body = unit.organization
        area, days = areas[body.area_id]
        committee = committees.get(area.pk)
        if committee is None:
            continue
        yield Debt(
            duty=SUBMIT_UNIT_DUTY,
            bearer_organization=body,
            owed_to=committee,
            unit=body,
            # From the day on which it is asked: an old register is no old debt.
            due_on=day + timedelta(days=days),
            period="",
            area=area,
        )
