"""What members show on a unit's page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from members.enums import Side
from members.models import MemberPlace, ServiceSummary
from partybuild.access import Actor
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
        title=_("党员"),
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
