"""The pages of requests for an opinion: who may, what a refused form looks like, what it costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import FeedbackRequest
from tests.factories.members import make_reply, make_report_in, make_request

pytestmark = pytest.mark.django_db
SAID = {"conduct": "遵守公约。", "problems": "", "opinion": "同意推荐。"}


@pytest.fixture
def asked(world):
    """A request of the unit that waits."""
    return make_request(world.a, world.cast.community, asker=world.cast.unit)


def test_the_unit_finds_its_member_and_asks(world, client_of):
    client = client_of(world.cast.unit_secretary)
    assert "安一" in client.get("/members/requests/new/?q=安").content.decode()
    path = f"/members/requests/new/{world.a.uid}/"
    page = client.get(path).content.decode()
    assert (world.cast.community.name in page, world.cast.sibling.name in page) == (True, False)
    data = {
        "purpose": "promotion",
        "since": "2024-01-01",
        "communities": [str(world.cast.community.uid)],
        "due_on": "2026-03-19",
    }
    answer = client.act(path, data)
    row = FeedbackRequest.objects.get()
    assert (answer.status_code, row.asker, row.member) == (302, world.cast.unit, world.a)
    again = client.act(path, {**data, "question": "群众口碑如何"})
    assert (again.status_code, "群众口碑如何" in again.content.decode()) == (422, True)


def test_who_may_not_ask_does_not(world, client_of):
    path = f"/members/requests/new/{world.a.uid}/"
    for post in (
        world.cast.liaison,
        world.cast.secretary,
        world.cast.street_staff,
        world.member_post,
    ):
        assert client_of(post).act(path, {"purpose": "award"}).status_code == 403
    assert client_of(world.cast.outsider).act(path, {"purpose": "award"}).status_code == 404
    assert not FeedbackRequest.objects.exists()


def test_the_worker_drafts_and_the_secretary_signs(world, asked, client_of):
    path = asked.get_absolute_url()
    worker, secretary = client_of(world.cast.worker), client_of(world.cast.secretary)
    page = worker.get(path).content.decode()
    assert ("签发答复" in page, "存为草稿" in page) == (False, True)
    worker.act(f"{path}draft/", {**SAID, "version": asked.version})
    assert worker.act(f"{path}answer/", {**SAID, "version": "2"}).status_code == 403
    page = secretary.get(path).content.decode()
    assert "同意推荐。" in page
    stale = secretary.act(f"{path}answer/", {**SAID, "opinion": "旧页面的话", "version": "1"})
    assert (stale.status_code, "旧页面的话" in stale.content.decode()) == (422, True)
    secretary.act(f"{path}answer/", {**SAID, "version": "2"})
    asked.refresh_from_db()
    assert (asked.state, asked.opinion) == ("answered", "同意推荐。")


def test_an_asker_reads_no_draft(world, asked, client_of):
    client_of(world.cast.worker).act(
        f"{asked.get_absolute_url()}draft/", {**SAID, "opinion": "内部草稿", "version": 1}
    )
    page = client_of(world.cast.unit_secretary).get(asked.get_absolute_url()).content.decode()
    assert ("内部草稿" in page, "清扫" in page) == (False, False)


def test_an_empty_opinion_is_refused_at_its_field(world, asked, client_of):
    answer = client_of(world.cast.secretary).act(
        f"{asked.get_absolute_url()}answer/", {"conduct": "遵守公约。", "version": asked.version}
    )
    assert (answer.status_code, "id_opinion" in answer.content.decode()) == (422, True)
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_others_neither_see_nor_answer_it(world, asked, client_of):
    path = asked.get_absolute_url()
    for post in (world.cast.liaison, world.cast.outsider, world.cast.city_staff, world.member_post):
        client = client_of(post)
        assert client.get(path).status_code in {403, 404}
        assert client.act(f"{path}answer/", {**SAID, "version": 1}).status_code in {403, 404}
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_unit_acknowledges_and_notes_the_use(world, client_of):
    asked = make_reply(world.a, world.cast.community, asker=world.cast.unit)
    path, client = asked.get_absolute_url(), client_of(world.cast.unit_secretary)
    assert "热心服务，同意推荐。" in client.get(path).content.decode()
    client.act(f"{path}acknowledge/")
    client.act(f"{path}use/", {"use": "inspection", "on": "2026-03-05", "note": "拟任科长"})
    asked.refresh_from_db()
    assert (asked.state, asked.use, asked.use_note) == ("acknowledged", "inspection", "拟任科长")
    assert "干部考察" in client_of(world.cast.secretary).get(path).content.decode()


def test_the_community_enters_the_receipt_by_proxy(world, client_of):
    asked = make_reply(world.a, world.cast.community, asker=world.cast.unit)
    client_of(world.cast.worker).act(
        f"{asked.get_absolute_url()}acknowledge/proxy/", {"channel": "phone", "on": "2026-03-05"}
    )
    asked.refresh_from_db()
    assert (asked.state, asked.acknowledge_channel) == ("acknowledged", "phone")


def test_the_member_reads_the_answer_and_no_history(world, client_of):
    asked = make_reply(world.a, world.cast.community, asker=world.cast.unit)
    page = client_of(world.member_post).get(asked.get_absolute_url()).content.decode()
    assert ("热心服务，同意推荐。" in page, "办理记录" in page, "申请更正" in page) == (
        True,
        False,
        True,
    )


def test_the_list_costs_the_same_with_one_row_and_with_three(world, asked, client_of):
    client = client_of(world.cast.unit_secretary)

    def cost():
        client.get("/members/requests/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/members/requests/").status_code == 200
        return len(queries)

    before = cost()
    make_request(world.b, world.cast.community, asker=world.cast.unit)
    make_report_in(world.d, world.cast.community)
    make_request(world.d, world.cast.community, asker=world.cast.unit)
    assert cost() == before
