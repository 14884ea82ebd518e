"""Which communities a member is offered to report in at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from members.enums import ACTIVE_REPORT_IN
from members.models import PartyMember, ReportIn
from members.queries.letters import communities_to_choose_from
from members.queries.report_ins import last_returned
from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.areas.models.area import AreaQuerySet

# More than these make no list to choose from.
MOST = 80


def communities_for(
    member: PartyMember | None = None,
    *,
    near: Iterable[Area | None] = (),
    text: str = "",
    chosen: str = "",
) -> AreaQuerySet:
    """Return the communities of the districts of some places, those found by a name, and the chosen one.

    All communities of a city are no list for a phone: whoever lives elsewhere types a part of the name.
    """
    everywhere = communities_to_choose_from()
    home = member.home_area if member is not None else None
    places = [place for place in (home, *near) if place is not None]
    keys = {place.pk for place in places}
    keys |= {area.pk for area in communities_named(text)}
    for step in _steps_up(places):
        around = set(everywhere.below(step).values_list("pk", flat=True)[: MOST + 1])
        if len(around) > MOST:
            break
        keys |= around
    if not keys:
        keys = set(everywhere.values_list("pk", flat=True)[:MOST])
    with suppress(ValueError):
        keys |= set(everywhere.filter(uid=UUID(chosen)).values_list("pk", flat=True))
    found: AreaQuerySet = everywhere.filter(pk__in=keys)
    return found


def community_to_offer(
    member: PartyMember, addressed: Area | None, report_ins: Sequence[ReportIn]
) -> Area | None:
    """Return the community that stands chosen on a form: of the letter, else where the member lives.

    None where they are there already, or where it has just sent them back: they are to choose anew.
    `report_ins` are the member's own, newest first.
    """
    home = member.home_area
    offered = addressed or (home if home is not None and home.level == Level.COMMUNITY else None)
    if offered is None:
        return None
    returned = last_returned(report_ins)
    there = {each.community_id for each in report_ins if each.state in ACTIVE_REPORT_IN}
    there |= {returned.community_id} if returned is not None else set()
    return None if offered.pk in there else offered


def communities_named(text: str) -> list[Area]:
    """Return the communities whose name, or whose street's, holds what somebody typed; none for nothing."""
    words = text.strip()
    if not words:
        return []
    everywhere = communities_to_choose_from()
    named = everywhere.filter(name__contains=words) | everywhere.filter(
        parent__name__contains=words
    )
    return list(named.select_related("parent")[:MOST])


def _steps_up(places: list[Area]) -> list[Area]:
    """Return the streets of some places, then their districts, then their cities."""
    lines = {pk for place in places for pk in place.line()}
    above = Area.objects.filter(pk__in=lines, level__in=(Level.CITY, Level.DISTRICT, Level.STREET))
    return sorted(above, key=lambda area: -area.level)
