"""The security administrator issues and takes back tokens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from partybuild.access import Role
from partybuild.accounts.forms.tokens import OPERATIONS
from partybuild.accounts.models import ApiToken
from partybuild.accounts.services import end_appointment, issue_token
from partybuild.audit.models import Event
from tests.architecture.test_public_pages import patterns
from tests.factories.core import SYSTEM, make_post

LIST, ISSUE = "/tokens/", "/tokens/issue/"


@pytest.fixture
def admin(cast: Any) -> Any:
    """The security administrator."""
    return make_post(Role.SECURITY_ADMIN, name="安全员")


def stepped_up(client: Any) -> Any:
    client.step_up()
    return client


def filled(appointment: Any, **values: Any) -> dict[str, Any]:
    """Return a form filled in right."""
    return {
        "appointment": str(appointment.uid),
        "name": "市数据平台",
        "column": "api_read",
        "operations": ["area.view", "unit.view"],
        "days": "90",
        "reason": "按3月5日会议纪要对接",
        **values,
    }


def test_issued_token_is_shown_once_and_speaks_for_the_post(cast, admin, client_of):
    client = stepped_up(client_of(admin))
    page = client.act(ISSUE, filled(cast.street_staff))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    text = page.context["text"]
    assert text in page.content.decode()
    assert text not in client.get(LIST).content.decode()
    answer = Client(headers={"authorization": f"Token {text}"}).get("/api/v1/areas/")
    assert [row["name"] for row in answer.json()["results"]] == [
        "望江街道",
        "和平社区",
        "新桥社区",
    ]
    (token,) = ApiToken.objects.all()
    assert token.operations == ["area.view", "unit.view"]
    event = Event.objects.get(kind="token.issued")
    assert event.reason == "按3月5日会议纪要对接"
    assert event.changes["operations"] == [None, ["area.view", "unit.view"]]
    assert text not in str(event.changes)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": "181"},
        {"days": "0"},
        {"reason": " "},
        {"operations": []},
        {"operations": ["member.erase"]},
        # The interface only reads.
        {"operations": ["unit.change"]},
        {"name": ""},
    ],
)
def test_wrong_form_issues_nothing(cast, admin, client_of, wrong):
    page = stepped_up(client_of(admin)).act(ISSUE, filled(cast.street_staff, **wrong))
    assert page.status_code == 422
    assert ApiToken.objects.count() == 0


def test_form_sent_twice_issues_one_token(cast, admin, client_of):
    client = stepped_up(client_of(admin))
    values = {**filled(cast.street_staff), "nonce": "00000000-0000-4000-8000-000000000001"}
    assert client.act(ISSUE, values).status_code == 200
    assert client.act(ISSUE, values).status_code == 409
    assert ApiToken.objects.count() == 1


def test_tokens_are_for_posts_that_run_and_have_an_account(cast, admin, client_of):
    client = stepped_up(client_of(admin))
    assert client.act(ISSUE, filled(cast.member)).status_code == 404
    assert client.act(ISSUE, filled(admin)).status_code == 404
    end_appointment(cast.street_staff, on=date(2026, 3, 4), reason="调离", by=SYSTEM)
    assert client.act(ISSUE, filled(cast.street_staff)).status_code == 404
    assert client.act(ISSUE, {"appointment": "x"}).status_code == 404
    assert ApiToken.objects.count() == 0


def test_posts_are_searched_by_body_or_person(cast, admin, client_of):
    client = stepped_up(client_of(admin))
    assert client.get(ISSUE).context["found"] is None
    found = client.get(ISSUE, {"words": "图书馆"}).context["found"]
    assert [each.role for each in found] == ["unit_secretary", "unit_liaison"]
    assert client.get(ISSUE, {"words": "没有这家"}).context["found"] == []
    assert client.get(ISSUE, {"appointment": str(found[0].uid)}).status_code == 200


def test_taken_back_token_is_gone_with_the_next_request(cast, admin, client_of):
    token, text = issue_token(
        cast.liaison, name="单位办公系统", column="api_read", days=30, by=SYSTEM
    )
    other = Client(headers={"authorization": f"Token {text}"})
    assert other.get("/api/v1/units/").status_code == 200
    client = stepped_up(client_of(admin))
    assert client.act(f"/tokens/{token.uid}/revoke/").status_code == 302
    assert client.act(f"/tokens/{token.uid}/revoke/").status_code == 302
    assert other.get("/api/v1/units/").status_code == 401
    assert Event.objects.filter(kind="token.revoked").count() == 1
    assert "已收回" in client.get(LIST).content.decode()


@pytest.mark.parametrize("viewer", ["street_staff", "secretary", "liaison", "member"])
def test_nobody_else_has_to_do_with_tokens(cast, client_of, viewer):
    token, _text = issue_token(cast.liaison, name="x", column="api_read", days=30, by=SYSTEM)
    client = client_of(getattr(cast, viewer))
    assert client.get(LIST).status_code == 403
    assert client.get(ISSUE).status_code == 403
    assert client.act(ISSUE, filled(cast.street_staff)).status_code == 403
    assert client.act(f"/tokens/{token.uid}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_system_administrator_issues_no_token(cast, client_of):
    admin = make_post(Role.SYSTEM_ADMIN, name="系统员")
    assert client_of(admin).act(ISSUE, filled(cast.street_staff)).status_code == 403
    assert ApiToken.objects.count() == 0


def test_list_runs_the_same_queries_for_one_and_three(cast, admin, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = stepped_up(client_of(admin))
    issue_token(cast.liaison, name="a", column="api_read", days=30, by=SYSTEM)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for name in "bc":
        issue_token(cast.street_staff, name=name, column="api_read", days=30, by=SYSTEM)
    with CaptureQueriesContext(connection) as three:
        client.get(LIST)
    assert len(three) == len(one)


def test_the_form_offers_what_has_an_endpoint_and_nothing_else(cast, admin, client_of):
    asked = set()
    for name, pattern in patterns(get_resolver()):
        endpoint = getattr(pattern.callback, "cls", None)
        if name.startswith("api:") and hasattr(endpoint, "key"):
            asked.add(endpoint.key)
    offered = {key for key, _label in OPERATIONS}
    # Rows about persons inside the ledger and the figures; the schema's pages.
    beside = {"obligation.view_person", "figures.view_person", "schema.view"}
    assert asked - offered == set()
    assert offered - asked == beside
    page = stepped_up(client_of(admin)).get(ISSUE, {"appointment": str(cast.street_staff.uid)})
    assert 'name="column"' not in page.content.decode()
