"""One's own ways, and leave: rights do not travel, it ends by itself."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.services import end_appointment
from partybuild.audit.models import Event
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import ChannelPreference, Delegation, Notice
from partybuild.notices.services import Recipient, notify, send_notices
from partybuild.notices.services.wishes import delegate_notices, end_delegation
from tests.factories.core import make_post
from tests.meetings.services.test_two_at_once import at_once
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db
SETTINGS = "/notices/settings/"
LEAVE = "/notices/settings/leave/"


@pytest.fixture
def pair(cast):
    """The liaison goes on leave; the unit's secretary takes the notices. Both have an address."""
    for post in (cast.liaison, cast.unit_secretary):
        post.person.mail = f"{post.role}@example.org"
        post.person.save()
    return cast.liaison, cast.unit_secretary


def leave(pair, **values):
    away, delegate = pair
    return delegate_notices(
        away,
        **{
            "delegate": delegate.person,
            "starts_on": date(2026, 3, 5),
            "ends_on": date(2026, 3, 10),
            "is_both": True,
            "reason": "年休假",
            "by": actor_in(away),
            **values,
        },
    )


def write(cast, system, **values):
    notify(
        **{
            "kind": "test",
            "subject": cast.committee,
            "recipients": [Recipient(organization=cast.unit, roles=frozenset({Role.UNIT_LIAISON}))],
            "title": "通知",
            "body": "内容",
            "by": system,
            **values,
        }
    )
    return Notice.objects.filter(kind="test")


def told(rows, channel):
    return {each.person_id for each in rows if each.channel == channel}


def test_both_are_told_and_the_delegate_knows_for_whom(cast, system, pair):
    leave(pair)
    rows = write(cast, system)
    people = {post.person_id for post in pair}
    assert told(rows, Channel.IN_APP) == told(rows, Channel.MAIL) == people
    assert {each.on_behalf_of for each in rows.filter(person=pair[1].person)} == {pair[0].person}


def test_the_delegate_alone_gets_mail_but_in_the_app_both_see_it(cast, system, pair):
    leave(pair, is_both=False)
    rows = write(cast, system)
    assert told(rows, Channel.IN_APP) == {post.person_id for post in pair}
    assert told(rows, Channel.MAIL) == {pair[1].person_id}


def test_a_delegate_without_an_address_loses_nothing(cast, system, pair):
    pair[1].person.mail = ""
    pair[1].person.save()
    leave(pair, is_both=False)
    assert told(write(cast, system), Channel.MAIL) == {pair[0].person_id}


def test_it_begins_and_ends_by_itself(cast, system, pair, clock):
    leave(pair, starts_on=date(2026, 3, 9))
    assert told(write(cast, system), Channel.IN_APP) == {pair[0].person_id}
    clock(2026, 3, 9, 9)
    assert len(told(write(cast, system, round=2), Channel.IN_APP)) == 2
    clock(2026, 3, 11, 9)
    rows = write(cast, system, round=3).filter(round=3)
    assert told(rows, Channel.IN_APP) == {pair[0].person_id}


def test_what_waits_past_the_end_does_not_go_to_the_delegate(cast, system, pair, clock, settings):
    leave(pair)
    Notice.objects.all().delete()
    write(cast, system)
    clock(2026, 3, 11, 9)
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_notices(by=system)
    assert pair[1].person.mail not in keep.addresses
    taken = Notice.objects.get(kind="test", channel=Channel.MAIL, person=pair[1].person)
    assert (taken.state, taken.error) == (NoticeState.CANCELLED, "代收已结束")


def test_a_delegate_who_left_the_body_is_not_told(cast, system, pair):
    leave(pair)
    end_appointment(pair[1], on=date(2026, 3, 5), reason="调动", by=system)
    assert told(write(cast, system), Channel.IN_APP) == {pair[0].person_id}


