"""Home, search, suggestions, the demo's mailbox."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.obligations.queries import todo_counts
from partybuild.obligations.services import pay
from partybuild.portal.models import Suggestion
from partybuild.portal.views.mailbox import parts_of
from tests.factories.core import SYSTEM, make_post
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db


def test_home_lists_what_i_owe_most_urgent_first(cast, client_of):
    late = make_debt(cast.unit, cast.committee, period="2026Q2", due_on=date(2026, 7, 7))
    soon = make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    make_debt(cast.second_unit, cast.committee, period="2026Q1")
    response = client_of(cast.liaison).get("/")
    assert [line.debts for line in response.context["mine"]] == [(soon,), (late,)]


def test_home_is_empty_when_done_and_says_so(cast, client_of):
    make_debt(cast.unit, cast.committee, period="2026Q1")
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=SYSTEM)
    assert "都办完了" in client_of(cast.liaison).get("/").content.decode()


def test_a_duty_shows_only_to_the_roles_that_pay_it(cast, client_of):
    make_debt(cast.member.person, cast.committee, duty="test.personal", unit=cast.unit)
    assert len(client_of(cast.member).get("/my/").context["mine"]) == 1
    assert client_of(cast.liaison).get("/").context["mine"] == []


def test_debts_of_my_other_post_offer_to_switch(cast, client_of):
    second = make_post(Role.UNIT_LIAISON, cast.second_unit, person=cast.liaison.person)
    make_debt(cast.second_unit, cast.committee, period="2026Q1")
    response = client_of(cast.liaison).get("/")
    assert response.context["mine"] == []
    (line,) = response.context["elsewhere"]
    assert line.appointment == second
    page = response.content.decode()
    assert f'name="to" value="{second.uid}"' in page
    assert todo_counts([cast.liaison, second]) == {second.pk: 1}


def test_debts_paid_on_one_page_are_one_line(cast, client_of, monkeypatch):
    from tests.factories.obligations import ReportDuty

    monkeypatch.setattr(ReportDuty, "url", lambda self, debt: "/one-page/")
    for unit in (cast.unit, cast.second_unit):
        make_debt(cast.committee, unit, period="2026Q1", subject=unit)
    monkeypatch.setattr(ReportDuty, "bearer_roles", frozenset({Role.COMMUNITY_SECRETARY}))
    (line,) = client_of(cast.secretary).get("/").context["mine"]
    assert line.title == "2026年第一季度填报，共2项"


def test_home_counts_what_others_owe_to_us(cast, client_of):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 4))
    make_debt(cast.second_unit, cast.committee, period="2026Q1")
    (claim,) = client_of(cast.secretary).get("/").context["claims"]
    assert (claim.expected, claim.done, claim.unpaid, claim.overdue) == (2, 0, 2, 1)
    assert client_of(cast.outsider).get("/").context["claims"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_as_much_for_three_as_for_one(
    cast, client_of, rows, django_assert_num_queries, monkeypatch
):
    # What other apps add asks for itself.
    monkeypatch.setattr("partybuild.portal.panels._upcoming", [])
    for number in range(1, rows + 1):
        make_debt(
            cast.unit,
            cast.committee,
            duty="test.answer",
            subject=[cast.committee, cast.sibling_committee, cast.street_committee][number - 1],
            period=f"2026Q{number}",
        )
    client = client_of(cast.liaison)
    client.get("/")
    # Five of them for the few figures of one's own place, two for a unit's annual forms, one for its
    # people who are said to have left it, two for its drafts of activities.
    with django_assert_num_queries(25):
        assert len(client.get("/").context["mine"]) == rows


def test_search_finds_what_one_may_see(cast, client_of):
    def found(who, words):
        rows = client_of(who).get("/search/", {"q": words}).context["found"]
        return {hit.title for _kind, hits in rows for hit in hits}

    assert "和平社区党委" in found(cast.secretary, "和平")
    assert "和平社区党委" not in found(cast.outsider, "和平")
    assert found(cast.secretary, "和平%_") == set()


def test_search_is_not_for_administrators(client_of, cast):
    client = client_of(make_post(Role.SYSTEM_ADMIN, name="系统甲"))
    assert client.get("/search/", {"q": "和平"}).status_code == 403


def test_a_suggestion_may_come_from_anybody(client, cast):
    response = client.post(reverse("portal:suggestion-create"), {"text": "字太小"})
    assert "请记下查询码" in response.content.decode()
    assert Suggestion.objects.get().person is None


def test_an_anonymous_suggestion_names_nobody(cast, client_of):
    from partybuild.audit.models import Event

    client_of(cast.liaison).act(
        reverse("portal:suggestion-create"), {"text": "字太小", "is_anonymous": "on"}
    )
    suggestion = Suggestion.objects.get()
    event = Event.objects.get(kind="suggestion.sent")
    assert (suggestion.person, suggestion.area) == (None, cast.community)
    assert (event.person_id, event.user_id, event.actor_name) == (None, None, "")


def test_the_box_does_not_fill_without_end(client, cast):
    for _each in range(22):
        response = client.post(reverse("portal:suggestion-create"), {"text": "字太小"})
    assert response.status_code == 422
    assert Suggestion.objects.count() == 20


@pytest.mark.parametrize(
    ("who", "status", "answer"),
    [("secretary", 302, "改了"), ("worker", 404, ""), ("liaison", 404, ""), ("outsider", 404, "")],
)
def test_who_may_answer_a_suggestion(cast, client_of, who, status, answer):
    from partybuild.portal.services import send_suggestion

    suggestion = send_suggestion(text="字太小", by=actor_in(cast.liaison))
    response = client_of(getattr(cast, who)).act(
        reverse("portal:suggestion-answer", args=(suggestion.uid,)),
        {"outcome": "answered", "answer": "改了"},
    )
    suggestion.refresh_from_db()
    assert (response.status_code, suggestion.answer) == (status, answer)


@pytest.mark.parametrize("name", ["help", "privacy"])
def test_anybody_may_read(client, db, name):
    assert client.get(reverse(f"portal:{name}")).status_code == 200


MAIL = b"""X-Envelope-To: u@example.org
Subject: =?utf-8?b?6YCa55+l?=
To: u@example.org
Date: Thu, 05 Mar 2026 09:00:00 +0800
Message-ID: <notice.0@localhost>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

%s/l/abc http://example.org/ <b>
"""


def test_the_mailbox_shows_mails_and_links_to_this_site_only(client, db, settings, tmp_path):
    settings.MAILBOX_DIR = str(tmp_path)
    (tmp_path / "1.eml").write_bytes(MAIL % settings.BASE_URL.encode())
    (tmp_path / "secret.txt").write_text("x")
    assert "通知" in client.get("/mailbox/").content.decode()
    page = client.get("/mailbox/1.eml/").content.decode()
    assert f'<a href="{settings.BASE_URL}/l/abc">' in page
    assert 'href="http://example.org/"' not in page
    assert "<b>" not in page
    for name in ("secret.txt", "..%2f1.eml", ".eml", "2.eml"):
        assert client.get(f"/mailbox/{name}/").status_code == 404


def test_there_is_no_mailbox_without_the_demos_mail_server(client, db, settings):
    settings.MAILBOX_DIR = ""
    assert client.get("/mailbox/").status_code == 404
    assert [part["url"] for part in parts_of(f"a {settings.BASE_URL}/x")] == [
        "",
        f"{settings.BASE_URL}/x",
        "",
    ]
