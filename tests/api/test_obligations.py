"""/api/v1/obligations/."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from partybuild.access import cell
from tests.api.contract import ReadContract
from tests.factories.obligations import make_debt

_years = count(2000)


class TestObligations(ReadContract):
    """The contract, and what is particular to the ledger."""

    resource = "obligations"
    key = "obligation.view"
    fields = (
        "uid",
        "duty",
        "bearer",
        "owed_to",
        "area",
        "period",
        "subject_label",
        "subject_uid",
        "due_on",
        "state",
        "standing",
        "paid_on",
        "created_at",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Owe the community's committee something."""
        return [
            make_debt(cast.unit, cast.committee, period=f"{next(_years)}Q1") for _ in range(number)
        ]

    @pytest.mark.parametrize(
        ("due_on", "standing"),
        [(date(2026, 3, 4), "overdue"), (date(2026, 3, 5), "due"), (date(2026, 3, 6), "not_due")],
    )
    def test_standing_follows_the_day(
        self, cast: Any, token_client: Any, due_on: date, standing: str
    ) -> None:
        """On 5 March 2026; the filter finds what the field says."""
        debt = make_debt(cast.unit, cast.committee, due_on=due_on)
        client = token_client(cast.street_staff)
        assert client.get(f"/api/v1/obligations/{debt.uid}/").json()["standing"] == standing
        rows = client.get("/api/v1/obligations/", {"standing": standing}).json()["results"]
        assert [row["uid"] for row in rows] == [str(debt.uid)]

    def test_debts_of_persons_are_not_sent(self, cast: Any, token_client: Any) -> None:
        """Those stay on the pages."""
        debt = make_debt(cast.member.person, cast.committee, duty="test.personal", unit=cast.unit)
        client = token_client(cast.street_staff)
        assert client.get(f"/api/v1/obligations/{debt.uid}/").status_code == 404
        assert client.get("/api/v1/obligations/").json()["results"] == []

    def test_unit_sees_what_it_owes_and_not_the_committee_by_name(
        self, cast: Any, token_client: Any
    ) -> None:
        """The name of a body out of the token's sight is not sent."""
        (debt,) = self.make(cast, 1)
        row = token_client(cast.liaison).get(f"/api/v1/obligations/{debt.uid}/").json()
        assert row["bearer"]["name"] == "江湾区图书馆"
        assert row["owed_to"] is None
        assert token_client(cast.second_liaison).get("/api/v1/obligations/").json()["results"] == []

    def test_filters_narrow(self, cast: Any, token_client: Any) -> None:
        """Duty, period, bearer, body owed to, place, dates, state."""
        make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 4, 8))
        make_debt(cast.second_unit, cast.sibling_committee, due_on=date(2026, 5, 8))
        client = token_client(cast.street_staff)

        def bearers(**query: str) -> list[str]:
            rows = client.get("/api/v1/obligations/", query).json()["results"]
            return [row["bearer"]["name"] for row in rows]

        assert bearers() == ["江湾区图书馆", "江湾供水公司"]
        assert bearers(period="2026Q1") == ["江湾区图书馆"]
        assert bearers(bearer=str(cast.second_unit.uid)) == ["江湾供水公司"]
        assert bearers(owed_to=str(cast.committee.uid)) == ["江湾区图书馆"]
        assert bearers(below=str(cast.sibling.uid)) == ["江湾供水公司"]
        assert bearers(due_from="2026-05-01", due_to="2026-05-31") == ["江湾供水公司"]
        assert bearers(state="filed") == []
        assert bearers(duty="test.report", state="open") == bearers()
        for query in ({"due_from": "5月"}, {"subject": "x"}, {"state": "x"}, {"duty": "a\0"}):
            assert client.get("/api/v1/obligations/", query).status_code == 400

    def test_city_reads_every_body(self, cast: Any, token_client: Any) -> None:
        """The city's token reads down to the community."""
        assert cell("obligation.view", "city").allows
        (debt,) = self.make(cast, 1)
        row = token_client(cast.city_staff).get(f"/api/v1/obligations/{debt.uid}/").json()
        assert row["owed_to"]["name"] == "和平社区党委"
