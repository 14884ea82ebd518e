"""What the pages of service and summaries show, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from members.enums import Side
from members.models import MemberPlace, ServiceRecord, ServiceSummary
from members.queries.summaries import due_pairs
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Due:
    """A summary that waits for its signature: what it would say."""

    unit: Organization
    reported_in_count: int
    served_count: int
    times: int
    hours: Decimal


def due_summaries(community: Area, period: Period) -> list[Due]:
    """Return the summaries of a quarter that a community has not signed yet, in the units' order."""
    done = set(
        ServiceSummary.objects.filter(community=community, period=str(period)).values_list(
            "unit_id", flat=True
        )
    )
    wanted = {unit for _community, unit in due_pairs(period, community)} - done
    reported = dict(
        MemberPlace.objects.filter(
            side=Side.COMMUNITY, community=community, unit__in=wanted, since__lte=period.end
        )
        .order_by()
        .values_list("unit_id")
        .annotate(number=Count("pk"))
    )
    served = {
        row["unit_id"]: row
        for row in ServiceRecord.objects.certified()
        .filter(community=community, unit__in=wanted, summary=None, date__lte=period.end)
        .order_by()
        .values("unit_id")
        .annotate(people=Count("member", distinct=True), times=Count("pk"), total=Sum("hours"))
    }
    nothing = {"people": 0, "times": 0, "total": Decimal(0)}
    return [
        Due(
            unit=unit,
            reported_in_count=reported.get(unit.pk, 0),
            served_count=served.get(unit.pk, nothing)["people"],
            times=served.get(unit.pk, nothing)["times"],
            hours=served.get(unit.pk, nothing)["total"],
        )
        for unit in Organization.objects.filter(pk__in=wanted).order_by("sort", "id")
    ]
