"""Accounts on pages."""

from __future__ import annotations

import pytest

from partybuild.access import Role
from partybuild.accounts.models import OneTimeLink, User
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in

pytestmark = pytest.mark.django_db


def page_of(appointment, part: str = "") -> str:
    return f"/accounts/{appointment.person.user.uid}/{part}"


@pytest.fixture
def system_admin(cast):
    return make_post(Role.SYSTEM_ADMIN, name="系统员")


@pytest.fixture
def security_admin(cast):
    return make_post(Role.SECURITY_ADMIN, name="安全员")


def test_the_system_administrator_opens_an_account_without_a_post(system_admin, client_of):
    client = client_of(system_admin)
    answer = client.act("/accounts/new/", {"name": "周新人", "phone": "19900006666"})
    user = User.objects.get(person__name="周新人")
    assert answer["Location"] == f"/accounts/{user.uid}/"
    assert user.person.appointments.count() == 0
    invited = client.act(f"/accounts/{user.uid}/invite/")
    assert "/enter/" in invited.context["text"]
    assert invited["Cache-Control"] == "no-store"
    assert client.get(f"/accounts/{user.uid}/").status_code == 200


@pytest.mark.parametrize("who", ["secretary", "street_staff", "liaison", "unit_secretary"])
def test_others_open_accounts_by_appointing(cast, client_of, who):
    client = client_of(getattr(cast, who))
    before = User.objects.count()
    assert client.act("/accounts/new/", {"name": "某", "phone": "19900006666"}).status_code == 403
    assert User.objects.count() == before


def test_a_secretary_invites_the_liaison_and_an_outsider_does_not_find_one(cast, client_of):
    answer = client_of(cast.secretary).act(page_of(cast.liaison, "invite/"))
    assert answer.status_code == 200
    link = OneTimeLink.objects.get()
    assert link.user == cast.liaison.person.user
    assert Event.objects.get(kind="account.invited").person_id == cast.secretary.person_id
    outsider = client_of(cast.outsider)
    for part in ("", "disable/", "contact/"):
        assert outsider.get(page_of(cast.liaison, part)).status_code == 404
    for part in ("invite/", "send/"):
        assert outsider.act(page_of(cast.liaison, part)).status_code == 404
    assert OneTimeLink.objects.count() == 1


def test_a_liaison_looks_and_changes_nothing_of_the_own_secretary(cast, client_of):
    client = client_of(cast.liaison)
    assert client.get(page_of(cast.unit_secretary)).status_code == 200
    client.act(page_of(cast.unit_secretary, "invite/"))
    assert not OneTimeLink.objects.exists()
    answer = client.act(page_of(cast.unit_secretary, "disable/"), {"reason": "试"})
    assert answer.status_code == 403
    contact = client.act(
        page_of(cast.unit_secretary, "contact/"), {"phone": "19900005555", "reason": "试"}
    )
    assert contact.status_code == 422
    assert User.objects.get(pk=cast.unit_secretary.person.user.pk).is_active


def test_a_used_account_needs_a_reason_for_a_new_link(cast, client_of):
    client_of(cast.liaison)
    client = client_of(cast.secretary)
    client.act(page_of(cast.liaison, "invite/"))
    assert not OneTimeLink.objects.exists()
    client.act(page_of(cast.liaison, "invite/"), {"reason": "手机丢失，本人到场"})
    assert OneTimeLink.objects.count() == 1
    assert Event.objects.get(kind="account.invited").reason == "手机丢失，本人到场"


def test_the_system_administrator_cannot_copy_a_way_in_to_a_used_account_of_a_unit(
    cast, client_of, system_admin
):
    client_of(cast.liaison)
    client_of(system_admin).act(page_of(cast.liaison, "invite/"), {"reason": "试"})
    assert not OneTimeLink.objects.exists()


def test_sending_goes_to_the_accounts_own_mail(cast, client_of):
    client = client_of(cast.secretary)
    client.act(page_of(cast.liaison, "send/"))
    assert not OneTimeLink.objects.exists()
    User.objects.filter(pk=cast.liaison.person.user.pk).update(mail="li@demo.example")
    client.act(page_of(cast.liaison, "send/"))
    assert OneTimeLink.objects.count() == 1
    notice = Notice.objects.get(kind="account.way_in")
    assert "/enter/" not in notice.body
    assert notice.sender_id == cast.secretary.organization_id


def test_disabling_ends_the_session_at_once_and_can_be_undone(cast, client_of):
    holder = client_of(cast.liaison)
    client = client_of(cast.secretary)
    client.act(page_of(cast.liaison, "disable/"), {"reason": "离岗"})
    assert holder.get("/")["Location"].startswith("/sign-in/")
    assert Event.objects.get(kind="account.disabled").reason == "离岗"
    client.act(page_of(cast.liaison, "disable/"), {"reason": "返岗"})
    assert User.objects.get(pk=cast.liaison.person.user.pk).is_active


def test_a_workers_page_shows_no_phone_in_full(cast, client_of):
    text = client_of(cast.secretary).get(page_of(cast.liaison)).content.decode()
    assert cast.liaison.person.phone not in text
    assert "199****" in text


def test_a_number_that_changes_ends_what_was_sent_to_the_old_one(cast, client_of):
    client = client_of(cast.secretary)
    client.act(page_of(cast.liaison, "invite/"))
    old = cast.liaison.person.user.phone_hash
    client.act(
        page_of(cast.liaison, "contact/"),
        {"phone": "19900004444", "mail": "", "reason": "本人到场申请"},
    )
    user = User.objects.get(pk=cast.liaison.person.user.pk)
    assert user.phone_hash != old
    assert OneTimeLink.objects.get().revoked_at is not None


def test_many_are_invited_in_one_list(cast, client_of):
    users = [cast.liaison.person.user, cast.second_liaison.person.user]
    # One of another street in the list is passed over.
    chosen = [*users, cast.other_liaison.person.user]
    page = client_of(cast.secretary).act(
        "/accounts/invite/", {"selected": [str(user.uid) for user in chosen], "way": "copy"}
    )
    assert page.context["text"].count("/enter/") == 2
    assert {link.user for link in OneTimeLink.objects.all()} == set(users)


@pytest.mark.parametrize("who", ["secretary", "worker", "unit_secretary", "liaison"])
def test_whoever_has_a_member_on_the_roster_or_reported_in_invites_them(cast, client_of, who):
    from tests.factories.units import make_unit_of

    make_unit_of(cast.unit)
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    client = client_of(getattr(cast, who))
    client.act(f"/accounts/members/{member.person.uid}/invite/")
    user = User.objects.get(person=member.person)
    assert [post.role for post in member.person.appointments.all()] == ["member"]
    assert client.act(f"/accounts/{user.uid}/invite/").status_code == 200
    assert OneTimeLink.objects.filter(user=user).count() == 1
    outsider = client_of(cast.outsider)
    assert outsider.act(f"/accounts/members/{member.person.uid}/invite/").status_code == 404


def test_the_list_shows_accounts_in_scope(cast, client_of, security_admin):
    text = client_of(cast.secretary).get("/accounts/").content.decode()
    assert "联络员甲" in text
    assert "联络员丙" not in text
    everybody = client_of(security_admin).get("/accounts/").content.decode()
    assert "联络员丙" in everybody
    assert "三员尚未配齐" in everybody
    assert client_of(cast.member).get("/accounts/").status_code == 403
