"""/api/v1/areas/."""

from __future__ import annotations

from itertools import count
from typing import Any

from partybuild.access import Level
from tests.api.contract import ReadContract
from tests.factories.core import make_area

_codes = count(100)


class TestAreas(ReadContract):
    """The contract, and what is particular to areas."""

    resource = "areas"
    key = "area.view"
    fields = (
        "uid",
        "code",
        "name",
        "level",
        "kind",
        "parent",
        "valid_from",
        "valid_to",
        "end_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Create communities of the street."""
        return [
            make_area(f"新设社区{n}", Level.COMMUNITY, cast.street, code=f"339901001{n}")
            for n in (next(_codes) for _ in range(number))
        ]

    def test_parent_out_of_sight_is_not_named(self, cast: Any, token_client: Any) -> None:
        """A community does not learn from its own row what stands above it beyond its sight."""
        row = token_client(cast.secretary).get(f"/api/v1/areas/{cast.community.uid}/").json()
        assert row["parent"] is None
        row = token_client(cast.street_staff).get(f"/api/v1/areas/{cast.community.uid}/").json()
        assert row["parent"] == {"uid": str(cast.street.uid), "name": "望江街道"}

    def test_below_takes_the_area_and_all_under_it(self, cast: Any, token_client: Any) -> None:
        """A district asks for one street."""
        found = token_client(cast.district_staff).get(
            "/api/v1/areas/", {"below": str(cast.street.uid)}
        )
        assert [row["name"] for row in found.json()["results"]] == [
            "望江街道",
            "和平社区",
            "新桥社区",
        ]

    def test_below_an_area_out_of_sight_finds_nothing(self, cast: Any, token_client: Any) -> None:
        """As if it did not exist."""
        found = token_client(cast.street_staff).get(
            "/api/v1/areas/", {"below": str(cast.other_street.uid)}
        )
        assert found.json()["results"] == []

    def test_filters_narrow(self, cast: Any, token_client: Any) -> None:
        """Level, kind, parent, code, current."""
        client = token_client(cast.district_staff)

        def names(**query: str) -> list[str]:
            return [row["name"] for row in client.get("/api/v1/areas/", query).json()["results"]]

        assert names(level="4") == ["望江街道", "临湖街道"]
        assert names(kind="community", parent=str(cast.other_street.uid)) == ["湖畔社区"]
        assert names(code="339901001002") == ["新桥社区"]
        assert names(current="false") == []

    def test_wrong_values_are_named(self, cast: Any, token_client: Any) -> None:
        """400 by parameter."""
        client = token_client(cast.district_staff)
        for query in ({"level": "9"}, {"parent": "x"}, {"current": "yes"}):
            response = client.get("/api/v1/areas/", query)
            assert (response.status_code, set(response.json())) == (400, set(query))
        response = client.get("/api/v1/areas/?code=1&code=2")
        assert (response.status_code, set(response.json())) == (400, {"code"})
