"""Reads for the pages of wishes: totals, who may be asked to claim, how many have offered."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from members.enums import Side, UnitReportInState
from members.models import MemberPlace, UnitReportIn
from partybuild.areas.models import Area
from wishes.enums import ClaimState, WishState
from wishes.models import Wish, WishClaim


def state_counts(rows: QuerySet[Any]) -> list[tuple[WishState, int]]:
    """Return how many wishes stand where, in the order of the machine, states without any left out."""
    found = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    return [(state, found[state]) for state in WishState if found.get(state)]


def open_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate a rank that puts what may still be claimed before what is over."""
    return rows.annotate(
        rank=Case(
            When(state=WishState.OPEN, then=Value(0)),
            When(state__in=(WishState.CLAIMED, WishState.FULFILLED), then=Value(1)),
            default=Value(2),
        )
    )


def units_belonging(community: Area, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the units that may claim in a community: situated there, reported in, or with people there."""
    people = MemberPlace.objects.filter(side=Side.COMMUNITY, community=community)
    own = UnitReportIn.objects.filter(community=community, state=UnitReportInState.CONFIRMED)
    return rows.filter(resident_unit__isnull=False, valid_to=None).filter(
        Q(area=community)
        | Q(pk__in=people.exclude(unit=None).order_by().values("unit"))
        | Q(pk__in=own.order_by().values("unit"))
    )


def offers_waiting(wish: Wish) -> int:
    """Return how many have offered and wait for the community: a number, no names."""
    return WishClaim.objects.filter(wish=wish, state=ClaimState.PROPOSED).count()
