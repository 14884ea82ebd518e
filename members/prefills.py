"""Figures about members that a unit's quarterly report finds filled in."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from members.enums import Side
from members.models import MemberPlace, ServiceRecord
from members.models.service_record import ServiceRecordQuerySet
from partybuild.calendar import Period
from partybuild.organizations.models import Organization
from units.registry import prefill


def _certified(unit: Organization, period: Period) -> ServiceRecordQuerySet:
    rows: ServiceRecordQuerySet = ServiceRecord.objects.certified()
    return rows.filter(unit=unit, date__range=(period.start, period.end))


@prefill("members.on_roster")
def members_on_roster(unit: Organization, period: Period) -> int:
    """Members on the unit's roster today (人)."""
    return MemberPlace.objects.on_rosters().filter(unit=unit).count()


@prefill("members.reported_in")
def members_reported_in(unit: Organization, period: Period) -> int:
    """Members with a standing report-in at any community today (人)."""
    return (
        MemberPlace.objects.filter(unit=unit, side=Side.COMMUNITY)
        .values("member")
        .distinct()
        .count()
    )


@prefill("members.served")
def members_served(unit: Organization, period: Period) -> int:
    """Members with certified service in the quarter (人)."""
    return _certified(unit, period).values("member").distinct().count()


@prefill("members.service_hours")
def service_hours(unit: Organization, period: Period) -> Decimal:
    """Certified hours in the quarter (小时)."""
    return _certified(unit, period).aggregate(total=Sum("hours"))["total"] or Decimal(0)
