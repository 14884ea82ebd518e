"""Reads about wishes: what is owed for them, who may claim them, how many there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from members.enums import Side, UnitReportInState
from members.models import MemberPlace, UnitReportIn
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import add_working_days, today
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization
from units.queries import committee_of
from wishes.enums import HOLDING
from wishes.models import Wish, WishClaim

VERIFY_DUTY = "wish.verify"
DECIDE_DUTY = "wish.decide"
FULFIL_DUTY = "wish.fulfil"
REVISIT_DUTY = "wish.revisit"


def communities_of_member(person: int | None) -> Any:
    """Return the communities, as keys, where a member has reported in."""
    places = MemberPlace.objects.filter(side=Side.COMMUNITY, member__person=person)
    return places.order_by().values("community")


def _at_unit(unit: int | None) -> tuple[Any, Any, Any]:
    people = MemberPlace.objects.filter(side=Side.COMMUNITY, unit=unit)
    own = UnitReportIn.objects.filter(unit=unit, state=UnitReportInState.CONFIRMED)
    return (
        people.order_by().values("community"),
        own.order_by().values("community"),
        Organization.objects.filter(pk=unit or 0).order_by().values("area"),
    )


def near_unit(unit: int | None, path: str = "community") -> Q:
    """Return the condition that a community is one where a unit belongs, reported in or has its people."""
    condition = Q(pk__in=[])
    for rows in _at_unit(unit):
        condition |= Q(**{f"{path}__in": rows})
    return condition


def unit_belongs(community: Area, unit: Organization) -> bool:
    """Tell whether a unit may claim in a community."""
    return Area.objects.filter(near_unit(unit.pk, "pk"), pk=community.pk).exists()


def claim_in_hand(wish: Wish) -> WishClaim | None:
    """Return the claim that has a wish in hand, None where nobody has."""
    rows = WishClaim.objects.filter(wish=wish, state__in=HOLDING)
    found: WishClaim | None = rows.select_related("member__person", "unit").first()
    return found


def standing_of(wish: Wish) -> QuerySet[WishClaim]:
    """Return the claims of a wish that wait or are being fulfilled, oldest first."""
    rows: QuerySet[WishClaim] = (
        WishClaim.objects.standing()
        .filter(wish=wish)
        .select_related("member__person", "unit", "wish__community__parent")
        .order_by("proposed_on", "id")
    )
    return rows


def promise_of(community: Area) -> date:
    """Return by when a wish that is claimed today is to be fulfilled."""
    return today() + timedelta(days=parameter(community, "wish.fulfil_days"))


def _of_committee(duty: str, subject: Wish | WishClaim, community: Area, days: int) -> Debt | None:
    committee = committee_of(community)
    above = committee_of(community.parent) if community.parent else None
    if committee is None or above is None:
        return None
    return Debt(
        duty=duty,
        bearer_organization=committee,
        owed_to=above,
        subject=subject,
        due_on=add_working_days(today(), days),
        area=community,
    )


def verify_debt(wish: Wish) -> Debt | None:
    """Return what a community owes for a wish that it heard: a call and a visit."""
    days = parameter(wish.community, "wish.verify_days")
    return _of_committee(VERIFY_DUTY, wish, wish.community, days)


def decide_debt(claim: WishClaim) -> Debt | None:
    """Return what a community owes for a claim: an answer."""
    community = claim.wish.community
    days = parameter(community, "wish.decide_days")
    return _of_committee(DECIDE_DUTY, claim, community, days)


def revisit_debt(wish: Wish) -> Debt | None:
    """Return what a community owes once a wish is fulfilled: to ask again."""
    days = parameter(wish.community, "wish.revisit_days")
    return _of_committee(REVISIT_DUTY, wish, wish.community, days)


def fulfil_debt(claim: WishClaim) -> Debt | None:
    """Return what a claimer owes: the wish, by the day that they promised."""
    committee = committee_of(claim.wish.community)
    if committee is None:
        return None
    return Debt(
        duty=FULFIL_DUTY,
        bearer_organization=claim.unit if claim.member is None else None,
        bearer_person=claim.member.person if claim.member is not None else None,
        owed_to=committee,
        unit=claim.unit,
        subject=claim,
        due_on=claim.promised_on,
        area=claim.wish.community,
    )
