"""The second factor: who must have one, how it is set up, used, lost and reset."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.models import KnownDevice
from partybuild.audit.models import Event
from tests.factories.core import make_post
from tests.factories.signing import (
    GOOD,
    SECRET,
    account,
    clock_stopped,
    code_at,
    give_factor,
    is_in,
    set_policy,
    sign_in,
)

pytestmark = pytest.mark.django_db
ASK = "/sign-in/code/"
SET_UP = "/security/factor/"


def posts(cast):
    return {
        "system_admin": make_post(Role.SYSTEM_ADMIN, name="管理员甲"),
        "security_admin": make_post(Role.SECURITY_ADMIN, name="管理员乙"),
        "auditor": make_post(Role.AUDITOR, name="管理员丙"),
        "city": cast.city_staff,
        "district": cast.district_staff,
        "street": cast.street_staff,
        "community_secretary": cast.secretary,
        "community_worker": cast.worker,
        "unit_secretary": cast.unit_secretary,
        "unit_liaison": cast.liaison,
        "member": cast.member,
    }


NEED = {"system_admin", "security_admin", "auditor", "city", "district", "street"}


def test_the_posts_of_the_policy_are_led_to_set_one_up_and_nobody_else(cast):
    led = set()
    for column, post in posts(cast).items():
        account(post, username=column.replace("_", "-"))
        client = Client()
        sign_in(client, column.replace("_", "-"))
        answer = client.get("/notices/")
        if answer.status_code == 302:
            assert answer["Location"].startswith(SET_UP)
            led.add(column)
    assert led == NEED


def test_until_it_is_set_up_nothing_else_opens(cast):
    account(cast.street_staff, username="street-a")
    client = Client()
    sign_in(client, "street-a")
    for path in ("/units/", "/members/", "/obligations/", "/security/"):
        assert client.get(path)["Location"].startswith(SET_UP)
    assert client.get("/api/v1/units/").status_code == 403
    htmx = client.get("/units/", headers={"HX-Request": "true"})
    assert htmx["HX-Redirect"].startswith(SET_UP)
    assert client.post("/sign-out/").status_code == 302


def shown_secret(page):
    return re.search(r'factor-secret">([A-Z2-7 ]+)<', page).group(1).replace(" ", "")


def set_up(client, next_url="/units/"):
    """Go through the steps as a person does; returns the page of the recovery codes."""
    first = client.get(SET_UP).content.decode()
    assert "第一步" in first
    assert "factor-secret" not in first
    client.post(SET_UP, {"next": next_url})
    page = client.get(SET_UP + f"?next={next_url}").content.decode()
    assert "第二步" in page
    return client.post(SET_UP, {"code": code_at(shown_secret(page)), "next": next_url})


def test_a_first_sign_in_leads_through_the_steps_to_where_one_wanted(cast):
    user = account(cast.street_staff, username="street-a")
    client = Client()
    sign_in(client, "street-a")
    page = set_up(client).content.decode()
    codes = re.findall(r"<code>(\d{4} \d{4})</code>", page)
    assert len(codes) == 10
    assert 'href="/units/"' in page
    assert is_in(client)
    assert Event.objects.filter(kind="account.factor_set", object_uid=user.uid).count() == 1
    assert SECRET not in str(Authenticator.objects.get(user=user, type="totp").data)
    # Shown this once.
    assert codes[0] not in client.get("/security/").content.decode()


def test_a_wrong_first_code_sets_nothing_up(cast):
    user = account(cast.street_staff, username="street-a")
    client = Client()
    sign_in(client, "street-a")
    client.post(SET_UP)
    assert client.post(SET_UP, {"code": "123456"}).status_code == 422
    assert not Authenticator.objects.filter(user=user).exists()


@pytest.fixture
def street(cast):
    user = account(cast.street_staff, username="street-a")
    return user, give_factor(user)


def asked(**more):
    client = Client()
    answer = sign_in(client, "street-a", **more)
    assert answer["Location"] == ASK
    return client


def test_the_password_alone_opens_nothing(street):
    client = asked()
    assert not is_in(client)
    assert client.get("/units/").status_code == 302


def test_the_code_opens_and_leads_on(street):
    client = Client()
    client.post("/sign-in/?next=/units/", {"name": "street-a", "password": GOOD})
    answer = client.post(ASK, {"code": code_at()})
    assert answer["Location"] == "/units/"
    assert client.get("/units/").status_code == 200


@pytest.mark.parametrize(("step", "opens"), [(0, True), (1, True), (2, False), (-2, False)])
def test_a_phone_may_be_half_a_minute_wrong(street, step, opens):
    with clock_stopped():
        client = asked()
        client.post(ASK, {"code": code_at(step=step)})
        assert is_in(client) is opens


def test_a_code_is_used_up_and_so_are_all_before_it(street):
    with clock_stopped():
        first = asked()
        first.post(ASK, {"code": code_at(step=1)})
        assert is_in(first)
        for step in (1, 0):
            second = asked()
            assert second.post(ASK, {"code": code_at(step=step)}).status_code == 422
            assert not is_in(second)


@pytest.mark.parametrize("spelling", ["{} {}", "{}-{}", "{}{}"])
def test_a_recovery_code_opens_once(street, spelling):
    _user, codes = street
    typed = spelling.format(codes[3][:4], codes[3][4:])
    client = asked()
    client.post(ASK, {"code": typed})
    assert is_in(client)
    again = asked()
    assert again.post(ASK, {"code": typed}).status_code == 422


def test_five_wrong_codes_lock_the_second_step_and_are_written_down(street):
    for _time in range(5):
        assert asked().post(ASK, {"code": "000000"}).status_code == 422
    client = asked()
    assert client.post(ASK, {"code": code_at()}).status_code == 429
    assert not is_in(client)
    assert Event.objects.filter(kind="session.factor_failed").count() == 6


def test_a_remembered_device_is_not_asked_for_thirty_days(street):
    with clock_stopped() as clock:
        client = asked()
        client.post(ASK, {"code": code_at(), "remember": "on"})
        for days, is_asked in ((29, False), (2, True)):
            client.post("/sign-out/")
            clock.shift(days * 24 * 3600)
            answer = sign_in(client, "street-a")
            assert (answer["Location"] == ASK) is is_asked


def test_a_device_that_was_not_to_be_remembered_is_asked_each_time(street):
    client = asked()
    client.post(ASK, {"code": code_at()})
    client.post("/sign-out/")
    assert sign_in(client, "street-a")["Location"] == ASK


def test_the_token_of_a_device_changes_with_each_sign_in(street):
    client = asked()
    client.cookies["device"] = "A" * 43
    client.post(ASK, {"code": code_at(), "remember": "on"})
    first = client.cookies["device"].value
    assert first != "A" * 43
    client.post("/sign-out/")
    sign_in(client, "street-a")
    assert client.cookies["device"].value != first
    assert KnownDevice.objects.count() == 1


def test_a_new_password_makes_other_devices_ask_again(street, cast, client_of):
    client = asked()
    client.post(ASK, {"code": code_at(), "remember": "on"})
    other = client_of(cast.street_staff)
    new = {"old": GOOD, "new": "Other Moon 88", "again": "Other Moon 88"}
    assert other.act("/security/password/", new).status_code == 302
    assert sign_in(client, "street-a", "Other Moon 88")["Location"] == ASK


def test_a_community_may_set_one_up_and_take_it_away(cast):
    user = account(cast.secretary, username="secretary-a")
    client = Client()
    sign_in(client, "secretary-a")
    assert "不开通也可正常使用" in client.get("/security/").content.decode()
    set_up(client, "/security/")
    page = client.post("/security/factor/remove/")
    assert page.status_code == 401
    data = {"step_up_password": GOOD, "step_up_code": code_at(_secret(user), step=1)}
    assert client.post("/security/factor/remove/", data).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()


def _secret(user):
    from tests.factories.signing import secret_of

    return secret_of(user)


def test_a_post_that_needs_one_cannot_take_it_away(street, cast, client_of):
    user, _codes = street
    client = client_of(cast.street_staff)
    client.step_up()
    assert client.act("/security/factor/remove/").status_code == 409
    assert Authenticator.objects.filter(user=user).count() == 2


def test_a_stolen_session_sets_no_factor_of_its_own_up(cast):
    user = account(cast.secretary, username="secretary-a")
    with clock_stopped() as clock:
        client = Client()
        sign_in(client, "secretary-a")
        clock.shift(11 * 60)
        assert client.get(SET_UP)["Location"].startswith("/security/check/")
        assert client.post(SET_UP).status_code == 401
    assert not Authenticator.objects.filter(user=user).exists()


def test_new_recovery_codes_end_the_old_ones(street, cast, client_of):
    _user, codes = street
    client = client_of(cast.street_staff)
    client.step_up()
    page = client.act("/security/factor/codes/").content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", page)) == 10
    assert asked().post(ASK, {"code": codes[0]}).status_code == 422


# -- Reset by the security administrator --------------------------------------------------------


@pytest.fixture
def admin(cast):
    return make_post(Role.SECURITY_ADMIN, name="管理员乙")


def reset(uid):
    return reverse("accounts:factor-reset", args=(uid,))


def test_a_lost_phone_is_reset_with_a_reason(street, admin, client_of):
    user, _codes = street
    client = client_of(admin)
    client.step_up()
    assert client.get(reset(user.uid)).status_code == 200
    assert client.act(reset(user.uid), {"reason": " "}).status_code == 422
    assert client.act(reset(user.uid), {"reason": "手机丢失，已当面核实"}).status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    event = Event.objects.get(kind="account.factor_reset")
    assert (event.reason, event.object_uid) == ("手机丢失，已当面核实", user.uid)
    # The next sign-in leads through setting up a new one.
    there = Client()
    assert sign_in(there, "street-a")["Location"] == "/"
    assert there.get("/")["Location"].startswith(SET_UP)


def test_a_reset_asks_again_who_one_is(street, admin, client_of):
    user, _codes = street
    client = client_of(admin)
    assert client.get(reset(user.uid)).status_code == 302
    assert client.act(reset(user.uid), {"reason": "手机丢失"}).status_code == 401
    assert Authenticator.objects.filter(user=user).exists()


@pytest.mark.parametrize(
    "who",
    ["city_staff", "district_staff", "street_staff", "secretary", "worker", "unit_secretary",
     "liaison", "member"],
)  # fmt: skip
def test_nobody_else_resets_one(street, cast, client_of, who):
    user, _codes = street
    client = client_of(getattr(cast, who))
    client.step_up()
    assert client.get(reset(user.uid)).status_code in {403, 404}
    assert client.act(reset(user.uid), {"reason": "x"}).status_code in {403, 404}
    assert Authenticator.objects.filter(user=user).exists()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_the_other_administrators_do_not_either(street, client_of, role):
    user, _codes = street
    client = client_of(make_post(role, name="管理员甲"))
    client.step_up()
    assert client.act(reset(user.uid), {"reason": "x"}).status_code == 403
    assert Authenticator.objects.filter(user=user).exists()


def test_a_demonstration_may_ask_nobody_and_production_always_asks_the_three(settings):
    set_policy(factor_columns=frozenset())
    from partybuild.accounts.exceptions import AdministratorsNeedAFactor
    from partybuild.accounts.policy import policy

    assert policy().factor_columns == frozenset()
    settings.IN_DEVELOPMENT = False
    with pytest.raises(AdministratorsNeedAFactor):
        set_policy(factor_columns=frozenset({"street"}))
