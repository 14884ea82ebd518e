"""Who stands above a council, and how often a council meets."""

from __future__ import annotations

from datetime import date

from meetings.models import Council
from partybuild.areas.models import Area, Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.areas.queries import parameters_of
from partybuild.calendar import Period
from partybuild.calendar.periods import HALF, MONTH, QUARTER
from partybuild.organizations.models import Organization, PartyOrganization

KINDS = {"monthly": MONTH, "quarterly": QUARTER, "half_yearly": HALF}


def committee_above(council: Council) -> Organization:
    """Return the nearest committee that leads an area above; at the top the convener itself."""
    above = (
        PartyOrganization.objects.filter(
            leads_area__in=council.area.line(),
            leads_area__level__lt=council.area.level,
            is_current=True,
        )
        .select_related("organization__area")
        .order_by("-leads_area__level")
        .first()
    )
    return above.organization if above else council.convener


def leading_committees() -> dict[int, Organization]:
    """Return {area: the committee that leads it}, for sweeps over all councils."""
    return {
        party.leads_area_id: party.organization
        for party in PartyOrganization.objects.filter(
            leads_area__isnull=False, is_current=True
        ).select_related("organization__area")
        if party.leads_area_id is not None
    }


def period_kind(area: Area) -> str:
    """Return the kind of period in which councils of an area meet once."""
    return KINDS[parameters_of(area, ("meeting.frequency",))["meeting.frequency"]]


def period_of(area: Area, day: date) -> Period:
    """Return the period of a council's meeting on a day."""
    return Period.of(day, period_kind(area))


def period_kinds(councils: list[Council]) -> dict[int, str]:
    """Return {council: kind of period}, with one query for all of them."""
    set_by_area = dict(
        Parameter.objects.filter(key="meeting.frequency").values_list("area_id", "value")
    )
    default = PARAMETERS["meeting.frequency"].default
    kinds = {}
    for council in councils:
        line = reversed(council.area.line())
        frequency = next((set_by_area[pk] for pk in line if pk in set_by_area), default)
        kinds[council.pk] = KINDS[frequency]
    return kinds
