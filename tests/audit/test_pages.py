"""The auditor's pages, a street's search, a member's own list."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client

from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.audit.services import record_event
from partybuild.organizations.services import change_organization
from tests.factories.core import make_post

# Each act is a transaction of its own: the first event of one leads.
pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


@pytest.fixture
def auditor(cast: Any) -> Any:
    """The audit administrator."""
    return make_post(Role.AUDITOR, name="审计员甲")


@pytest.fixture(autouse=True)
def _stepped_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks again who one is has tests of its own."""
    monkeypatch.setattr("partybuild.accounts.step_up.is_stepped_up", lambda request: True)


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_auditor_begins_with_the_state_of_the_chain(auditor, client_of):
    page = _text(client_of(auditor), "/ops/audit/")
    assert "封存与核对" in page
    assert "/ops/events/" in page


def test_auditor_verifies_by_a_button(auditor, client_of):
    browser = client_of(auditor)
    assert browser.act("/ops/audit/verify/").status_code == 302
    event = Event.objects.get(kind="audit.verified")
    assert event.result == "done", event.changes
    assert "完整，没有改动" in _text(browser, "/ops/audit/")


@pytest.mark.parametrize("post", ["secretary", "liaison", "street_staff", "member"])
def test_nobody_else_sees_the_chain(cast, client_of, post):
    browser = client_of(getattr(cast, post))
    assert browser.get("/ops/audit/").status_code == 403
    assert browser.act("/ops/audit/verify/").status_code == 403
    assert browser.get("/ops/events/export/").status_code == 403


def test_search_finds_by_every_word(cast, auditor, client_of):
    by = actor_in(cast.secretary)
    change_organization(cast.committee, by=by, short_name="和平党委")
    event = Event.objects.get(kind="organization.changed")
    browser = client_of(auditor)
    for query in (
        "kind=organization.changed",
        "who=社区书记甲",
        "who=和平社区党委",
        "q=和平社区党委&label=organizations.Organization&kind=organization.changed",
        f"object={cast.committee.uid}",
        "result=done&since=2026-03-05&until=2026-03-05&kind=organization.changed",
    ):
        assert f"/ops/events/{event.uid}/" in _text(browser, f"/ops/events/?{query}"), query
    for query in ("result=refused", "since=2026-03-06", "who=没有这个人", "since=x"):
        assert f"/ops/events/{event.uid}/" not in _text(browser, f"/ops/events/?{query}"), query


def test_search_finds_a_request_by_its_number(cast, auditor, client_of):
    answer = client_of(cast.outsider).get(f"/organizations/{cast.committee.uid}/")
    event = Event.objects.get(kind="access.refused")
    page = _text(client_of(auditor), f"/ops/events/?q={answer['X-Request-Id']}")
    assert f"/ops/events/{event.uid}/" in page
    page = _text(client_of(auditor), f"/ops/events/{event.uid}/")
    assert "organizations:organization-detail" in page


def test_auditor_sees_which_fields_changed_and_no_value(cast, auditor, client_of):
    change_organization(
        cast.committee, by=SYSTEM, address="江边路99号", contact_phone="19900001234"
    )
    event = Event.objects.get(kind="organization.changed")
    page = _text(client_of(auditor), f"/ops/events/{event.uid}/")
    assert "地址：已变更" in page
    assert "江边路99号" not in page
    assert "19900001234" not in page
    assert "19900001234" not in str(event.changes)


def test_street_searches_its_own_area_only(cast, client_of):
    change_organization(cast.committee, by=actor_in(cast.secretary), address="江边路99号")
    change_organization(cast.other_committee, by=actor_in(cast.outsider), address="湖边路1号")
    own, other = Event.objects.filter(kind="organization.changed").order_by("id")
    browser = client_of(cast.street_staff)
    page = _text(browser, "/ops/events/")
    assert str(own.uid) in page
    assert str(other.uid) not in page
    assert "江边路99号" in _text(browser, f"/ops/events/{own.uid}/")
    assert browser.get(f"/ops/events/{other.uid}/").status_code == 404


def test_member_sees_own_events_only(cast, client_of):
    mine = record_event("session.signed_in", target=None, by=actor_in(cast.member))
    other = record_event("session.signed_in", target=None, by=actor_in(cast.secretary))
    browser = client_of(cast.member)
    page = _text(browser, "/ops/events/")
    assert "我的操作记录" in page
    assert str(mine.uid) in page
    assert str(other.uid) not in page
    assert browser.get(f"/ops/events/{other.uid}/").status_code == 404


def test_consequences_stand_with_what_caused_them(cast, auditor, client_of):
    with transaction.atomic():
        led = record_event("report.filed", target=cast.unit, by=SYSTEM)
        followed = record_event("obligation.paid", target=None, by=SYSTEM, follows=True)
    browser = client_of(auditor)
    page = _text(browser, "/ops/events/")
    assert str(led.uid) in page
    assert str(followed.uid) not in page
    assert str(followed.uid) in _text(browser, f"/ops/events/{led.uid}/")


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_export_asks_why_is_an_event_and_holds_no_formula(cast, auditor, client_of, form):
    record_event("session.signed_in", target=None, by=SYSTEM, reason="=1+1")
    browser = client_of(auditor)
    page = "/ops/events/export/?kind=session.signed_in"
    assert browser.act(page, {"form": form, "reason": ""}).status_code == 422
    assert not Event.objects.filter(kind="audit.exported").exists()
    answer = browser.act(page, {"form": form, "reason": "季度审计"})
    sent = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")
    event = Event.objects.get(kind="audit.exported")
    assert (event.reason, event.changes["rows"], event.person_id) == (
        "季度审计",
        1,
        auditor.person_id,
    )
    if form == "csv":
        rows = list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))
        assert rows[-1][8] == "'=1+1"
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(sent)).active
        cell = list(sheet.iter_rows())[-1][8]
        assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_three_rows_as_for_one(auditor, client_of, rows):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in range(rows):
        record_event("session.signed_in", target=None, by=SYSTEM, reason=str(number))
    browser = client_of(auditor)
    browser.get("/ops/events/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get("/ops/events/?kind=session.signed_in")
    events = [each for each in asked.captured_queries if "audit_event" in each["sql"]]
    assert len(events) == 2
