"""Signed links: one page, its buttons post, and what it says when it is over."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from meetings.enums import Answer, MemberState, PartyState, ResolutionState, Via
from meetings.models import CouncilMember, Progress, Receipt, ResolutionParty
from meetings.services import (
    accept_resolution,
    assign_resolution,
    cancel_meeting,
    invite_units,
    take_back_notice,
)
from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link
from partybuild.areas.services import set_parameter
from partybuild.documents.models import Attachment
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.files import upload
from tests.factories.meetings import make_council, make_held, make_notified, make_resolution

pytestmark = pytest.mark.django_db


def _path(target, action, organization=None):
    link = issue_link(target, action=action, days=30, organization=organization, by=SYSTEM)
    return re.sub(r"^https?://[^/]+", "", link_url(link))


def test_unit_answers_from_its_link_without_signing_in(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    browser = Client()
    page = browser.get(path)
    assert page.status_code == 200
    assert Receipt.objects.get(meeting=meeting, organization=cast.unit).answer == Answer.WAITING
    answered = browser.post(path, {"answer": "attend", "attendee_name": "李四"}, follow=True)
    receipt = Receipt.objects.get(meeting=meeting, organization=cast.unit)
    assert (receipt.answer, receipt.attendee_name, receipt.via) == (Answer.ATTEND, "李四", Via.LINK)
    assert receipt.number in answered.content.decode()
    debt = Obligation.objects.get(
        duty="meeting.answer", subject_uid=meeting.uid, bearer_organization=cast.unit
    )
    assert debt.state == ObligationState.FILED


def test_refused_form_comes_back_filled(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    page = Client().post(path, {"answer": "leave", "attendee_name": "李四"})
    assert page.status_code == 422
    assert "请写明请假原因" in page.content.decode()
    assert "李四" in page.content.decode()
    assert Receipt.objects.get(meeting=meeting, organization=cast.unit).answer == Answer.WAITING


def test_group_link_asks_which_unit_answers(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer")
    browser = Client()
    page = browser.get(path).content.decode()
    assert cast.unit.name in page
    assert cast.other_unit.name not in page
    browser.post(path, {"unit": str(cast.second_unit.uid), "answer": "attend"})
    answers = dict(meeting.receipts.values_list("organization__name", "answer"))
    assert answers == {cast.unit.name: Answer.WAITING, cast.second_unit.name: Answer.ATTEND}


def test_link_of_one_unit_does_not_answer_for_another(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    Client().post(path, {"unit": str(cast.second_unit.uid), "answer": "attend"})
    answers = dict(meeting.receipts.values_list("organization__name", "answer"))
    assert answers == {cast.unit.name: Answer.ATTEND, cast.second_unit.name: Answer.WAITING}


def test_group_link_answers_for_no_stranger(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer")
    page = Client().post(path, {"unit": str(cast.other_unit.uid), "answer": "attend"})
    assert page.status_code == 422
    assert not meeting.receipts.answered().exists()


def test_link_expired_taken_back_or_over_says_what_to_do(council, cast, secretary, clock):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    clock(2026, 5, 5)
    assert Client().get(path).status_code == 410
    clock(2026, 3, 5)
    cancel_meeting(meeting, reason="台风", by=secretary)
    assert "会议已取消" in Client().get(path).content.decode()
    page = Client().post(path, {"answer": "attend"})
    assert "会议已取消" in page.content.decode()
    assert not meeting.receipts.answered().exists()


def test_link_of_a_notice_taken_back_is_taken_back(council, cast, secretary):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    take_back_notice(meeting, by=secretary)
    assert Client().get(path).status_code == 410
    assert not SignedLink.objects.filter(target_uid=meeting.uid, revoked_at=None).exists()


def test_form_sent_twice_counts_once(council, cast):
    meeting = make_notified(council)
    path = _path(meeting, "meeting.answer", cast.unit)
    data = {"answer": "attend", "nonce": "5b6f0a3c-56d5-4a67-9d4c-62fba1c1c0de"}
    browser = Client()
    first, second = browser.post(path, data), browser.post(path, data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]


def test_unit_accepts_and_reports_from_its_link(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    path = _path(resolution, "resolution.work", cast.unit)
    browser = Client()
    assert browser.get(path).status_code == 200
    page = browser.post(path, {"deed": "accept", "in_charge_name": "李四"}, follow=True)
    party = resolution.parties.get()
    assert (party.state, party.in_charge_name, party.via) == (PartyState.ACCEPTED, "李四", Via.LINK)
    assert party.number in page.content.decode()
    assert browser.post(path, {"deed": "report"}).status_code == 422
    browser.post(path, {"deed": "report", "text": "已装好20个"})
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.REPORTED
    assert "不需要办理" in browser.get(path).content.decode()


def test_unit_returns_from_its_link_with_a_reason(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    path = _path(resolution, "resolution.work", cast.unit)
    Client().post(path, {"deed": "return", "text": "不属本单位职责"})
    party = resolution.parties.get()
    assert (party.state, party.reason) == (PartyState.RETURNED, "不属本单位职责")


def test_unit_joins_from_its_link(cast, secretary):
    council = make_council(cast.community, cast.committee)
    invite_units(council, organizations=[cast.unit, cast.second_unit], by=secretary)
    browser = Client()
    own = _path(council, "council.answer", cast.unit)
    assert browser.get(own).status_code == 200
    browser.post(own, {"decision": "accept", "representative_name": "李四"})
    group = _path(council, "council.answer")
    assert cast.unit.name not in browser.get(group).content.decode()
    browser.post(
        group, {"unit": str(cast.second_unit.uid), "decision": "decline", "reason": "人手不足"}
    )
    states = dict(
        CouncilMember.objects.filter(council=council).values_list("organization__name", "state")
    )
    assert states == {
        cast.unit.name: MemberState.MEMBER,
        cast.second_unit.name: MemberState.DECLINED,
    }


def test_the_units_own_link_shows_all_it_answers_for_and_takes_progress(council, cast, client):
    """One link on the phone: accept one, write on another, nothing of other units."""
    held = make_held(council)
    rows = [
        make_resolution(held, cast.unit, text="修路灯"),
        make_resolution(held, cast.unit, text="装护栏"),
        make_resolution(held, cast.second_unit, text="别家的事"),
    ]
    for row in rows:
        assign_resolution(row, by=SYSTEM)
    parties = {
        party.resolution.text: party
        for party in ResolutionParty.objects.filter(organization=cast.unit)
    }
    accept_resolution(parties["装护栏"], by=SYSTEM, channel="phone")
    link = SignedLink.objects.get(
        action="resolution.work", target_uid=cast.unit.uid, organization=cast.unit
    )
    url = link_url(link)
    page = client.get(url)
    text = page.content.decode()
    assert ("修路灯" in text, "装护栏" in text, "别家的事" in text) == (True, True, False)
    page = client.post(url, {"accept": str(parties["修路灯"].uid)})
    assert page.status_code == 302
    parties["修路灯"].refresh_from_db()
    assert (parties["修路灯"].state, parties["修路灯"].via) == ("accepted", "link")
    page = client.post(url, {f"text-{parties['装护栏'].uid}": "已进场施工"})
    assert page.status_code == 302
    assert Progress.objects.get(kind="note").text == "已进场施工"
    assert client.post(url, {}).status_code == 422
    # Another unit's row named in the form is not found among one's own.
    other = rows[2].parties.get()
    client.post(url, {"accept": str(other.uid)})
    other.refresh_from_db()
    assert other.state == "waiting"


def test_the_units_own_link_opens_one_with_all_its_deeds(council, cast, client):
    """Asking for time, then reporting done with a photograph, from the one link of a unit."""
    held = make_held(council)
    mine, theirs = make_resolution(held, cast.unit), make_resolution(held, cast.second_unit)
    for row in (mine, theirs):
        assign_resolution(row, by=SYSTEM)
    own = link_url(
        SignedLink.objects.get(target_uid=cast.unit.uid, organization=cast.unit, revoked_at=None)
    )
    party = mine.parties.get()
    item = f"{own}?item={party.uid}"
    assert item.split("/", 3)[3] in client.get(own).content.decode()
    assert client.get(item).status_code == 200
    day = mine.due_on + timedelta(days=30)
    asked = client.post(item, {"deed": "extend", "due_on": str(day), "text": "设备未到货"})
    assert asked.status_code == 302
    assert mine.extensions.get().wanted_on == day
    said = {"deed": "report", "text": "已装好20个"}
    wrong = client.post(item, {**said, "files": upload(b"MZ\x90", "完工.exe")})
    assert wrong.status_code == 422
    assert "完工.exe" in wrong.content.decode()
    assert Progress.objects.filter(kind="report").count() == 0
    done = client.post(item, {**said, "files": [upload(), upload(name="二.pdf")]}, follow=True)
    assert party.number in done.content.decode()
    mine.refresh_from_db()
    assert mine.state == ResolutionState.REPORTED
    line = Progress.objects.get(kind="report")
    assert Attachment.objects.filter(subject_uid=line.uid, kind="progress.proof").count() == 2
    # Another unit's row is not opened by this unit's link, nor nonsense.
    for uid in (theirs.parties.get().uid, "x"):
        assert client.get(f"{own}?item={uid}").status_code == 404


def test_the_mail_of_an_assignment_leads_to_the_deed_first(council, cast):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    mail = Notice.objects.filter(kind="resolution.assigned", channel="mail").first()
    assert "http" not in mail.body
    assert (mail.link_action, mail.link_uid) == ("resolution.work", resolution.uid)
    own = SignedLink.objects.get(target_uid=cast.unit.uid, organization=cast.unit)
    page = Client().get(_path(resolution, "resolution.work", cast.unit)).content.decode()
    assert link_url(own) in page
    # The group's link names no unit: it leads nowhere else.
    group = Client().get(_path(resolution, "resolution.work"), {"unit": str(cast.unit.uid)})
    assert link_url(own) not in group.content.decode()


def test_a_units_links_bring_so_many_files_a_day(council, cast, client):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    set_parameter(cast.city, key="upload.files_per_day", value=1, by=SYSTEM)
    path = _path(resolution, "resolution.work", cast.unit)
    said = {"deed": "note", "text": "进场"}
    assert client.post(path, {**said, "files": upload()}).status_code == 302
    refused = client.post(path, {**said, "files": upload()})
    assert refused.status_code == 422
    assert "24小时内最多上传1个文件" in refused.content.decode()
    assert client.post(path, said).status_code == 302
