"""Guests, superiors, whoever was forgotten; several answers by proxy at once."""

import pytest
from django.urls import reverse

from meetings.enums import Answer, InvitedAs
from meetings.models import Invitee, Meeting, Receipt
from meetings.services import invite_besides, invite_units, send_notice
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.meetings import at, make_meeting, make_notified

pytestmark = pytest.mark.django_db


def test_guests_and_superiors_get_the_notice_and_owe_nothing(council, cast, client_of):
    meeting = make_meeting(council)
    guest = make_unit_organization("江湾区少年宫", cast.community)
    address = reverse("meetings:meeting-invite", args=(meeting.uid,))
    words = {
        "invited_as": "guest",
        "superior": "on",
        "organizations": [str(guest.uid)],
        "person_name": "居民代表甲",
    }
    assert client_of(cast.worker).act(address, words).status_code == 403
    assert client_of(cast.outsider).act(address, words).status_code == 404
    assert not Invitee.objects.exists()
    assert client_of(cast.secretary).act(address, words).status_code == 302
    assert Invitee.objects.count() == 3
    assert not Receipt.objects.exists()
    send_notice(meeting, by=SYSTEM)
    invited = dict(meeting.receipts.values_list("organization__name", "invited_as"))
    assert invited == {
        cast.unit.name: InvitedAs.MEMBER,
        cast.second_unit.name: InvitedAs.MEMBER,
        guest.name: InvitedAs.GUEST,
        cast.street_committee.name: InvitedAs.SUPERIOR,
    }
    debts = Obligation.objects.filter(duty="meeting.answer", subject_uid=meeting.uid)
    assert debts.count() == 2
    assert Notice.objects.filter(kind="meeting.notice", organization=guest).exists()


def test_a_planned_meeting_is_not_seen_by_its_guests_yet(council, cast):
    meeting = make_meeting(council)
    invite_besides(meeting, invited_as=InvitedAs.GUEST, organizations=[cast.other_unit], by=SYSTEM)
    from partybuild.accounts.actors import actor_in

    scope = actor_in(cast.other_liaison).scope
    assert not Meeting.objects.visible_to(scope).exists()
    send_notice(meeting, by=SYSTEM)
    assert Meeting.objects.visible_to(scope).get() == meeting


def test_whoever_is_added_later_gets_the_notice_at_once(council, cast, client_of):
    meeting = make_notified(council)
    guest = make_unit_organization("江湾区少年宫", cast.community)
    address = reverse("meetings:meeting-invite", args=(meeting.uid,))
    words = {"invited_as": "guest", "organizations": [str(guest.uid)]}
    client_of(cast.secretary).act(address, words)
    assert meeting.receipts.get(organization=guest).answer == Answer.WAITING
    assert Notice.objects.filter(kind="meeting.notice", organization=guest).exists()
    assert client_of(cast.secretary).act(address, words).status_code == 422
    assert meeting.receipts.count() == 3


def test_units_that_join_later_are_named_and_told_in_one_press(council, cast, client_of):
    meeting = make_notified(council)
    late = make_unit_organization("江湾区少年宫", cast.community)
    invite_units(council, organizations=[late], joined_on=today(), channel="paper", by=SYSTEM)
    page = client_of(cast.secretary).get(meeting.get_absolute_url())
    assert "还没有收到" in page.content.decode()
    address = reverse("meetings:meeting-invite-late", args=(meeting.uid,))
    assert client_of(cast.worker).act(address).status_code == 403
    assert client_of(cast.outsider).act(address).status_code == 404
    assert client_of(cast.secretary).act(address).status_code == 302
    receipt = meeting.receipts.get(organization=late)
    assert receipt.invited_as == InvitedAs.MEMBER
    assert Obligation.objects.filter(duty="meeting.answer", bearer_organization=late).exists()
    assert client_of(cast.secretary).act(address).status_code == 422


def test_who_has_no_notice_yet_is_taken_off_and_others_stay(council, cast, client_of):
    meeting = make_meeting(council)
    [row] = invite_besides(
        meeting, invited_as=InvitedAs.GUEST, organizations=[cast.other_unit], by=SYSTEM
    )
    address = reverse("meetings:invitee-remove", args=(row.uid,))
    assert client_of(cast.worker).act(address).status_code == 403
    assert client_of(cast.outsider).act(address).status_code == 404
    send_notice(meeting, by=SYSTEM)
    assert client_of(cast.secretary).act(address).status_code == 422
    row.refresh_from_db()
    assert row.is_current
    other = make_meeting(council)
    [row] = invite_besides(other, invited_as=InvitedAs.GUEST, person_name="居民代表甲", by=SYSTEM)
    address = reverse("meetings:invitee-remove", args=(row.uid,))
    assert client_of(cast.secretary).act(address).status_code == 302
    row.refresh_from_db()
    assert not row.is_current


def test_answers_of_several_units_on_one_page(council, cast, client_of, liaison):
    meeting = make_notified(council)
    address = reverse("meetings:receipts-proxy", args=(meeting.uid,))
    first, second = (
        meeting.receipts.get(organization=body).uid.hex for body in (cast.unit, cast.second_unit)
    )
    client = client_of(cast.worker)
    assert client.get(address).status_code == 200
    bare = {"channel": "phone", f"answer-{first}": "leave"}
    assert client.act(address, bare).status_code == 422
    assert client.act(address, {"channel": "phone"}).status_code == 422
    words = {
        "channel": "phone",
        f"answer-{first}": "leave",
        f"reason-{first}": "出差",
        f"answer-{second}": "attend",
        f"name-{second}": "王五",
    }
    assert client_of(cast.liaison).act(address, words).status_code == 403
    assert client.act(address, words).status_code == 302
    answers = dict(meeting.receipts.values_list("organization__name", "answer"))
    assert answers == {cast.unit.name: Answer.LEAVE, cast.second_unit.name: Answer.ATTEND}
    assert set(meeting.receipts.values_list("channel", flat=True)) == {"phone"}


def test_who_has_answered_meanwhile_is_left_alone(council, cast, client_of, liaison):
    from meetings.services import ProxyAnswer, answer_for_several, answer_notice

    meeting = make_notified(council)
    answer_notice(meeting, organization=cast.unit, answer=Answer.LEAVE, reason="出差", by=liaison)
    entered, left = answer_for_several(
        meeting,
        answers=[
            ProxyAnswer(cast.unit, Answer.ATTEND),
            ProxyAnswer(cast.second_unit, Answer.ATTEND),
        ],
        channel="phone",
        by=SYSTEM,
    )
    assert [row.organization for row in entered] == [cast.second_unit]
    assert left == [cast.unit]
    assert Receipt.objects.get(organization=cast.unit).answer == Answer.LEAVE


def test_read_state_of_each_unit(council, cast, secretary, client_of, clock):
    clock(2026, 3, 5, 9)
    meeting = send_notice(make_meeting(council, starts_at=at(2026, 3, 12)), by=secretary)
    notice = Notice.objects.get(
        kind="meeting.notice", organization=cast.unit, channel="in_app", person=cast.liaison.person
    )
    clock(2026, 3, 5, 9, 30)
    Notice.objects.filter(pk=notice.pk).update(read_at=at(2026, 3, 5, 9, 20))
    page = client_of(cast.secretary).get(meeting.get_absolute_url()).content.decode()
    assert "已读" in page
    assert "待发送" in page
