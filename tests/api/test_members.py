"""/api/v1/members/, service-records/, summaries/, feedback-totals/."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.test import Client

from members.models import ServiceSummary
from members.services import sign_summary
from partybuild.areas.services.settings import set_parameter
from partybuild.calendar import Period
from tests.api.contract import ReadContract
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of

_numbers = count(1)
QUARTER = Period.parse("2026Q1")


@pytest.fixture
def two_communities(cast: Any) -> None:
    """The city lets members report in at two communities."""
    set_parameter(cast.city, key="report_in.max_communities", value=2, by=SYSTEM)


def reported_in(cast: Any, number: int, **values: Any) -> list[Any]:
    """Return members of the unit who reported in at the community."""
    members = [make_member(cast.unit, **values) for _ in range(number)]
    for member in members:
        make_report_in(member, cast.community)
    return members


class TestMembers(ReadContract):
    """The contract, and the API column of access.md."""

    resource = "members"
    key = "member.list"
    fields = (
        "uid",
        "name",
        "unit",
        "unit_code",
        "availability",
        "times",
        "hours",
        "state",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Members of the unit, reported in at the community."""
        return reported_in(cast, number)

    def test_nothing_personal_is_in_any_byte(self, cast: Any, token_client: Any) -> None:
        """Name masked; phone, ID number, post, skills, address and birth date absent."""
        make_unit_of(cast.unit, credit_code="12330000MB0K000017")
        (member,) = reported_in(
            cast,
            1,
            name="欧阳静",
            phone="19912345678",
            post="古籍部主任",
            skills="会修古书",
            home_building="月湖苑3幢",
        )
        for post in (cast.street_staff, cast.secretary, cast.unit_secretary):
            for column in ("api_read", "api_write"):
                client = token_client(post, column=column)
                for path in (self.path, f"{self.path}{member.uid}/"):
                    text = client.get(path).content.decode()
                    assert "欧**" in text
                    for secret in ("欧阳静", "19912345678", "5678", "古籍部", "修古书", "月湖苑"):
                        assert secret not in text
                    assert member.person.id_number not in text
        row = token_client(cast.secretary).get(f"{self.path}{member.uid}/").json()
        assert row["unit"] == str(cast.unit.uid)

    @pytest.mark.usefixtures("two_communities")
    def test_hours_are_those_of_records_in_sight(self, cast: Any, token_client: Any) -> None:
        """A community counts what was done here, the unit everything."""
        (member,) = reported_in(cast, 1)
        make_report_in(member, cast.sibling)
        make_services(cast.community, [member])
        make_services(cast.sibling, [member], hours="1.0")

        def row(post: Any) -> Any:
            return token_client(post).get(f"{self.path}{member.uid}/").json()

        assert (row(cast.secretary)["times"], row(cast.secretary)["hours"]) == (1, "2.5")
        assert (row(cast.liaison)["times"], row(cast.liaison)["hours"]) == (2, "3.5")

    def test_city_sees_no_person(self, cast: Any, token_client: Any) -> None:
        """Totals only: no row, no 200 for one."""
        (member,) = reported_in(cast, 1)
        client = token_client(cast.city_staff)
        assert client.get(self.path).json()["results"] == []
        assert client.get(f"{self.path}{member.uid}/").status_code == 403

    @pytest.mark.usefixtures("two_communities")
    def test_member_in_two_communities_is_one_row(self, cast: Any, token_client: Any) -> None:
        """Filters join places; the row stands once."""
        (member,) = reported_in(cast, 1)
        make_report_in(member, cast.sibling)
        rows = token_client(cast.street_staff).get(self.path, {"unit": str(cast.unit.uid)}).json()
        assert [row["uid"] for row in rows["results"]] == [str(member.uid)]


