"""服务记录卡 (F8): a member's certified service in one community."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from members.models import MemberPlace, ServiceRecord
from members.queries.evaluations import said_of_records
from members.queries.statistics import Cut, MemberLine, member_lines
from partybuild.areas.models import Area
from partybuild.calendar import Period


@dataclass
class Card:
    """One member in one community."""

    line: MemberLine
    period: Period
    until: date
    records: list[ServiceRecord] = field(default_factory=list)
    # What residents said of what a record stands for: {record key: 满意12、基本满意1}.
    evaluations: dict[int, str] = field(default_factory=dict)
    grid_name: str = ""

    @property
    def community(self) -> Area:
        """Where they serve."""
        return self.line.community

    @property
    def unit_name(self) -> str:
        """Of which unit they were."""
        return self.line.unit.name if self.line.unit else ""


def cards_of(cut: Cut, *, with_empty: bool = False) -> list[Card]:
    """Return a card per member and community of a cut; `with_empty` also for who has not served yet."""
    lines = [line for line in member_lines(cut) if line.times or with_empty]
    records = list(cut.records().select_related("member").order_by("date", "id"))
    said = {
        record: each.words
        for record, each in said_of_records(records, cut.period.start, cut.until).items()
    }
    grids = {
        (member, community): grid
        for member, community, grid in MemberPlace.objects.reported_in()
        .filter(member__in=[line.member.pk for line in lines], grid__isnull=False)
        .values_list("member", "community", "grid__name")
    }
    by_line: dict[tuple[int, int | None, int], list[ServiceRecord]] = {}
    for record in records:
        key = (record.community_id, record.unit_id, record.member_id)
        by_line.setdefault(key, []).append(record)
    return [
        Card(
            line=line,
            period=cut.period,
            until=cut.until,
            records=by_line.get(_key(line), []),
            evaluations=said,
            grid_name=grids.get((line.member.pk, line.community.pk), ""),
        )
        for line in lines
    ]


def _key(line: MemberLine) -> tuple[int, int | None, int]:
    return (line.community.pk, line.unit.pk if line.unit else None, line.member.pk)
