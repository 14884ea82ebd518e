"""Where a member's proposal may go."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from meetings.models import Council
from members.enums import ReportInState
from members.models import Employment, ReportIn
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Destination:
    """A body to which a member may propose: their unit, or the convener of their community's council."""

    key: str
    label: str
    organization: Organization
    council: Council | None = None


def destinations(person_id: int) -> list[Destination]:
    """Return the councils of the communities where a person has reported in, then their unit."""
    communities = (
        ReportIn.objects.filter(member__person=person_id, state=ReportInState.CONFIRMED)
        .order_by()
        .values("community")
    )
    councils = (
        Council.objects.current().filter(area__in=communities).select_related("convener", "area")
    )
    found = [
        Destination(
            f"council:{council.uid}",
            _("%(body)s（%(council)s）")
            % {"body": council.convener.called, "council": council.name},
            council.convener,
            council,
        )
        for council in councils
    ]
    work = (
        Employment.objects.current()
        .confirmed()
        .filter(member__person=person_id)
        .select_related("unit__area")
        .first()
    )
    if work is not None:
        label = _("%(unit)s（本单位）") % {"unit": work.unit.called}
        found.append(Destination(f"unit:{work.unit.uid}", label, work.unit))
    return found