def test_only_another_holder_at_the_same_body_takes_them(cast, pair):
    for stranger in (cast.second_liaison.person, pair[0].person):
        with pytest.raises(ValidationError):
            leave(pair, delegate=stranger)
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 4)},
        {"ends_on": date(2026, 12, 31)},
    ],
)
def test_a_leave_is_neither_past_nor_endless(pair, values):
    with pytest.raises(ValidationError):
        leave(pair, **values)


def test_being_back_early_stops_what_waits(cast, system, pair):
    given = leave(pair)
    write(cast, system)
    assert end_delegation(given, by=actor_in(pair[0]))
    assert not end_delegation(given, by=actor_in(pair[0]))
    waiting = Notice.objects.filter(kind="test", channel=Channel.MAIL, state=NoticeState.QUEUED)
    assert {each.person_id for each in waiting} == {pair[0].person_id}
    assert Event.objects.filter(kind="notice.delegation_ended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_leaves_at_once_are_one(cast, pair):
    results = at_once(*[lambda: leave(pair)] * 3)
    assert sum(isinstance(each, Delegation) for each in results) == 1
    assert Delegation.objects.count() == 1


def test_pages_keep_what_is_chosen(cast, client_of, pair):
    client = client_of(pair[0])
    assert client.get(SETTINGS).status_code == 200
    answer = client.act(SETTINGS, {"mail": "none", "sms": "", "quiet_from": "20", "quiet_to": "9"})
    assert answer.status_code == 302
    wish = ChannelPreference.objects.get(person=pair[0].person)
    assert (wish.mail, wish.sms, wish.quiet_from, wish.quiet_to) == ("none", False, 20, 9)
    assert client.act(SETTINGS, {"mail": "each", "quiet_from": "20"}).status_code == 422
    answer = client.act(
        LEAVE,
        {
            "delegate": str(pair[1].person.uid),
            "starts_on": "2026-03-05",
            "ends_on": "2026-03-10",
            "is_both": "yes",
            "reason": "年休假",
        },
    )
    assert answer.status_code == 302
    given = Delegation.objects.get()
    for who, word in ((pair[0], "由"), (pair[1], "请假，期间的通知也发给您")):
        assert word in client_of(who).get("/").content.decode()
    # Who takes the notices does not end the leave, and nobody else sees it.
    end = f"{LEAVE}{given.uid}/end/"
    assert client_of(pair[1]).act(end).status_code == 404
    assert client_of(cast.outsider).act(end).status_code == 404
    assert client.act(end).status_code == 302
    given.refresh_from_db()
    assert given.ended_at is not None


def test_rights_do_not_travel(cast, client_of, pair):
    """Who takes a liaison's notices at another post sees no page more than before."""
    other = make_post(Role.UNIT_SECRETARY, cast.second_unit, name="邻单位书记")
    before = client_of(other).get("/notices/").content
    leave(pair)
    assert client_of(other).get("/notices/").content.count(b"<tr>") == before.count(b"<tr>")


def test_members_and_administrators_leave_nothing_to_others(cast, client_of):
    assert client_of(cast.member).get(LEAVE).status_code == 403
    assert client_of(cast.member).get(SETTINGS).status_code == 200


def test_ones_copy_holds_the_wishes_and_erasing_takes_them(cast, pair, system):
    from partybuild.notices.enums import MailWish
    from partybuild.notices.personal_data import Wishes
    from partybuild.notices.services.wishes import set_preference

    person = pair[0].person
    set_preference(
        person, mail=MailWish.EACH, sms=False, quiet_from=20, quiet_to=9, by=actor_in(pair[0])
    )
    leave(pair)
    ways, away = Wishes().copy(person)
    assert (ways["免打扰"], away["原因"]) == ("20:00—9:00", "年休假")
    assert Wishes().erase(person, by=system) == 2
    assert [row["原因"] for row in Wishes().copy(person)] == ["（已删除）"]
