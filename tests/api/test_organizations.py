"""/api/v1/organizations/."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.api.contract import ReadContract
from tests.factories.core import make_unit_organization

_numbers = count(1)


class TestOrganizations(ReadContract):
    """The contract, and what is particular to bodies."""

    resource = "organizations"
    key = "organization.view"
    fields = (
        "uid",
        "kind",
        "name",
        "short_name",
        "area",
        "parent",
        "party_kind",
        "leads_area",
        "address",
        "contact_name",
        "contact_phone",
        "valid_from",
        "valid_to",
        "end_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Register bodies in the community."""
        return [
            make_unit_organization(
                f"组织{next(_numbers)}",
                cast.community,
                contact_name="赵钱孙",
                contact_phone="19900001234",
            )
            for _ in range(number)
        ]

    def test_contacts_leave_masked(self, cast: Any, token_client: Any) -> None:
        """The value that is masked is in no byte sent."""
        (body,) = self.make(cast, 1)
        response = token_client(cast.street_staff).get(f"{self.path}{body.uid}/")
        assert (response.json()["contact_name"], response.json()["contact_phone"]) == (
            "赵**",
            "199****1234",
        )
        assert b"19900001234" not in response.content

    def test_party_organization_says_its_kind_and_area(self, cast: Any, token_client: Any) -> None:
        """A committee names the area that it leads; a unit none."""
        row = token_client(cast.street_staff).get(f"{self.path}{cast.committee.uid}/").json()
        assert (row["party_kind"], row["leads_area"]["name"]) == ("committee", "和平社区")
        rows = token_client(cast.street_staff).get(self.path, {"party_kind": "committee"}).json()
        assert {each["party_kind"] for each in rows["results"]} == {"committee"}
