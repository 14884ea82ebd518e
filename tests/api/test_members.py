"""/api/v1/members/, service-records/, summaries/, feedback-totals/."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest
from django.test import Client

from members.models import ServiceSummary
from members.services import form_team, join_team_many, leave_team, sign_summary
from members.services.certificates import ask_certificate
from partybuild.areas.services.settings import set_parameter
from partybuild.calendar import Period
from tests.api.contract import ReadContract
from tests.chance import without_chance
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.members import (
    make_claim,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
)
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
                    text = without_chance(client.get(path).content.decode())
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


class TestServicePosts(ReadContract):
    """The contract; who claims is not sent, the contact leaves masked."""

    resource = "service-posts"
    key = "service_post.view"
    fields = (
        "uid",
        "community",
        "grid",
        "kind",
        "category",
        "title",
        "content",
        "wanted",
        "claimed",
        "skills",
        "times",
        "schedule",
        "place",
        "contact",
        "contact_phone",
        "starts_on",
        "ends_on",
        "state",
        "published_on",
        "closed_on",
        "close_reason",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Open posts of the community."""
        return [make_post_of(cast.community, title=f"岗位{at}") for at in range(number)]

    def test_neither_claimants_nor_contacts_are_sent(self, cast: Any, token_client: Any) -> None:
        """Names are in no byte, whoever asks."""
        (member,) = reported_in(cast, 1, name="欧阳静")
        post = make_post_of(cast.community, contact="诸葛明", contact_phone="19912345678")
        make_claim(post, member)
        for reader in (cast.secretary, cast.city_staff, cast.liaison):
            response = token_client(reader).get(f"{self.path}{post.uid}/")
            assert response.json()["contact"] == "诸**"
            for secret in ("欧阳静", "诸葛明", "19912345678"):
                assert secret not in response.content.decode()

    def test_drafts_are_the_communitys_own(self, cast: Any, token_client: Any) -> None:
        """A unit reads what was published where its people reported in."""
        reported_in(cast, 1)
        make_post_of(cast.community, published=False)
        (shown,) = self.make(cast, 1)
        rows = token_client(cast.liaison).get(self.path).json()["results"]
        assert [row["uid"] for row in rows] == [str(shown.uid)]
        assert len(token_client(cast.secretary).get(self.path).json()["results"]) == 2
        narrowed = token_client(cast.secretary).get(self.path, {"state": "draft"}).json()
        assert [row["state"] for row in narrowed["results"]] == ["draft"]


