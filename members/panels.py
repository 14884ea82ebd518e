"""What members show on a unit's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.enums import Side
from members.models import MemberPlace, ServiceSummary
from members.queries.members import searched as searched_places
from partybuild.access import Actor
from partybuild.portal.panels import Hit, searched
from units.models import ResidentUnit
from units.panels import Panel, unit_panel


@unit_panel
def unit_members(unit: ResidentUnit, by: Actor) -> Panel | None:
    """The unit's people in numbers, as far as the reader sees them, and its newest summaries."""
    if not by.scope.cell("member.list").allows:
        return None
    rows = MemberPlace.objects.visible_to(by.scope).filter(unit=unit.pk)
    reported = rows.filter(side=Side.COMMUNITY)
    sees_roster = by.scope.is_unit or by.scope.column in {"street", "district"}
    return Panel(
        title=str(_("党员")),
        template="members/_unit_panel.html",
        context={
            "on_roster": rows.filter(side=Side.UNIT).count() if sees_roster else None,
            "reported_in": reported.values("member").distinct().count(),
            "summaries": ServiceSummary.objects.visible_to(by.scope)
            .filter(unit=unit.pk)
            .order_by("-period", "-id")[:3],
        },
        sort=10,
    )


@searched(_("在职党员"))
def members_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Members by name, initials or the last four digits of their phone, each once."""
    if actor.scope.column == "member":
        return []
    rows = searched_places(MemberPlace.objects.visible_to(actor.scope), words).select_related(
        "member"
    )
    # A member may stand at a unit and in a community: twice as many rows are enough for each once.
    found = {place.member_id: place for place in rows.order_by("sort", "name", "id")[: most * 2]}
    return [
        Hit(title=place.name, url=place.member.get_absolute_url(), detail=place.unit_name)
        for place in list(found.values())[:most]
    ]
