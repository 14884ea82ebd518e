"""What a quarterly summary says, compiled from certified records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from members.enums import Side
from members.models import MemberPlace, ServiceRecord, ServiceSummary
from members.models.service_record import ServiceRecordQuerySet
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, parameter
from partybuild.calendar import Period, add_working_days
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization
from units.queries import committee_of, committees_of

SEND_DUTY = "summary.send"
ACKNOWLEDGE_DUTY = "summary.acknowledge"


@dataclass
class Compiled:
    """The figures and lines of a summary."""

    reported_in_count: int
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def served_count(self) -> int:
        """Members who served (人)."""
        return len(self.lines)

    @property
    def times(self) -> int:
        """Person-times (人次)."""
        return sum(line["times"] for line in self.lines)

    @property
    def hours(self) -> Decimal:
        """Hours (小时)."""
        return sum((Decimal(line["hours"]) for line in self.lines), Decimal(0))


def unsummarized(community: Area, unit: Organization, period: Period) -> ServiceRecordQuerySet:
    """Return the certified records that the unit's summary of a quarter takes up.

    What was certified too late for its own quarter comes with the next: each record in exactly one.
    """
    rows: ServiceRecordQuerySet = ServiceRecord.objects.certified()
    return rows.filter(community=community, unit=unit, summary=None, date__lte=period.end)


def compile_lines(records: ServiceRecordQuerySet, community: Area) -> list[dict[str, Any]]:
    """Return one line per member with their records, in the order of lists of people."""
    words = dict(dictionary(community, "service.kind"))
    lines: dict[int, dict[str, Any]] = {}
    rows = records.select_related("member__person").order_by(
        "member__person__sort", "member_name", "member_id", "date", "id"
    )
    for record in rows:
        line = lines.setdefault(
            record.member_id,
            {
                "member": str(record.member.uid),
                "name": record.member_name,
                "times": 0,
                "hours": Decimal(0),
                "records": [],
            },
        )
        line["times"] += 1
        line["hours"] += record.hours
        line["records"].append(
            {
                "date": record.date.isoformat(),
                "content": record.content,
                "kind": words.get(record.kind, record.kind),
                "hours": str(record.hours),
            }
        )
    return [{**line, "hours": str(line["hours"])} for line in lines.values()]


def reported_in_from(community: Area, unit: Organization, period: Period) -> int:
    """Return how many of a unit's members reported in at a community until a quarter's end."""
    return MemberPlace.objects.filter(
        side=Side.COMMUNITY, community=community, unit=unit, since__lte=period.end
    ).count()


def compiled_now(community: Area, unit: Organization, period: Period) -> Compiled:
    """Return what a summary would say if it were signed now."""
    return Compiled(
        reported_in_count=reported_in_from(community, unit, period),
        lines=compile_lines(unsummarized(community, unit, period), community),
    )


def due_pairs(period: Period, community: Area | None = None) -> set[tuple[int, int]]:
    """Return (community, unit) keys between which a summary of a quarter is due."""
    places = MemberPlace.objects.filter(
        side=Side.COMMUNITY, unit__isnull=False, since__lte=period.end
    )
    records = ServiceRecord.objects.certified().filter(
        summary=None, unit__isnull=False, date__range=(period.start, period.end)
    )
    if community is not None:
        places, records = places.filter(community=community), records.filter(community=community)
    return {
        *places.order_by().values_list("community_id", "unit_id").distinct(),
        *records.order_by().values_list("community_id", "unit_id").distinct(),
    }


def summary_due_on(community: Area, period: Period) -> date:
    """Return the day by which a community owes the summaries of a quarter."""
    return add_working_days(period.end, parameter(community, "summary.due_days"))


def summary_debt(community: Area, unit: Organization, period: Period) -> Debt | None:
    """Return what a community owes a unit for a quarter."""
    committee = committee_of(community)
    if committee is None:
        return None
    return _debt(committee, community, unit, period, summary_due_on(community, period))


def summary_debts(period: Period) -> list[Debt]:
    """Return what every community owes every unit whose members reported in or served there."""
    pairs = due_pairs(period)
    done = set(
        ServiceSummary.objects.filter(period=str(period)).values_list("community_id", "unit_id")
    )
    communities = Area.objects.in_bulk({community for community, _unit in pairs})
    units = Organization.objects.in_bulk({unit for _community, unit in pairs})
    committees = committees_of(communities.values())
    due = {pk: summary_due_on(area, period) for pk, area in communities.items()}
    return [
        _debt(committees[community], communities[community], units[unit], period, due[community])
        for community, unit in sorted(pairs - done)
        if community in committees
    ]


def _debt(
    committee: Organization, community: Area, unit: Organization, period: Period, due_on: date
) -> Debt:
    return Debt(
        duty=SEND_DUTY,
        bearer_organization=committee,
        owed_to=unit,
        unit=unit,
        subject=unit,
        due_on=due_on,
        period=str(period),
        area=community,
    )


def own_lines(summary: ServiceSummary, member_uids: set[str]) -> list[dict[str, Any]]:
    """Return the lines of a summary that are about these members: each sees their own."""
    return [line for line in summary.lines if line["member"] in member_uids]
