"""/api/v1/units/."""

from __future__ import annotations

from typing import Any

from tests.api.contract import ReadContract
from tests.factories.units import make_unit


class TestUnits(ReadContract):
    """The contract, and what is particular to units."""

    resource = "units"
    key = "unit.view"
    fields = (
        "uid",
        "name",
        "short_name",
        "kind",
        "credit_code",
        "area",
        "grid",
        "address",
        "contact_name",
        "contact_phone",
        "category",
        "affiliation",
        "industry",
        "employee_count",
        "member_count",
        "valid_from",
        "valid_to",
        "end_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Register units in the community."""
        return [
            make_unit(cast.community, contact_name="赵钱孙", contact_phone="19900001234")
            for _ in range(number)
        ]

    def test_contacts_leave_masked(self, cast: Any, token_client: Any) -> None:
        """The value that is masked is in no byte sent."""
        (unit,) = self.make(cast, 1)
        response = token_client(cast.street_staff).get(f"/api/v1/units/{unit.uid}/")
        assert response.json()["contact_name"] == "赵**"
        assert response.json()["contact_phone"] == "199****1234"
        assert "19900001234" not in response.content.decode()
        assert "赵钱孙" not in response.content.decode()

    def test_unit_reads_itself_and_no_other(self, cast: Any, token_client: Any) -> None:
        """S reads U for a unit's token."""
        self.make(cast, 2)
        from tests.factories.units import make_unit_of

        make_unit_of(cast.unit)
        rows = token_client(cast.liaison).get("/api/v1/units/").json()["results"]
        assert [row["name"] for row in rows] == ["江湾区图书馆"]

    def test_filters_narrow(self, cast: Any, token_client: Any) -> None:
        """Below an area, of a kind, in force."""
        self.make(cast, 2)
        make_unit(cast.sibling, "新桥邮局", kind="enterprise")
        client = token_client(cast.street_staff)

        def count(**query: str) -> int:
            return len(client.get("/api/v1/units/", query).json()["results"])

        assert count(below=str(cast.community.uid)) == 2
        assert count(kind="enterprise") == 1
        assert count(current="false") == 0
        assert count(current="true") == 3
