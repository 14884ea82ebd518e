"""Asking again who one is; going only to pages of our own; the pages of the policy."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from partybuild.access import Role
from partybuild.accounts.models import ApiToken, Appointment, SecurityPolicy, User
from partybuild.accounts.policy import policy
from partybuild.audit.models import Event
from tests.factories.core import make_post
from tests.factories.signing import (
    GOOD,
    account,
    clock_stopped,
    code_at,
    give_factor,
    set_policy,
    sign_in,
)

pytestmark = pytest.mark.django_db
ISSUE, CHECK = "/tokens/issue/", "/security/check/"


@pytest.fixture
def admin(cast):
    post = make_post(Role.SECURITY_ADMIN, name="管理员乙")
    account(post, username="security-a")
    set_policy(factor_columns=frozenset())
    return post


@pytest.fixture
def client(admin):
    client = Client()
    sign_in(client, "security-a")
    return client


def token(cast, **more):
    return {
        "appointment": str(cast.street_staff.uid),
        "name": "市数据平台",
        "column": "api_read",
        "operations": ["unit.view", "meeting.view"],
        "days": 30,
        "reason": "会议纪要第3号",
        **more,
    }


def test_a_page_is_asked_for_once_and_opens_after_the_password(client):
    asked = client.get(ISSUE)
    assert asked["Location"] == "/security/check/?next=%2Ftokens%2Fissue%2F"
    assert client.get(asked["Location"]).status_code == 200
    answer = client.post(asked["Location"], {"step_up_password": GOOD})
    assert answer["Location"] == ISSUE
    assert client.get(ISSUE).status_code == 200
    assert Event.objects.filter(kind="session.stepped_up").count() == 1


def test_a_form_keeps_its_text_while_the_password_is_asked(client, cast):
    page = client.post(ISSUE, token(cast))
    assert page.status_code == 401
    text = page.content.decode()
    for value in ("市数据平台", "会议纪要第3号", "unit.view", "meeting.view"):
        assert f'value="{value}"' in text
    assert not ApiToken.objects.exists()
    wrong = client.post(ISSUE, token(cast, step_up_password="wrong"))
    assert wrong.status_code == 422
    assert "会议纪要第3号" in wrong.content.decode()
    done = client.post(ISSUE, token(cast, step_up_password=GOOD))
    assert done.status_code == 200
    assert "令牌只显示这一次" in done.content.decode()
    assert ApiToken.objects.get().operations == ["meeting.view", "unit.view"]


@pytest.mark.parametrize(("seconds", "opens"), [(599, True), (600, False)])
def test_it_holds_for_ten_minutes_to_the_second(admin, seconds, opens):
    with time_machine.travel("2026-12-01T09:00:00+08:00", tick=False) as clock:
        client = Client()
        sign_in(client, "security-a")
        client.post(CHECK, {"step_up_password": GOOD})
        clock.shift(seconds)
        assert (client.get(ISSUE).status_code == 200) is opens


def test_where_there_is_a_second_factor_it_is_asked_too(admin):
    give_factor(admin.person.user)
    with clock_stopped():
        client = Client()
        sign_in(client, "security-a")
        client.post("/sign-in/code/", {"code": code_at()})
        assert client.post(CHECK, {"step_up_password": GOOD}).status_code == 422
        used = client.post(CHECK, {"step_up_password": GOOD, "step_up_code": code_at()})
        assert used.status_code == 422
        right = {"step_up_password": GOOD, "step_up_code": code_at(step=1)}
        assert client.post(CHECK, right).status_code == 302


def test_it_counts_for_the_session_it_was_given_in_alone(client, admin):
    client.post(CHECK, {"step_up_password": GOOD})
    other = Client()
    sign_in(other, "security-a")
    assert other.get(ISSUE).status_code == 302


def test_an_htmx_request_is_led_to_the_page(client):
    answer = client.get(
        ISSUE, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/tokens/?a=1"}
    )
    assert answer["HX-Redirect"] == "/security/check/?next=%2Ftokens%2F%3Fa%3D1"


def test_who_has_not_the_right_is_refused_before_anything_is_asked(cast, client_of):
    assert client_of(cast.secretary).get(ISSUE).status_code == 403


def test_who_came_by_link_alone_is_told_to_set_a_password(cast, client_of):
    page = client_of(cast.unit_secretary).get(CHECK).content.decode()
    assert "还没有设置密码" in page


# -- T26: only pages of our own -----------------------------------------------------------------

FOREIGN = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)//",
    "data:text/html,x",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://evil.example#@testserver/",
    "http://testserver//evil.example",
    " //evil.example",
    "ftp://testserver/",
    "//evil%E3%80%82example",
    "http:\\\\evil.example",
    "",
]


@pytest.mark.parametrize("wanted", FOREIGN)
def test_no_door_leads_to_a_foreign_page(admin, wanted):
    client = Client()
    page = client.post("/sign-in/", {"name": "security-a", "password": GOOD, "next": wanted})
    places = [page["Location"]]
    uid = str(admin.uid)
    places.append(client.post("/post/", {"to": uid, "next": wanted})["Location"])
    places.append(client.post(CHECK, {"step_up_password": GOOD, "next": wanted})["Location"])
    new = {"old": GOOD, "new": "Other Tree 88", "again": "Other Tree 88", "next": wanted}
    places.append(client.post("/security/password/", new)["Location"])
    places.append(client.get("/sign-in/", {"next": wanted})["Location"])
    assert set(places) <= {"/", "/security/"}


@pytest.mark.parametrize(
    ("wanted", "there"),
    [("/units/?q=1", "/units/?q=1"), ("http://testserver/units/?q=1", "/units/?q=1")],
)
def test_a_page_of_our_own_is_gone_to(admin, wanted, there):
    page = Client().post("/sign-in/", {"name": "security-a", "password": GOOD, "next": wanted})
    assert page["Location"] == there


# -- The policy ------------------------------------------------------------------------------------


def filled(**changes):
    """Return the form as the page draws it, with changes."""
    from partybuild.accounts.forms.policy import PolicyForm

    form = PolicyForm(current=policy())
    data = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    row = SecurityPolicy.objects.values_list("version", flat=True).first()
    return {
        "profile": policy().profile,
        "version": row or 0,
        **data,
        "reason": "按测评意见",
        **changes,
    }


def test_the_security_administrator_edits_the_policy_with_a_reason(client):
    client.post(CHECK, {"step_up_password": GOOD})
    assert client.get("/policy/edit/").status_code == 200
    assert client.post("/policy/edit/", filled(fails=3, reason=" ")).status_code == 422
    assert policy().fails == 5
    assert client.post("/policy/edit/", filled(fails=3, idle_days_member=500)).status_code == 302
    assert (policy().fails, policy().idle_days["member"], policy().lock_minutes) == (3, 500, 30)
    event = Event.objects.filter(kind="policy.edited").latest("id")
    assert event.changes["fails"] == [5, 3]
    assert event.reason == "按测评意见"
    assert set(event.changes) == {"fails", "idle_days"}
    page = client.get("/policy/").content.decode()
    assert "3次" in page
    assert "（该类型一般为5次）" in page


def test_of_two_who_edit_at_once_the_second_is_told(client):
    client.post(CHECK, {"step_up_password": GOOD})
    first, second = filled(fails=3), filled(fails=10)
    assert client.post("/policy/edit/", first).status_code == 302
    assert client.post("/policy/edit/", second).status_code == 409
    assert policy().fails == 3


def test_another_profile_brings_its_own_figures(client):
    client.post(CHECK, {"step_up_password": GOOD})
    assert client.post("/policy/edit/", filled(profile="asvs", fails=4)).status_code == 302
    rules = policy()
    assert (rules.profile, rules.password_min_length, rules.password_kinds) == ("asvs", 15, 0)
    assert (rules.fails, rules.password_max_days) == (4, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fails": 0},
        {"fails": 21},
        {"idle_minutes": 100000},
        {"password_min_length": 3},
        {"office_networks": "not an address"},
        {"office_networks": "0.0.0.0/0"},
        {"factor_columns": ["root"]},
    ],
)
def test_figures_beyond_reason_are_refused(client, wrong):
    client.post(CHECK, {"step_up_password": GOOD})
    before = policy()
    assert client.post("/policy/edit/", filled(**wrong)).status_code == 422
    assert policy() == before


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_the_other_administrators_look_and_do_not_edit(cast, client_of, role):
    client = client_of(make_post(role, name="管理员甲"))
    client.step_up()
    assert client.get("/policy/").status_code == 200
    assert client.get("/policy/edit/").status_code == 403
    assert client.act("/policy/edit/", filled(fails=3)).status_code == 403
    assert policy().fails == 5


@pytest.mark.parametrize("who", ["city_staff", "street_staff", "secretary", "liaison", "member"])
def test_nobody_else_sees_the_policy(cast, client_of, who):
    assert client_of(getattr(cast, who)).get("/policy/").status_code == 403


def _pages(cast):
    post, user = cast.liaison, cast.liaison.person.user
    return {
        "grant": "/appointments/new/?organization=administrators",
        "end": f"/appointments/{post.uid}/end/",
        "term": f"/appointments/{post.uid}/term/",
        "hand over": f"/appointments/{post.uid}/hand-over/",
        "disable": f"/accounts/{user.uid}/disable/",
    }


@pytest.mark.parametrize("act", ["grant", "end", "term", "hand over", "disable", "enable"])
def test_who_names_and_stops_others_everywhere_is_asked_again(cast, client_of, act):
    client = client_of(make_post(Role.SECURITY_ADMIN, name="安全员"))
    user = cast.liaison.person.user
    page = _pages(cast)["disable" if act == "enable" else act]
    if act == "enable":
        User.objects.filter(pk=user.pk).update(is_active=False)
    before = (Appointment.objects.count(), User.objects.filter(is_active=True).count())
    asked = client.get(page)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/security/check/?next=")
    form = {
        "reason": "调离",
        "on": "2026-03-05",
        "ends_on": "2026-12-31",
        "name": "张新任",
        "phone": "19900007777",
        "role": "auditor",
        "starts_on": "2026-03-05",
    }
    assert client.act(page, form).status_code == 401
    after = (Appointment.objects.count(), User.objects.filter(is_active=True).count())
    assert after == before
    cast.liaison.refresh_from_db()
    assert cast.liaison.ends_on is None


@pytest.mark.parametrize("act", ["disable", "enable"])
def test_having_proved_it_they_stop_and_let_in(cast, client_of, act):
    client = client_of(make_post(Role.SECURITY_ADMIN, name="安全员"))
    user = cast.liaison.person.user
    User.objects.filter(pk=user.pk).update(is_active=act == "disable")
    client.step_up()
    assert client.act(_pages(cast)["disable"], {"reason": "核实"}).status_code == 302
    user.refresh_from_db()
    assert user.is_active == (act == "enable")


def test_secretaries_are_not_asked_for_their_daily_work(cast, client_of):
    client = client_of(cast.secretary)
    for act, page in _pages(cast).items():
        if act != "grant":
            assert client.get(page).status_code == 200
