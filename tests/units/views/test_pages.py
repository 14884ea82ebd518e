"""Every page of units opens for whom it is meant, and for nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from tests.factories.units import make_unit_of
from units.models import ResidentUnit, UnitReport
from units.services import file_nil_report

pytestmark = pytest.mark.django_db

POSTS = (
    "city_staff",
    "street_staff",
    "secretary",
    "worker",
    "outsider",
    "unit_secretary",
    "liaison",
    "second_liaison",
)
PAGES = {
    "unit-list": ".....rrr",
    "unit-create": "3....333",
    "report-list": "........",
    "unit-detail": "....4..4",
    "unit-change": "3...4334",
    "unit-contacts": "3...4..4",
    "unit-end": "3...4334",
    "branch-tie": "3...4334",
    "report-detail": "....4..4",
    "report-receipt": "....4..4",
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_by_role(cast, client_of, name):
    for body in (cast.unit, cast.second_unit, cast.other_unit):
        make_unit_of(body)
    report = file_nil_report(cast.unit, period=Period.parse("2026Q1"), by=actor_in(cast.liaison))
    args = ()
    if name.startswith("report-") and name != "report-list":
        args = (report.uid,)
    elif name not in {"unit-list", "unit-create", "report-list"}:
        args = (cast.unit.uid,)
    letters = {200: ".", 302: "r", 404: "4", 403: "3"}
    found = "".join(
        letters[client_of(getattr(cast, post)).get(reverse(f"units:{name}", args=args)).status_code]
        for post in POSTS
    )
    assert found == PAGES[name]


def test_form_and_proxy_pages_open(cast, client_of):
    make_unit_of(cast.unit)
    assert client_of(cast.liaison).get("/units/reports/fill/2026Q1/").status_code == 200
    proxy = f"/units/{cast.unit.uid}/reports/2026Q1/"
    assert client_of(cast.worker).get(proxy).status_code == 200
    assert client_of(cast.street_staff).get(proxy).status_code == 403
    assert client_of(cast.outsider).get(proxy).status_code == 404
    assert client_of(cast.liaison).get("/units/reports/fill/2026/").status_code == 404


def test_secretary_registers_a_unit(cast, client_of):
    response = client_of(cast.secretary).act(
        "/units/new/",
        {
            "name": "江湾中学",
            "area": cast.community.uid,
            "kind": "institution",
            "credit_code": "123",
        },
    )
    unit = ResidentUnit.objects.get(organization__name="江湾中学")
    assert (response.status_code, response["Location"]) == (302, unit.get_absolute_url())


def test_outsider_cannot_register_in_another_community(cast, client_of):
    response = client_of(cast.outsider).act(
        "/units/new/", {"name": "江湾中学", "area": cast.community.uid, "kind": "institution"}
    )
    assert response.status_code == 422
    assert not ResidentUnit.objects.exists()


def test_liaison_files_by_post_in_one_form(cast, client_of):
    make_unit_of(cast.unit)
    client = client_of(cast.liaison)
    response = client.act(
        "/units/reports/fill/2026Q1/",
        {
            "v_members": 0,
            "v_reported_in": 0,
            "v_served": 0,
            "v_service_hours": 0,
            "v_matters": 2,
            "contact_name": "联络员甲",
        },
    )
    report = UnitReport.objects.get()
    assert response["Location"] == reverse("units:report-receipt", args=(report.uid,))
    assert (report.state, report.values["matters"]) == ("filed", 2)
    assert report.receipt_number in client.get(response["Location"]).content.decode()


def test_a_changed_figure_asks_for_a_sentence_and_keeps_what_was_typed(cast, client_of):
    make_unit_of(cast.unit)
    response = client_of(cast.liaison).act(
        "/units/reports/fill/2026Q1/",
        {
            "v_members": 5,
            "v_reported_in": 0,
            "v_served": 0,
            "v_service_hours": 0,
            "v_work": "开展了义诊",
        },
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "请写一句原因" in page
    assert "开展了义诊" in page
    assert not UnitReport.objects.exclude(state="draft").exists()


def test_nil_is_one_press(cast, client_of):
    make_unit_of(cast.unit)
    client_of(cast.liaison).act("/units/reports/fill/2026Q1/", {"nil": "1"})
    report = UnitReport.objects.get()
    assert (report.state, report.is_nil) == ("filed", True)


def test_secretary_returns_and_outsider_cannot(cast, client_of):
    make_unit_of(cast.unit)
    report = file_nil_report(cast.unit, period=Period.parse("2026Q1"), by=actor_in(cast.liaison))
    url = reverse("units:report-return", args=(report.uid,))
    assert client_of(cast.outsider).act(url, {"reason": "x"}).status_code == 404
    assert client_of(cast.liaison).act(url, {"reason": "x"}).status_code == 403
    report.refresh_from_db()
    assert report.state == "filed"
    assert client_of(cast.secretary).act(url, {"reason": "请补充活动场次"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.return_reason) == ("returned", "请补充活动场次")


def test_proxy_entry_names_its_channel(cast, client_of):
    make_unit_of(cast.unit)
    url = f"/units/{cast.unit.uid}/reports/2026Q1/"
    client = client_of(cast.worker)
    assert client.act(url, {"nil": "1", "on": "2026-03-04"}).status_code == 422
    assert client.act(url, {"nil": "1", "channel": "phone", "on": "2026-03-04"}).status_code == 302
    report = UnitReport.objects.get()
    assert (report.channel, report.is_nil, report.state) == ("phone", True, "filed")
