"""Rosters on paper, entered at once."""

from __future__ import annotations

from datetime import date

import pytest

from members.models import MemberPlace
from members.services.roster import RosterEntry, record_roster


@pytest.mark.django_db
def test_who_reported_in_on_paper_counts_from_that_day(cast, system):
    entry = RosterEntry(
        person_values={"name": "方晓"},
        member_values={"kind": "full"},
        unit=cast.unit,
        community=cast.community,
        reported_on=date(2026, 1, 15),
    )
    record_roster([entry], by=system)
    place = MemberPlace.objects.get(side="community", name="方晓")
    assert (place.since, entry.member.report_ins.get().decided_by) == (date(2026, 1, 15), "系统")
