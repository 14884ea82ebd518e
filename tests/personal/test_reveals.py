"""Showing what is masked: one event each, an alarm when it is too much, nothing without the event."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connections
from django.urls import reverse

from members.exceptions import ListTooLong, NobodyOnList, TooManyReveals
from members.services import call_list, reveal_id_number, reveal_phone
from members.services.reveals import LONGEST_CALL_LIST, phones_shown_today
from partybuild.access import Role
from partybuild.accounts import policy as policies
from partybuild.accounts.actors import actor_in
from partybuild.audit.exceptions import EventNotWritten
from partybuild.audit.models import Event
from partybuild.audit.queries.readings import readings_about
from partybuild.notices.models import Notice
from tests.factories.core import PASSWORD, make_post
from tests.factories.members import make_member, make_report_in

PHONE = "13900001111"


@pytest.fixture
def member(cast):
    """A member of the unit, reported in at the community."""
    member = make_member(cast.unit, "安一", phone=PHONE)
    make_report_in(member, cast.community)
    return member


@pytest.fixture
def guard(cast):
    """The security administrator."""
    return make_post(Role.SECURITY_ADMIN, name="安全管理员甲")


@pytest.fixture
def limits(monkeypatch):
    """Set figures of the policy for one test."""
    from dataclasses import replace

    def set_to(**figures):
        stricter = replace(policies.policy(), **figures)
        monkeypatch.setattr("members.services.reveals.policy", lambda: stricter)

    return set_to


def alarms(kind: str) -> int:
    """Return how many alarms of a kind stand in inboxes."""
    return Notice.objects.filter(kind=kind, channel="in_app").count()


@pytest.mark.django_db
def test_every_look_is_one_event_about_the_person(cast, member):
    by = actor_in(cast.unit_secretary)
    before = Event.objects.count()
    assert reveal_phone(member, by=by) == PHONE
    assert reveal_id_number(member, reason="核对身份", by=by) == member.person.id_number
    assert Event.objects.count() == before + 2
    kinds = [event.kind for event in readings_about(member.person)]
    assert kinds == ["member.id_number_shown", "member.phone_shown"]
    assert {event.person_id for event in readings_about(member.person)} == {by.person_id}


@pytest.mark.django_db
def test_a_call_list_is_one_event_about_all(cast, member):
    other = make_member(cast.unit, "白二")
    by = actor_in(cast.secretary)
    before = Event.objects.count()
    lines = call_list([member, other], title="通知联系", by=by)
    assert [(line.name, line.phone) for line in lines] == [
        ("安一", PHONE),
        ("白二", other.person.phone),
    ]
    assert Event.objects.count() == before + 1
    event = Event.objects.get(kind="member.call_list")
    assert sorted(event.about) == sorted([member.person_id, other.person_id])
    assert event.changes == {"people": [None, 2]}
    assert PHONE not in f"{event.changes}{event.reason}{event.object_text}"
    assert phones_shown_today(by) == 2


@pytest.mark.django_db
def test_call_lists_have_an_end(cast, member):
    by = actor_in(cast.secretary)
    with pytest.raises(NobodyOnList):
        call_list([], title="x", by=by)
    with pytest.raises(ListTooLong):
        call_list([member] * (LONGEST_CALL_LIST + 1), title="x", by=by)
    assert not Event.objects.filter(kind="member.call_list").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("post", "status", "shown"),
    [
        ("street_staff", 200, True),
        ("secretary", 200, True),
        ("worker", 200, True),
        ("unit_secretary", 200, True),
        ("liaison", 200, True),
        ("district_staff", 403, False),
        ("city_staff", 403, False),
        ("outsider", 302, False),
        ("second_liaison", 302, False),
        ("member", 404, False),
    ],
)
def test_who_gets_a_call_list_of_whom(cast, member, client_of, post, status, shown):
    client = client_of(getattr(cast, post))
    answer = client.act(
        reverse("members:member-call-list"), {"title": "通知", "selected": [str(member.uid)]}
    )
    assert answer.status_code == status
    assert (PHONE in answer.content.decode()) is shown
    assert Event.objects.filter(kind="member.call_list").count() == int(shown)


@pytest.mark.django_db
def test_the_list_follows_the_filters_and_takes_no_get(cast, member, client_of):
    make_member(cast.unit, "白二", phone="13900002222")
    client = client_of(cast.liaison)
    url = reverse("members:member-call-list")
    assert client.get(url).status_code == 405
    answer = client.act(url, {"title": "催报到", "reported": "no"}).content.decode()
    assert "13900002222" in answer
    assert PHONE not in answer


@pytest.mark.django_db
def test_more_phones_than_a_days_work_alarm_once_and_stop_nobody(cast, member, guard, limits):
    limits(phone_alarm_per_day=3)
    by = actor_in(cast.worker)
    for _turn in range(3):
        reveal_phone(member, by=by)
    assert alarms("reveal.phones") == 0
    for _turn in range(3):
        assert reveal_phone(member, by=by) == PHONE
    notice = Notice.objects.get(kind="reveal.phones", channel="in_app")
    assert notice.person_id == guard.person_id
    assert "和平社区党委" in notice.title
    assert PHONE not in notice.title + notice.body
    assert "安一" not in notice.title + notice.body


@pytest.mark.django_db
def test_a_call_list_counts_by_its_people(cast, member, guard, limits):
    limits(phone_alarm_per_day=1)
    call_list([member, make_member(cast.unit)], title="x", by=actor_in(cast.secretary))
    assert alarms("reveal.phones") == 1


@pytest.mark.django_db
def test_the_31st_id_number_of_an_hour_is_refused_and_told(cast, member, guard, client_of):
    url = reverse("members:member-id-number", args=(member.uid,))
    by = actor_in(cast.unit_secretary)
    for _turn in range(30):
        reveal_id_number(member, reason="核对身份", by=by)
    refused = _asked(client_of(cast.unit_secretary), url)
    page = refused.content.decode()
    assert refused.status_code == 429
    assert "一小时内最多查看30次" in page
    assert member.person.id_number not in page
    assert Event.objects.filter(kind="member.id_number_shown", result="done").count() == 30
    assert Event.objects.filter(kind="member.id_number_shown", result="refused").count() == 1
    assert alarms("reveal.id_numbers") == 1
    # Another secretary is not held up by it.
    other = make_post(Role.UNIT_SECRETARY, cast.second_unit, name="单位书记乙")
    theirs = make_member(cast.second_unit)
    assert reveal_id_number(theirs, reason="核对身份", by=actor_in(other))


@pytest.mark.django_db
def test_an_hour_later_it_goes_on(cast, member, guard, clock, limits):
    limits(reveal_per_hour=2)
    by = actor_in(cast.unit_secretary)
    clock(2026, 3, 5, 9)
    for _turn in range(2):
        reveal_id_number(member, reason="核对身份", by=by)
    clock(2026, 3, 5, 9, 59)
    with pytest.raises(TooManyReveals):
        reveal_id_number(member, reason="核对身份", by=by)
    clock(2026, 3, 5, 10, 1)
    assert reveal_id_number(member, reason="核对身份", by=by)


def _asked(client, url, **data):
    """Ask for an ID number in a session that has just proved who it is."""
    client.step_up()
    return client.act(url, {"reason": "核对身份", **data})


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{"reason": ""}, {"reason": "自编"}, {"reason": "other"}])
def test_a_reason_is_chosen_or_written(cast, member, client_of, data):
    url = reverse("members:member-id-number", args=(member.uid,))
    answer = _asked(client_of(cast.unit_secretary), url, **data)
    assert answer.status_code == 422
    assert member.person.id_number not in answer.content.decode()
    assert not Event.objects.filter(kind="member.id_number_shown").exists()


@pytest.mark.django_db
def test_the_password_is_asked_again_first(cast, member, client_of):
    url = reverse("members:member-id-number", args=(member.uid,))
    cast.unit_secretary.person.user.set_password(PASSWORD)
    cast.unit_secretary.person.user.save()
    client = client_of(cast.unit_secretary)
    asked = client.act(url, {"reason": "核对身份"})
    assert asked.status_code == 401
    assert member.person.id_number not in asked.content.decode()
    assert "核对身份" in asked.content.decode()
    assert not Event.objects.filter(kind="member.id_number_shown").exists()
    shown = _asked(client, url)
    assert member.person.id_number in shown.content.decode()
    assert Event.objects.get(kind="member.id_number_shown").reason == "核对身份"


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_do_not_pass_the_limit(cast, member, guard, limits):
    limits(reveal_per_hour=5)
    by = actor_in(cast.unit_secretary)
    shown, refused = [], []

    def look() -> None:
        try:
            for _turn in range(3):
                try:
                    shown.append(reveal_id_number(member, reason="核对身份", by=by))
                except TooManyReveals:
                    refused.append(1)
        finally:
            connections.close_all()

    windows = [threading.Thread(target=look) for _number in range(4)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert (len(shown), len(refused)) == (5, 7)
    assert Event.objects.filter(kind="member.id_number_shown", result="done").count() == 5


@pytest.mark.django_db(transaction=True)
def test_nothing_is_shown_when_its_event_cannot_be_written(cast, member, settings):
    by = actor_in(cast.unit_secretary)
    role = settings.APP_DATABASE_ROLE
    with connections["owner"].cursor() as owner:
        owner.execute(f"REVOKE INSERT ON audit_event FROM {role}")
        try:
            for act in (
                lambda: reveal_phone(member, by=by),
                lambda: reveal_id_number(member, reason="核对身份", by=by),
                lambda: call_list([member], title="x", by=by),
            ):
                with pytest.raises((DatabaseError, EventNotWritten)):
                    act()
        finally:
            owner.execute(f"GRANT INSERT ON audit_event TO {role}")
    assert not Event.objects.filter(kind__startswith="member.phone").exists()


@pytest.mark.django_db
def test_a_day_is_what_is_counted(cast, member, clock):
    by = actor_in(cast.worker)
    clock(2026, 3, 4, 8)
    reveal_phone(member, by=by)
    clock(2026, 3, 5, 9)
    assert phones_shown_today(by) == 0
