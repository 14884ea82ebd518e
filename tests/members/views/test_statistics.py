"""The pages of statistics and cards, and the same as workbook and paper."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from members.documents.records import on_paper
from members.models import ReportIn, ServiceRecord
from partybuild.audit.models import Event
from tests.factories.members import make_member, make_report_in, make_services

pytestmark = pytest.mark.django_db
URL = "/members/statistics/"


def _file(extension):
    return reverse("members:statistics-file", args=(extension,))


def test_a_unit_sees_its_people_in_every_community(world, client_of):
    far = make_member(world.cast.unit, "远五")
    make_report_in(far, world.cast.other_community)
    make_services(world.cast.other_community, [far])
    page = client_of(world.cast.liaison).get(URL, {"period": "2026Q1"})
    sheet = page.context["sheet"]
    assert [group.name for group in sheet.groups] == [
        world.cast.community.name,
        world.cast.other_community.name,
    ]
    assert {line.name for line in sheet.lines} == {"安一", "白二", "远五"}
    assert (sheet.total.people, sheet.total.times) == (3, 4)
    assert "陈三" not in page.content.decode()


def test_a_community_opens_a_unit_and_sees_nothing_of_elsewhere(world, client_of):
    far = make_member(world.cast.unit, "远五")
    make_report_in(far, world.cast.other_community)
    make_services(world.cast.other_community, [far])
    client = client_of(world.cast.secretary)
    page = client.get(URL, {"period": "2026Q1"})
    assert [group.name for group in page.context["sheet"].groups] == [
        world.cast.unit.name,
        world.cast.second_unit.name,
    ]
    opened = client.get(URL, {"period": "2026Q1", "unit": str(world.cast.unit.uid)})
    assert {line.name for line in opened.context["sheet"].lines} == {"安一", "白二"}
    assert "远五" not in opened.content.decode()
    assert opened.context["sheet"].total.times == 3


def test_the_city_reads_totals_without_names(world, client_of):
    page = client_of(world.cast.city_staff).get(URL, {"period": "2026Q1"})
    sent = page.content.decode()
    assert page.context["sheet"].lines == ()
    assert world.cast.community.name in sent
    for name in ("安一", "白二", "陈三", world.cast.unit.name):
        assert name not in sent
    assert client_of(world.cast.city_staff).get(
        reverse("members:member-card", args=(world.a.uid,))
    ).status_code in {403, 404}


def test_the_city_is_not_told_of_one_or_two_persons(world, client_of):
    ReportIn.objects.exclude(member=world.a).update(
        state="ended", ended_on=date(2026, 1, 6), end_reason="moved"
    )
    ServiceRecord.objects.exclude(member=world.a).delete()
    city = client_of(world.cast.city_staff)
    sent = city.get(URL, {"period": "2026Q1"}).content.decode()
    assert "不足3人" in sent
    assert "2.5小时" not in sent
    book = load_workbook(io.BytesIO(b"".join(city.get(_file("xlsx"), {"period": "2026Q1"}))))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]
    assert "不给出" in cells
    assert [each for each in cells if isinstance(each, int | float) and each] == []
    # Whoever sees the persons themselves reads the numbers.
    street = client_of(world.cast.street_staff).get(URL, {"period": "2026Q1"})
    assert street.context["sheet"].total.people == 1
    assert not street.context["sheet"].is_total_suppressed


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("secretary", 200),
        ("worker", 200),
        ("street_staff", 200),
        ("district_staff", 200),
        ("city_staff", 200),
        ("liaison", 200),
        ("unit_secretary", 200),
        ("member_post", 404),
    ],
)
def test_who_opens_the_table_and_takes_it_away(world, client_of, post, status):
    client = client_of(world.member_post if post == "member_post" else getattr(world.cast, post))
    assert client.get(URL).status_code == status
    for extension in ("xlsx", "pdf", "docx"):
        answer = client.get(_file(extension))
        assert answer.status_code == (status if status != 200 else 200)


def _rows(answer):
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_workbook_page_and_paper_say_the_same(world, client_of):
    client = client_of(world.cast.secretary)
    asked = {"period": "2026Q1", "unit": str(world.cast.unit.uid)}
    sheet = client.get(URL, asked).context["sheet"]
    rows = _rows(client.get(_file("xlsx"), asked))
    lines = {row[0]: row for row in rows if row[0] in {"安一", "白二"}}
    header = next(row for row in rows if row[0] == "姓名")
    for line in sheet.lines:
        own = dict(zip(header, lines[line.name], strict=True))
        assert own["实际参加（次）"] == line.times
        assert own["时长（小时）"] == float(line.hours)
        assert own["2月（次）"] == line.times
    paper = Document(io.BytesIO(b"".join(client.get(_file("docx"), asked))))
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    for line in sheet.lines:
        own = next(row for row in cells if row[1] == line.name)
        assert [on_paper(cell) for cell in sheet.member_cells(line)] == own[1:]
    text = " ".join(each.text for each in paper.paragraphs)
    assert "参加活动2人、3人次，活动2场，服务时长7.5小时" in text
    assert (
        Event.objects.filter(
            kind="data.downloaded", changes__document__contains="service.statistics"
        ).count()
        == 2
    )


def test_formulas_in_names_stay_text(world, client_of):
    person = world.a.person
    person.name = "=1+1"
    person.save()
    rows = _rows(client_of(world.cast.liaison).get(_file("xlsx"), {"period": "2026Q1"}))
    assert any(row[0] == "=1+1" for row in rows)


def test_a_unit_takes_all_cards_and_a_member_their_own(world, client_of):
    url = reverse("members:cards-file", args=("docx",))
    liaison = client_of(world.cast.liaison)
    paper = Document(io.BytesIO(b"".join(liaison.get(url, {"period": "2026Q1"}))))
    cells = " ".join(
        cell.text for table in paper.tables for row in table.rows for cell in row.cells
    )
    assert "安一" in cells
    assert "白二" in cells
    assert "陈三" not in cells
    # A community's card of all units is none: it goes to one unit.
    assert client_of(world.cast.secretary).get(url).status_code == 404
    own = reverse("members:member-card-file", args=(world.a.uid, "pdf"))
    answer = client_of(world.member_post).get(own, {"period": "2026"})
    assert answer.status_code == 200
    assert (
        client_of(world.member_post)
        .get(reverse("members:member-card-file", args=(world.b.uid, "pdf")))
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("post", "status"),
    [
        ("secretary", 200),
        ("worker", 200),
        ("street_staff", 200),
        ("liaison", 200),
        ("member_post", 200),
        ("outsider", 404),
        ("other_liaison", 404),
        ("second_liaison", 404),
    ],
)
def test_who_opens_a_card(world, client_of, post, status):
    own = world.member_post if post == "member_post" else getattr(world.cast, post)
    url = reverse("members:member-card", args=(world.a.uid,))
    assert client_of(own).get(url).status_code == status
