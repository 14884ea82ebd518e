"""The pages of annual forms: who may, what a refused form looks like, what it costs."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import AnnualForm
from members.services import start_annual_forms
from partybuild.access import Role
from partybuild.calendar import Period
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db
SAID = {"account": "为老人修灯。", "conduct": "遵守公约。"}


@pytest.fixture
def annual(world, clock):
    """A form that waits for the member."""
    clock(2026, 12, 7)
    return _start(world, world.a)[0]


def _start(world, *members):
    return start_annual_forms(
        unit=world.cast.unit,
        members=members,
        period=Period.parse("2026"),
        due_on=date(2026, 12, 21),
        by=SYSTEM,
    )


def test_the_liaison_asks_and_may_leave_somebody_out(world, client_of, clock):
    clock(2026, 12, 7)
    client = client_of(world.cast.liaison)
    page = client.get("/members/annual-forms/start/").content.decode()
    assert [name in page for name in ("安一", "白二", "戴四", "陈三")] == [True, True, True, False]
    answer = client.act(
        "/members/annual-forms/start/",
        {"period": "2026", "due_on": "2026-12-21", "selected": [str(world.a.uid)]},
    )
    assert (answer.status_code, AnnualForm.objects.get().member) == (302, world.a)


def test_a_foreign_member_in_the_form_is_not_asked(world, client_of, clock):
    clock(2026, 12, 7)
    answer = client_of(world.cast.liaison).act(
        "/members/annual-forms/start/",
        {"period": "2026", "due_on": "2026-12-21", "selected": [str(world.c.uid)]},
    )
    assert (answer.status_code, AnnualForm.objects.count()) == (422, 0)
    assert "请至少勾选一名党员" in answer.content.decode()


def test_the_member_completes_it_on_their_own_page(world, annual, client_of):
    client = client_of(world.member_post)
    page = client.get(annual.get_absolute_url()).content.decode()
    assert "清扫楼道" in page
    client.act(f"{annual.get_absolute_url()}sign/", SAID)
    annual.refresh_from_db()
    assert (annual.state, annual.account, annual.channel) == ("signed", "为老人修灯。", "")


def test_a_refused_form_comes_back_filled_in(world, annual, client_of):
    client = client_of(world.member_post)
    answer = client.act(f"{annual.get_absolute_url()}sign/", {"account": "为老人修灯。"})
    page = answer.content.decode()
    assert (answer.status_code, "为老人修灯。" in page) == (422, True)
    annual.refresh_from_db()
    assert annual.state == "open"


def test_others_neither_see_nor_complete_it(world, annual, client_of):
    path = annual.get_absolute_url()
    other = make_post(Role.MEMBER, person=world.b.person)
    for post in (world.cast.secretary, world.cast.second_liaison, world.cast.outsider, other):
        client = client_of(post)
        assert client.get(path).status_code in {403, 404}
        assert client.act(f"{path}sign/", SAID).status_code in {403, 404}
    annual.refresh_from_db()
    assert annual.state == "open"


def test_a_member_cannot_file_or_return_their_own(world, annual, client_of):
    client = client_of(world.member_post)
    client.act(f"{annual.get_absolute_url()}sign/", SAID)
    for path, data in (
        (f"{annual.get_absolute_url()}return/", {"reason": "再改"}),
        ("/members/annual-forms/file/", {"selected": str(annual.uid)}),
    ):
        assert client.act(path, data).status_code == 404
    annual.refresh_from_db()
    assert annual.state == "signed"


def test_the_unit_enters_paper_then_files_in_one_press(world, annual, client_of):
    client = client_of(world.cast.liaison)
    client.act(
        f"{annual.get_absolute_url()}sign/", {**SAID, "channel": "paper", "on": "2026-12-04"}
    )
    client.act("/members/annual-forms/file/", {"selected": str(annual.uid), "opinion": "属实"})
    annual.refresh_from_db()
    assert (annual.state, annual.channel, annual.signed_on, annual.opinion) == (
        "filed",
        "paper",
        date(2026, 12, 4),
        "属实",
    )
    page = client.get(annual.get_absolute_url()).content.decode()
    assert "纸质" in page
    assert annual.number in page


def test_the_district_reads_and_does_nothing(world, annual, client_of):
    client = client_of(world.cast.district_staff)
    assert "安一" in client.get("/members/annual-forms/").content.decode()
    assert client.get(annual.get_absolute_url()).status_code == 200
    assert client.act(f"{annual.get_absolute_url()}sign/", SAID).status_code == 403


def test_lists_cost_the_same_with_one_row_and_with_three(world, annual, client_of):
    client = client_of(world.cast.liaison)

    def cost(path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    before = [cost("/members/annual-forms/"), cost("/members/annual-forms/start/")]
    _start(world, world.b, world.d)
    make_member(world.cast.unit)
    make_member(world.cast.unit)
    assert [cost("/members/annual-forms/"), cost("/members/annual-forms/start/")] == before


def test_a_heap_of_paper_is_entered_one_after_the_other(world, client_of, clock):
    clock(2026, 12, 7)
    forms = {each.member_name: each for each in _start(world, world.a, world.b, world.d)}
    client = client_of(world.cast.liaison)
    entered = {**SAID, "channel": "paper", "on": "2026-12-04", "explanation": "外派"}
    page = client.act(f"{forms['白二'].get_absolute_url()}sign/", entered, follow=True)
    assert [each.member_name for each in page.context["to_enter"]] == ["安一", "戴四"]
    assert "录下一份：安一" in page.content.decode()
    for name in ("安一", "戴四"):
        page = client.act(f"{forms[name].get_absolute_url()}sign/", entered, follow=True)
    assert page.context["to_enter"] == []
    assert client.get(forms["安一"].get_absolute_url()).context["to_enter"] == []