class TestServiceRecords(ReadContract):
    """The contract, and masked names."""

    resource = "service-records"
    key = "service.view"
    fields = (
        "uid",
        "member",
        "name",
        "community",
        "unit",
        "date",
        "content",
        "kind",
        "hours",
        "state",
        "certified_at",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Certified records of the community."""
        return make_services(cast.community, reported_in(cast, number))

    def test_name_leaves_masked(self, cast: Any, token_client: Any) -> None:
        """The hours are full, the name is not sent."""
        (record,) = make_services(cast.community, reported_in(cast, 1, name="欧阳静"))
        response = token_client(cast.secretary).get(f"{self.path}{record.uid}/")
        assert (response.json()["name"], response.json()["hours"]) == ("欧**", "2.5")
        assert "欧阳静" not in response.content.decode()


def signed(cast: Any, clock: Any, people: int, community: Any = None) -> ServiceSummary:
    """Return a signed summary of a new unit with so many who served."""
    community = community or cast.community
    clock(2026, 3, 5)
    unit = make_unit_organization(f"汇总单位{next(_numbers)}", community)
    members = [make_member(unit, name="欧阳静") for _ in range(people)]
    for member in members:
        make_report_in(member, community)
    make_services(community, members)
    clock(2026, 4, 3)
    return sign_summary(community=community, unit=unit, period=QUARTER, by=SYSTEM)


class TestSummaries(ReadContract):
    """The contract, and masked lines."""

    resource = "summaries"
    key = "summary.view"
    most_queries = 10
    fields = (
        "uid",
        "community",
        "committee",
        "unit",
        "period",
        "state",
        "reported_in_count",
        "served_count",
        "times",
        "hours",
        "lines",
        "signed_at",
        "acknowledged_at",
        "receipt_number",
        "changed_at",
    )

    @pytest.fixture(autouse=True)
    def _clock(self, clock: Any) -> None:
        self.clock = clock

    def make(self, cast: Any, number: int) -> list[Any]:
        """Signed summaries of the community."""
        return [signed(cast, self.clock, 1) for _ in range(number)]

    def test_lines_are_masked(self, cast: Any, token_client: Any) -> None:
        """Who served stands with hours and a masked name."""
        (summary,) = self.make(cast, 1)
        response = token_client(cast.secretary).get(f"{self.path}{summary.uid}/")
        (line,) = response.json()["lines"]
        assert (line["name"], line["hours"], line["times"]) == ("欧**", "2.5", 1)
        assert "欧阳静" not in response.content.decode()


TOTALS = "/api/v1/feedback-totals/"


def totals(client: Client, **query: str) -> dict[str, Any]:
    """Return {community: line}."""
    answer = client.get(TOTALS, {"period": "2026Q1", **query}).json()
    return {line["community"]["name"]: line for line in answer["results"]}


def test_totals_add_up_and_small_groups_stay_out(cast, token_client, clock):
    signed(cast, clock, 3)
    signed(cast, clock, 1)
    signed(cast, clock, 2, cast.sibling)
    signed(cast, clock, 4, cast.other_community)
    lines = totals(token_client(cast.district_staff))
    peace = lines["和平社区"]
    # One gap beside a street's total would be no gap: the neighbour goes with it.
    assert (lines["新桥社区"]["is_suppressed"], peace["is_suppressed"]) == (True, True)
    assert (lines["新桥社区"]["sent"], lines["新桥社区"]["served_count"]) == (1, None)
    assert (lines["湖畔社区"]["served_count"], lines["湖畔社区"]["hours"]) == (4, "10.0")


def test_totals_are_seen_from_each_own_place(cast, token_client, clock):
    signed(cast, clock, 3)
    signed(cast, clock, 4, cast.other_community)
    assert set(totals(token_client(cast.outsider))) == {"湖畔社区"}
    assert totals(token_client(cast.secretary))["和平社区"]["served_count"] == 3
    assert totals(token_client(cast.liaison)) == {}
    assert set(totals(token_client(cast.city_staff))) == {"和平社区", "湖畔社区"}


def test_totals_take_no_filter_that_could_be_subtracted(cast, token_client):
    client = token_client(cast.street_staff)
    assert client.get(TOTALS, {"unit": str(cast.unit.uid)}).status_code == 400
    assert client.get(TOTALS, {"period": "2026"}).status_code == 400
    assert Client().get(TOTALS).status_code == 401
    assert token_client(cast.street_staff, operations=("schema.view",)).get(TOTALS).status_code == (
        403
    )
