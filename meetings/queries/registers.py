"""The register of resolutions, and what one body answers for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from meetings.enums import OPEN_RESOLUTION, ExtensionState, PartyState, ResolutionState
from meetings.models import Card, Extension, Resolution, ResolutionParty
from meetings.models.resolution import carried_into
from meetings.queries.cards import REPORT, UNDER_WAY, late_parties
from meetings.queries.standing import lead_of, resolution_tone
from partybuild.calendar import today
from partybuild.obligations.models import Obligation


def narrowed(rows: QuerySet[Any], data: dict[str, Any]) -> QuerySet[Any]:
    """Return the resolutions, given with their cards, that the choices of the register leave."""
    if not data:
        return rows
    if data["year"]:
        rows = rows.filter(pk__in=Resolution.objects.of_year(int(data["year"])).values("pk"))
    if data["council"]:
        rows = rows.filter(council=data["council"])
    if data["card"]:
        rows = rows.exclude(card="") if data["card"] == "any" else rows.filter(card=data["card"])
    if data["unit"]:
        standing = ResolutionParty.objects.standing().filter(organization=data["unit"])
        rows = rows.filter(pk__in=standing.order_by().values("resolution"))
    if data["category"]:
        rows = rows.filter(category=data["category"])
    if data["closing"]:
        rows = rows.filter(closing=data["closing"])
    if data["q"]:
        rows = rows.filter(text__icontains=data["q"].strip())
    day = today()
    if data["state"]:
        rows = rows.filter(in_state(data["state"], year=int(data["year"] or day.year), day=day))
    return rows


def in_state(state: str, *, year: int, day: date) -> Q:
    """Return the condition of one choice of the register: a stored state, or what follows from more."""
    unfinished = Q(state__in=OPEN_RESOLUTION)
    match state:
        case "unfinished":
            return unfinished
        case "overdue":
            return unfinished & Q(due_on__lt=day) & ~Q(state=ResolutionState.REPORTED)
        case "carried":
            return carried_into(year)
        case "returned":
            given_back = ResolutionParty.objects.filter(
                resolution=OuterRef("pk"), state=PartyState.RETURNED
            )
            return unfinished & Q(Exists(given_back))
        case "extension":
            return Q(
                Exists(
                    Extension.objects.filter(
                        resolution=OuterRef("pk"), state=ExtensionState.WAITING
                    )
                )
            )
        case "review":
            return Q(state=ResolutionState.CLOSED, review_on__lte=day, reviewed_on=None)
    return Q(state=state)


def register_figures(rows: QuerySet[Any], *, year: int) -> dict[str, int]:
    """Return how many of the register stand in each state and under each card, in one query."""
    day = today()
    states = ("unfinished", "overdue", "reported", "extension", "returned", "review", "carried")
    conditions = {state: in_state(state, year=year, day=day) for state in states}
    conditions |= {color: Q(card=color) for color in ("yellow", "red")}
    counted: dict[str, int] = rows.order_by().aggregate(
        **{f"n_{name}": Count("pk", filter=condition) for name, condition in conditions.items()}
    )
    return {name.removeprefix("n_"): count for name, count in counted.items()}


def register_lines(rows: list[Any]) -> list[dict[str, Any]]:
    """Return the lines of a page of the register; parties are read along."""
    day = today()
    granted = extensions_granted(rows)
    return [
        {
            "row": row,
            "lead": lead_of(row),
            "helpers": [
                party.organization.called
                for party in row.parties.all()
                if party.role == "helper" and party.state != PartyState.RELEASED
            ],
            "tone": resolution_tone(row, day),
            "overdue": row.is_overdue(day),
            "carried": row.is_open and row.is_carried_into(day.year),
            "extended": granted.get(row.pk, 0),
        }
        for row in rows
    ]


def extensions_granted(rows: list[Any]) -> dict[int, int]:
    """Return how often each of a page's resolutions was given more time."""
    found: dict[int, int] = {}
    granted = Extension.objects.filter(
        resolution__in=[row.pk for row in rows], state=ExtensionState.GRANTED
    )
    for pk in granted.values_list("resolution", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


def own_lines(parties: Any) -> list[dict[str, Any]]:
    """Return the open resolutions of a body's parties, the nearest deadline first."""
    rows: list[ResolutionParty] = list(
        parties.filter(
            state__in=(PartyState.WAITING, PartyState.ACCEPTED),
            resolution__state__in=(*UNDER_WAY, ResolutionState.REPORTED),
        )
        .select_related(
            "organization",
            "resolution__council__area",
            "resolution__council__convener",
            "resolution__meeting",
        )
        .order_by("resolution__due_on", "pk")
    )
    resolutions = [party.resolution for party in rows]
    by_hand = dict(
        Card.objects.standing()
        .by_hand()
        .filter(resolution__in=resolutions)
        .values_list("resolution", "color")
    )
    owed = set(
        Obligation.objects.unpaid()
        .filter(duty=REPORT, subject_uid__in=[row.uid for row in resolutions])
        .values_list("bearer_organization", "subject_uid")
    )
    late = late_parties(resolutions)
    lines = []
    for party in rows:
        resolution = party.resolution
        colors = [
            each.color
            for each in late.get(resolution.pk, [])
            if each.organization_id == party.organization_id
        ]
        is_done = (party.organization_id, resolution.uid) not in owed
        is_waiting = party.state == PartyState.WAITING
        lines.append(
            {
                "party": party,
                "resolution": resolution,
                "card": max([*colors, by_hand.get(resolution.pk, "")], key=_gravity),
                "url": resolution.get_absolute_url(),
                "is_waiting": is_waiting,
                "is_done": is_done,
                "may_write": not is_waiting and resolution.is_open,
                "next": _("接件")
                if is_waiting
                else _("等待验收")
                if is_done
                else _("报进展或申报办结"),
            }
        )
    return lines


def _gravity(color: str) -> int:
    return ("", "yellow", "red").index(color)
