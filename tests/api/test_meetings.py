"""/api/v1/councils/, meetings/, resolutions/."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from partybuild.calendar import now
from tests.api.contract import ReadContract
from tests.factories.meetings import (
    make_council,
    make_held,
    make_meeting,
    make_own_council,
    make_resolution,
)

_numbers = count(1)


def council_of(cast: Any) -> Any:
    """Return a council of the community that does not exist yet."""
    return make_council(
        cast.community,
        cast.committee,
        cast.unit,
        cast.second_unit,
        cast.other_unit,
        name=f"联席会{next(_numbers)}",
    )


class TestCouncils(ReadContract):
    """The contract, and what is particular to councils."""

    resource = "councils"
    key = "council.view"
    fields = (
        "uid",
        "name",
        "kind",
        "area",
        "convener",
        "members",
        "founded_on",
        "ended_on",
        "end_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Found councils in the community."""
        return [council_of(cast) for _ in range(number)]

    def test_member_sees_the_council_but_not_the_bodies_it_may_not_see(
        self, cast: Any, token_client: Any
    ) -> None:
        """A liaison's token: the council by name, its own unit; nobody else is named."""
        (council,) = self.make(cast, 1)
        row = token_client(cast.liaison).get(f"/api/v1/councils/{council.uid}/").json()
        assert row["name"] == council.name
        assert row["members"] == [{"uid": str(cast.unit.uid), "name": "江湾区图书馆"}]
        assert row["convener"] is None


class TestMeetings(ReadContract):
    """The contract, and what is particular to meetings."""

    resource = "meetings"
    key = "meeting.view"
    fields = (
        "uid",
        "council",
        "period",
        "year",
        "number",
        "theme",
        "starts_at",
        "ends_at",
        "place",
        "state",
        "state_reason",
        "notified_at",
        "receipt_due_on",
        "held_on",
        "is_entered_afterwards",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Plan meetings of one council."""
        council = council_of(cast)
        return [
            make_meeting(council, starts_at=now() + timedelta(days=7 + day))
            for day in range(number)
        ]

    def test_filters_narrow(self, cast: Any, token_client: Any) -> None:
        """State, period, council, place, day."""
        council = make_own_council(cast)
        make_held(council)
        make_meeting(council)
        client = token_client(cast.street_staff)

        def states(**query: str) -> list[str]:
            rows = client.get("/api/v1/meetings/", query).json()["results"]
            return [row["state"] for row in rows]

        assert states(state="held") == ["held"]
        assert states(period="2026Q1", council=str(council.uid)) == ["held", "planned"]
        assert states(period="2026Q2") == []
        assert states(held_from="2026-03-05", held_to="2026-03-05") == ["held"]
        assert states(below=str(cast.sibling.uid)) == []
        response = client.get("/api/v1/meetings/", {"period": "2026Q5"})
        assert (response.status_code, set(response.json())) == (400, {"period"})


class TestResolutions(ReadContract):
    """The contract, and what is particular to resolutions."""

    resource = "resolutions"
    key = "resolution.view"
    most_queries = 12
    fields = (
        "uid",
        "council",
        "meeting",
        "number",
        "text",
        "category",
        "lead",
        "helpers",
        "due_on",
        "state",
        "assigned_on",
        "reported_on",
        "closed_on",
        "closing",
        "result",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Decide something at a meeting."""
        meeting = make_held(council_of(cast))
        return [make_resolution(meeting, cast.unit, cast.second_unit) for _ in range(number)]

    def test_lead_and_helpers_are_named_by_role(self, cast: Any, token_client: Any) -> None:
        """Each in its list."""
        (row,) = self.make(cast, 1)
        found = token_client(cast.street_staff).get(f"/api/v1/resolutions/{row.uid}/").json()
        assert [each["name"] for each in found["lead"]] == ["江湾区图书馆"]
        assert [each["name"] for each in found["helpers"]] == ["江湾供水公司"]
        assert found["meeting"]["name"] == row.meeting.theme
