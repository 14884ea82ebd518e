"""/api/v1/figures/ and indicators/."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partybuild.access import Level
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.services import pay
from tests.factories.core import SYSTEM, make_area
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.obligations import make_debt

FIGURES = "/api/v1/figures/"


@pytest.fixture
def quarter(cast: Any) -> Any:
    """Two units owe their report; one has filed."""
    for unit, committee in (
        (cast.unit, cast.committee),
        (cast.second_unit, cast.sibling_committee),
    ):
        make_debt(unit, committee, duty="report.file", period="2026Q1")
    pay(
        duty="report.file",
        bearer=cast.unit,
        period="2026Q1",
        state=ObligationState.FILED,
        by=SYSTEM,
    )
    return cast


def numbers(rows: list[dict[str, Any]], indicator: str) -> dict[str, tuple[Any, Any]]:
    """Return {place: (numerator, denominator)}."""
    return {
        row["place"]["name"]: (row["numerator"], row["denominator"])
        for row in rows
        if row["indicator"] == indicator
    }


def test_street_reads_its_communities(quarter, token_client):
    answer = token_client(quarter.street_staff).get(FIGURES, {"period": "2026Q1"}).json()
    assert answer["place"] == {"uid": str(quarter.street.uid), "name": "望江街道"}
    assert numbers(answer["totals"], "report.filed") == {"望江街道": (1, 2)}
    assert numbers(answer["results"], "report.filed") == {"和平社区": (1, 1), "新桥社区": (0, 1)}
    assert numbers(answer["totals"], "report.nil") == {"望江街道": (0, None)}


def test_unit_reads_its_own(quarter, token_client):
    client = token_client(quarter.liaison)
    answer = client.get(FIGURES, {"period": "2026Q1"}).json()
    assert numbers(answer["totals"], "report.filed") == {"江湾区图书馆": (1, 1)}
    assert answer["results"] == []
    refused = client.get(FIGURES, {"area": str(quarter.community.uid)})
    assert refused.status_code == 400


def test_figures_about_persons_are_totals_without_small_groups(quarter, token_client):
    for number in range(4):
        member = make_member(quarter.unit)
        make_report_in(member, quarter.community if number else quarter.sibling)
    answer = token_client(quarter.street_staff).get(FIGURES, {"period": "2026Q1"}).json()
    assert numbers(answer["totals"], "member.reported_in") == {"望江街道": (4, None)}
    # One person in one community; the other goes with it, or the total would tell.
    assert numbers(answer["results"], "member.reported_in") == {
        "和平社区": (None, None),
        "新桥社区": (None, None),
    }


def test_area_out_of_scope_is_not_found(quarter, token_client):
    client = token_client(quarter.outsider)
    assert client.get(FIGURES, {"area": str(quarter.street.uid)}).status_code == 404
    answer = client.get(FIGURES, {"period": "2026Q1"}).json()
    assert numbers(answer["totals"], "report.filed") == {"湖畔社区": (0, 0)}


@pytest.mark.parametrize(
    "query", [{"period": "2026"}, {"period": "x"}, {"area": "x"}, {"nonsense": "1"}]
)
def test_wrong_parameters_are_named(quarter, token_client, query):
    response = token_client(quarter.street_staff).get(FIGURES, query)
    assert (response.status_code, set(response.json())) == (400, set(query))


def test_anonymous_and_unlisted_are_refused(quarter, token_client):
    for path in (FIGURES, "/api/v1/indicators/"):
        assert Client().get(path).status_code == 401
        other = token_client(quarter.street_staff, operations=("unit.view",))
        assert other.get(path).status_code == 403


def test_indicators_define_every_figure_sent(quarter, token_client):
    client = token_client(quarter.street_staff)
    defined = {row["key"]: row for row in client.get("/api/v1/indicators/").json()["results"]}
    sent = {row["indicator"] for row in client.get(FIGURES).json()["totals"]}
    assert sent <= set(defined)
    assert defined["report.filed"]["unit"] == "家"
    assert defined["report.filed"]["denominator"] == "应报"
    assert defined["report.late"]["denominator"] is None
    assert defined["service.participation"]["rate"] == "参与率"
    assert defined["service.per_person"]["is_average"] is True
    assert defined["service.per_person"]["denominator_unit"] == "人"
    assert all(row["definition"] for row in defined.values())


def test_queries_do_not_grow_with_communities(quarter, token_client):
    client = token_client(quarter.street_staff)
    client.get(FIGURES)
    with CaptureQueriesContext(connection) as two:
        client.get(FIGURES)
    for number in range(3):
        make_area(f"新社区{number}", Level.COMMUNITY, quarter.street, code=f"33990100108{number}")
    with CaptureQueriesContext(connection) as five:
        client.get(FIGURES)
    assert len(five) == len(two)


def test_hours_and_targets_are_sent_as_numbers(quarter, token_client):
    members = [make_member(quarter.unit) for _ in range(4)]
    for member in members:
        make_report_in(member, quarter.community)
    make_services(quarter.community, members[:3])
    answer = token_client(quarter.secretary).get(FIGURES, {"period": "2026Q1"}).json()
    totals = {row["indicator"]: row for row in answer["totals"]}
    assert totals["service.times"]["numerator"] == 3
    assert totals["report.filed"]["target"] is None
    # One has not served yet: for a token that is a group under three.
    assert totals["service.participation"] == {
        "place": {"uid": str(quarter.community.uid), "name": "和平社区"},
        "indicator": "service.participation",
        "numerator": None,
        "denominator": None,
        "target": 70,
        "is_suppressed": True,
    }
    assert totals["service.hours"]["numerator"] == 7.5
    assert (
        totals["service.per_person"]["numerator"],
        totals["service.per_person"]["denominator"],
    ) == (
        7.5,
        4,
    )