class TestTeams(ReadContract):
    """The contract; who stands in a team is not sent."""

    resource = "teams"
    key = "team.view"
    fields = (
        "uid",
        "community",
        "grid",
        "name",
        "kind",
        "content",
        "members",
        "valid_from",
        "valid_to",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Teams of the community."""
        return [
            form_team(
                community=cast.community, name=f"第{next(_numbers)}队", kind="patrol", by=SYSTEM
            )
            for _at in range(number)
        ]

    def test_how_many_stand_in_it_and_nobody_by_name(self, cast: Any, token_client: Any) -> None:
        """Whoever left is not counted."""
        (team,) = self.make(cast, 1)
        members = reported_in(cast, 2, name="欧阳静")
        join_team_many(team, members=members, by=SYSTEM)
        leave_team(team.members.first(), by=SYSTEM, reason="搬家")
        response = token_client(cast.street_staff).get(f"{self.path}{team.uid}/")
        assert response.json()["members"] == 1
        assert "欧阳静" not in response.content.decode()


class TestServiceCertificates(ReadContract):
    """The contract; the paper is the member's own, so that units read none."""

    resource = "service-certificates"
    key = "certificate.view"
    fields = (
        "uid",
        "member",
        "name",
        "community",
        "issuer",
        "since",
        "until",
        "times",
        "hours",
        "state",
        "number",
        "issued_at",
        "changed_at",
    )

    def make(self, cast: Any, number: int) -> list[Any]:
        """Certificates that members have asked the community for."""
        members = reported_in(cast, number, name="欧阳静")
        make_services(cast.community, members)
        return [
            ask_certificate(
                member,
                community=cast.community,
                since=date(2026, 1, 1),
                until=date(2026, 12, 31),
                purpose="评优",
                by=SYSTEM,
            )
            for member in members
        ]

    def test_the_name_is_masked_and_the_purpose_left_out(
        self, cast: Any, token_client: Any
    ) -> None:
        """What it is for is theirs to say."""
        (row,) = self.make(cast, 1)
        response = token_client(cast.street_staff).get(f"{self.path}{row.uid}/")
        assert response.json()["name"] == "欧**"
        for secret in ("欧阳静", "评优"):
            assert secret not in response.content.decode()

    @pytest.mark.parametrize("who", ["liaison", "unit_secretary", "city_staff"])
    def test_units_and_the_city_read_none(self, cast: Any, token_client: Any, who: str) -> None:
        """403: their posts have no such line."""
        self.make(cast, 1)
        assert token_client(getattr(cast, who)).get(self.path).status_code == 403


def test_a_post_says_how_many_have_claimed_it(cast, token_client):
    members = reported_in(cast, 3)
    post = make_post_of(cast.community, wanted=3)
    for member in members[:2]:
        make_claim(post, member)
    make_claim(post, members[2], accepted=False)
    rows = token_client(cast.street_staff).get("/api/v1/service-posts/").json()["results"]
    assert [(row["wanted"], row["claimed"]) for row in rows] == [(3, 2)]


STATISTICS = "/api/v1/service-statistics/"


def lines_of(answer: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Return {place: (reported, people, times, events, hours)}."""
    names = ("reported", "people", "times", "events", "hours")
    return {
        line["place"]["name"]: tuple(line[name] for name in names) for line in answer["results"]
    }


def test_statistics_are_those_of_the_page(cast, token_client, client_of):
    make_services(cast.community, reported_in(cast, 4)[:3])
    answer = token_client(cast.secretary).get(STATISTICS, {"period": "2026Q1"}).json()
    assert lines_of(answer) == {"和平社区": (4, 3, 3, 1, "7.5")}
    assert (answer["period"], answer["total"]["hours"]) == ("2026Q1", "7.5")
    assert {each["key"]: each["count"] for each in answer["total"]["counts"]} == {
        "claimed": 0,
        "completed": 0,
        "excused": 0,
    }
    page = client_of(cast.secretary).get("/members/statistics/", {"period": "2026Q1"})
    assert page.context["sheet"].total.people == answer["total"]["people"]
    # The unit reads the same cell from its side.
    unit = token_client(cast.liaison).get(STATISTICS, {"period": "2026Q1"}).json()
    assert lines_of(unit) == lines_of(answer)
    by_unit = token_client(cast.secretary).get(STATISTICS, {"period": "2026Q1", "by": "unit"})
    assert lines_of(by_unit.json()) == {"江湾区图书馆": (4, 3, 3, 1, "7.5")}
    assert token_client(cast.outsider).get(STATISTICS, {"period": "2026Q1"}).json()["results"] == []


def test_statistics_keep_few_persons_from_the_city(cast, token_client):
    members = reported_in(cast, 5)
    make_services(cast.community, members[:1])
    alone = make_member(cast.unit)
    make_report_in(alone, cast.other_community)
    client = token_client(cast.city_staff)
    answer = client.get(STATISTICS, {"period": "2026Q1"}).json()
    assert all(line["is_suppressed"] for line in answer["results"])
    assert all(line["people"] is None and line["counts"] is None for line in answer["results"])
    # Two persons served in all: one of them would know of the other.
    assert (answer["total"]["is_suppressed"], answer["total"]["hours"]) == (True, None)
    assert client.get(STATISTICS, {"by": "unit"}).status_code == 400
    # The control: who sees the rows sees the numbers.
    district = token_client(cast.district_staff).get(STATISTICS, {"period": "2026Q1"}).json()
    assert lines_of(district)["和平社区"][:2] == (5, 1)


@pytest.mark.parametrize("query", [{"period": "2026-03"}, {"by": "x"}, {"member": "1"}])
def test_statistics_name_wrong_parameters(cast, token_client, query):
    response = token_client(cast.street_staff).get(STATISTICS, query)
    assert (response.status_code, set(response.json())) == (400, set(query))


def test_statistics_need_the_line(cast, token_client):
    assert Client().get(STATISTICS).status_code == 401
    other = token_client(cast.street_staff, operations=("unit.view",))
    assert other.get(STATISTICS).status_code == 403


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
    assert client.get(TOTALS, {"period": "2026-03"}).status_code == 400
    assert Client().get(TOTALS).status_code == 401
    assert token_client(cast.street_staff, operations=("schema.view",)).get(TOTALS).status_code == (
        403
    )


def test_totals_of_forms_keep_small_grades_out(cast, token_client):
    from tests.factories.members import make_graded

    make_graded(cast.unit, cast.community, *["qualified"] * 3, *["excellent"] * 3)
    make_graded(cast.other_unit, cast.other_community, *["qualified"] * 3, "unqualified")
    answer = token_client(cast.district_staff).get(TOTALS, {"period": "2026"}).json()
    assert answer["results"] == []
    assert [(line["sent"], line["grades"]) for line in answer["forms"]] == [
        (6, [{"grade": "excellent", "count": 3}, {"grade": "qualified", "count": 3}]),
        (4, None),
    ]
