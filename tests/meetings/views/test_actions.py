"""Actions: who may, who looks, who is outside; each test looks at the row."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from meetings.enums import Answer, MeetingState, MinutesState, PartyState, ResolutionState, Via
from meetings.models import Council, Meeting, Minutes, Receipt, Resolution, Topic
from meetings.services import (
    accept_resolution,
    ask_extension,
    assign_resolution,
    save_minutes,
)
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    make_held,
    make_meeting,
    make_notified,
    make_resolution,
    make_topic,
)

pytestmark = pytest.mark.django_db


def _url(name, target):
    return reverse(f"meetings:{name}", args=(target.uid,))


def _three(cast, client_of):
    """Outsider and liaison first: what they must not change, the secretary then changes."""
    return (
        (client_of(cast.outsider), 404),
        (client_of(cast.liaison), 403),
        (client_of(cast.secretary), 302),
    )


def test_planning(council, cast, client_of):
    data = {
        "theme": "第一季度会议",
        "day": "2026-03-20",
        "starts": "14:30",
        "place": "二楼会议室",
        "items": "1. 通报情况\n2、研究工作",
    }
    for client, status in _three(cast, client_of):
        assert not Meeting.objects.exists()
        assert client.act(_url("meeting-plan", council), data).status_code == status
    meeting = Meeting.objects.get()
    assert (meeting.theme, meeting.period) == ("第一季度会议", "2026Q1")
    assert list(meeting.agenda_items.values_list("text", flat=True)) == ["通报情况", "研究工作"]


def test_notice(council, cast, client_of):
    meeting = make_meeting(council)
    for client, status in ((client_of(cast.worker), 403), (client_of(cast.liaison), 404)):
        # Before the notice a unit does not even see the meeting.
        assert client.act(_url("meeting-notify", meeting)).status_code == status
    assert client_of(cast.outsider).act(_url("meeting-notify", meeting)).status_code == 404
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED
    assert client_of(cast.secretary).act(_url("meeting-notify", meeting)).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.NOTIFIED


def test_late_notice_comes_back_with_the_question_why(council, cast, client_of, clock):
    meeting = make_meeting(council)
    clock(2026, 3, 11)
    client = client_of(cast.secretary)
    page = client.act(_url("meeting-notify", meeting))
    assert page.status_code == 422
    assert "最迟3月9日" in page.content.decode()
    assert client.act(_url("meeting-notify", meeting), {"urgent_reason": "防汛"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.late_reason == "防汛"


def test_cancelling(council, cast, client_of):
    meeting = make_notified(council)
    for client, status in _three(cast, client_of):
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.NOTIFIED
        answer = client.act(_url("meeting-cancel", meeting), {"reason": "台风"})
        assert answer.status_code == status
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED


def test_answering_one_s_own_notice(council, cast, client_of):
    meeting = make_notified(council)
    data = {"answer": "leave", "reason": "出差"}
    assert client_of(cast.outsider).act(_url("receipt-answer", meeting), data).status_code == 404
    assert client_of(cast.secretary).act(_url("receipt-answer", meeting), data).status_code == 403
    assert not meeting.receipts.answered().exists()
    assert client_of(cast.liaison).act(_url("receipt-answer", meeting), data).status_code == 302
    receipt = meeting.receipts.answered().get()
    assert (receipt.organization, receipt.answer, receipt.via) == (
        cast.unit,
        Answer.LEAVE,
        Via.POST,
    )


def test_answering_by_proxy_in_one_press(council, cast, client_of):
    meeting = make_notified(council)
    receipt = Receipt.objects.get(meeting=meeting, organization=cast.second_unit)
    data = {"channel": "phone", "answer": "attend", "seen": "waiting"}
    for client, status in (
        (client_of(cast.outsider), 404),
        (client_of(cast.liaison), 404),
        (client_of(cast.second_liaison), 403),
        (client_of(cast.worker), 302),
    ):
        receipt.refresh_from_db()
        assert receipt.answer == Answer.WAITING
        assert client.act(_url("receipt-proxy", receipt), data).status_code == status
    receipt.refresh_from_db()
    assert (receipt.answer, receipt.via, receipt.channel) == (Answer.ATTEND, Via.PROXY, "phone")


def test_presence_and_holding_in_one_press(council, cast, client_of, clock):
    meeting = make_notified(council)
    clock(2026, 3, 12, 16)
    data = {
        f"state-{cast.unit.uid.hex}": "present",
        f"name-{cast.unit.uid.hex}": "李四",
        f"state-{cast.second_unit.uid.hex}": "unrecorded",
        "guests": "王五 街道组织委员",
        "then": "hold",
    }
    for client, status in _three(cast, client_of):
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.NOTIFIED
        assert client.act(_url("presence-edit", meeting), data).status_code == status
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD
    assert set(meeting.presences.values_list("person_name", "state", "is_guest")) == {
        ("李四", "present", False),
        ("", "unrecorded", False),
        ("王五", "present", True),
    }


def test_holding_without_anybody_writes_nothing(council, cast, client_of, clock):
    meeting = make_notified(council)
    clock(2026, 3, 12, 16)
    data = {
        f"state-{cast.unit.uid.hex}": "absent",
        f"state-{cast.second_unit.uid.hex}": "absent",
        "then": "hold",
    }
    page = client_of(cast.secretary).act(_url("presence-edit", meeting), data)
    assert page.status_code == 422
    assert not meeting.presences.exists()


def test_entering_afterwards(council, cast, client_of):
    data = {
        "theme": "第一季度会议",
        "day": "2026-03-03",
        "starts": "14:30",
        "place": "二楼会议室",
        f"state-{cast.unit.uid.hex}": "present",
        f"state-{cast.second_unit.uid.hex}": "leave",
        "minutes_text": "一、听取情况。",
        "text-1": "修路灯",
        "lead-1": str(cast.unit.uid),
        "due-1": "2026-05-01",
    }
    for client, status in _three(cast, client_of):
        assert not Meeting.objects.exists()
        assert client.act(_url("meeting-enter", council), data).status_code == status
    meeting = Meeting.objects.get()
    assert (meeting.is_entered_afterwards, meeting.number) == (True, 1)
    assert meeting.resolutions.get().parties.get().organization == cast.unit


def test_foreign_unit_in_a_body_is_refused(council, cast, client_of):
    meeting = make_held(council)
    data = {"text": "修路灯", "lead": str(cast.other_unit.uid), "due_on": "2026-05-01"}
    client = client_of(cast.secretary)
    assert client.act(_url("resolution-create", meeting), data).status_code == 422
    assert not Resolution.objects.exists()
    invite = {"organizations": [str(cast.other_unit.uid)], "agreed": "no"}
    assert client.act(_url("council-invite", council), invite).status_code == 422
    assert council.members.count() == 2


def test_issuing(council, cast, client_of, secretary):
    meeting = make_held(council)
    save_minutes(meeting, text="甲", version=0, by=secretary)
    data = {"text": "甲乙", "version": 1, "signer": "other", "signer_name": "王五"}
    url = _url("minutes-issue", meeting)
    for post, status in ((cast.outsider, 404), (cast.liaison, 403), (cast.worker, 403)):
        assert client_of(post).act(url, data).status_code == status
    assert Minutes.objects.get().state == MinutesState.DRAFT
    assert client_of(cast.secretary).act(url, data).status_code == 302
    minutes = Minutes.objects.get()
    assert (minutes.state, minutes.text, minutes.number) == (MinutesState.ISSUED, "甲乙", 1)


def test_proposing_and_deciding(council, cast, client_of):
    data = {"title": "充电桩", "category": "service", "keep": ""}
    assert client_of(cast.outsider).act(_url("topic-create", council), data).status_code == 404
    assert client_of(cast.liaison).act(_url("topic-create", council), data).status_code == 302
    topic = Topic.objects.get()
    assert topic.organization == cast.unit
    decide = {"decision": "accepted"}
    for post, status in (
        (cast.outsider, 404),
        (cast.liaison, 403),
        (cast.worker, 403),
        (cast.secretary, 302),
    ):
        topic.refresh_from_db()
        assert topic.state == "submitted"
        assert client_of(post).act(_url("topic-decide", topic), decide).status_code == status
    topic.refresh_from_db()
    assert topic.state == "accepted"


def test_draft_of_a_topic_is_its_unit_s_alone(council, cast, client_of):
    make_topic(council, cast.unit, title="还没写好", submit=False)
    topic = Topic.objects.get()
    for post, status in ((cast.secretary, 404), (cast.second_liaison, 404), (cast.liaison, 200)):
        assert client_of(post).get(topic.get_absolute_url()).status_code == status


def test_working_on_a_resolution(council, cast, client_of, secretary):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    party = resolution.parties.get()
    url = _url("resolution-work", party)
    for post, status in ((cast.outsider, 404), (cast.second_liaison, 404)):
        assert client_of(post).act(url, {"deed": "accept"}).status_code == status
    # The secretary is led to the proxy's page: nothing is accepted in a unit's name unasked.
    assert client_of(cast.secretary).act(url, {"deed": "accept"}).status_code == 302
    party.refresh_from_db()
    assert party.state == PartyState.WAITING
    assert client_of(cast.liaison).act(url, {"deed": "accept"}).status_code == 302
    party.refresh_from_db()
    assert (party.state, party.via) == (PartyState.ACCEPTED, Via.POST)


def test_closing(council, cast, client_of, secretary):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    data = {"closing": "substantial"}
    for client, status in _three(cast, client_of):
        resolution.refresh_from_db()
        assert resolution.state == ResolutionState.ASSIGNED
        assert client.act(_url("resolution-close", resolution), data).status_code == status
    resolution.refresh_from_db()
    assert (resolution.state, resolution.closing) == (ResolutionState.CLOSED, "substantial")


def test_founding_a_council(cast, client_of):
    data = {
        "area": str(cast.community.uid),
        "kind": "joint_meeting",
        "name": "和平社区党建联席会",
    }
    url = reverse("meetings:council-create")
    assert client_of(cast.liaison).act(url, data).status_code == 403
    assert client_of(cast.outsider).act(url, data).status_code == 422
    assert not Council.objects.exists()
    assert client_of(cast.secretary).act(url, data).status_code == 302
    assert Council.objects.get().convener == cast.committee
    again = client_of(cast.secretary).act(url, data)
    assert (again.status_code, Council.objects.count()) == (422, 1)
    assert "本区域已有同名的联席会" in again.content.decode()


def test_form_from_another_post_is_refused(council, cast, client_of):
    meeting = make_meeting(council)
    client = client_of(cast.secretary)
    page = client.post(
        _url("meeting-cancel", meeting),
        {"reason": "台风", "nonce": str(uuid.uuid4()), "post": str(cast.outsider.uid)},
    )
    assert page.status_code == 409
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED


def _error_of(page, name):
    """Return the sentence at a field of a page, which the field points at."""
    field = re.search(rf'<[^>]*name="{name}"[^>]*aria-invalid="true"[^>]*>', page)
    assert field, f"{name} is not marked"
    (ids,) = re.findall(r'aria-describedby="([^"]+)"', field.group())
    found = [re.search(rf'id="{each}"[^>]*>(.*?)</p>', page, re.DOTALL) for each in ids.split()]
    return " ".join(each.group(1) for each in found if each)


def test_what_a_service_misses_is_said_at_its_field(council, cast, client_of):
    resolution = make_resolution(make_held(council), cast.liaison.organization)
    assign_resolution(resolution, by=SYSTEM)
    party = accept_resolution(resolution.parties.get(), by=SYSTEM, channel="phone")
    later = resolution.due_on + timedelta(days=9)
    extension = ask_extension(party, due_on=later, reason="缺材料", by=SYSTEM, channel="phone")
    client = client_of(cast.secretary)
    denied = client.act(_url("extension-decide", extension), {"decision": "deny", "due_on": ""})
    assert denied.status_code == 422
    assert "请写明原因" in _error_of(denied.content.decode(), "opinion")
    closed = client.act(_url("resolution-close", resolution), {"closing": "stage", "text": "一期"})
    assert closed.status_code == 422
    assert "下次复查日期" in _error_of(closed.content.decode(), "review_on")
    assert "一期" in closed.content.decode()
