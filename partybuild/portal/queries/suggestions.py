"""Who answers a suggestion, and how one is found again."""

from __future__ import annotations

import secrets

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.fields import keyed_hash
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.portal.models import Suggestion

# Read aloud and typed on a phone: no letters that look alike.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
# More names than this nobody looks through: the streets then, which know their communities.
MOST_PLACES = 300


def body_answering(area: Area | None) -> Organization | None:
    """Return the committee that leads an area, the nearest above where it has none."""
    if area is None:
        return None
    leading = {
        party.leads_area_id: party.organization
        for party in PartyOrganization.objects.filter(
            leads_area__in=area.line(), leads_area__level__gte=Level.DISTRICT, is_current=True
        ).select_related("organization__area")
    }
    return next((leading[key] for key in reversed(area.line()) if key in leading), None)


def place_by_default(by: Actor) -> Area | None:
    """Return where a post's own suggestions go: a unit's to its community, a committee's one level up."""
    if by.scope.area_id is None:
        return None
    area = Area.objects.select_related("parent").filter(pk=by.scope.area_id).first()
    if area is None or not by.scope.is_area:
        return area
    return area.parent if body_answering(area.parent) is not None else area


def place_of_strangers() -> Area | None:
    """Return where goes what names no place: to the one district, or the one street, there is."""
    for level in (Level.DISTRICT, Level.STREET):
        found = list(Area.objects.current().filter(level=level)[:2])
        if found:
            return found[0] if len(found) == 1 else None
    return None


def places_open() -> list[Area]:
    """Return the places that a stranger may write to: communities, or streets where those are many."""
    rows = Area.objects.current().order_by("path")
    communities = rows.filter(level=Level.COMMUNITY).select_related("parent")
    if communities.count() <= MOST_PLACES:
        return list(communities)
    return list(rows.filter(level=Level.STREET).select_related("parent"))


def new_code() -> str:
    """Return a code by which an anonymous suggestion is found again."""
    return "".join(secrets.choice(_LETTERS) for _each in range(_LENGTH))


def hash_of_code(code: str) -> str:
    """Return what is kept of a code, however it was typed."""
    return keyed_hash("".join(code.upper().split()).replace("-", ""), "suggestion")


def suggestion_with(code: str) -> Suggestion | None:
    """Return the suggestion of a code; the code is the right to read what became of it."""
    found = hash_of_code(code)
    return (
        Suggestion.objects.filter(code_hash=found).select_related("organization").first()
        if found
        else None
    )
