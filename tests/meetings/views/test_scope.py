"""Numbers of people stay with those who ring them up; what is only planned is the convener's."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from meetings.models import AgendaItem, CouncilMember, Receipt
from meetings.services import (
    AgendaLine,
    accept_resolution,
    answer_notice,
    assign_resolution,
    invite_units,
    issue_minutes,
    save_minutes,
)
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    make_accepted_topic,
    make_council,
    make_held,
    make_meeting,
    make_notified,
    make_resolution,
)
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db
PHONE = "13900007777"


def _path(target, action, organization=None):
    link = issue_link(target, action=action, days=30, organization=organization, by=SYSTEM)
    return re.sub(r"^https?://[^/]+", "", link_url(link))


@pytest.mark.parametrize("in_group", [True, False])
def test_a_link_sends_no_number_given_before(council, cast, in_group):
    meeting = make_notified(council)
    answer_notice(
        meeting,
        organization=cast.unit,
        answer="attend",
        attendee_name="李四",
        attendee_phone=PHONE,
        by=SYSTEM,
    )
    path = _path(meeting, "meeting.answer", None if in_group else cast.unit)
    page = Client().get(path, {"unit": str(cast.unit.uid)})
    assert page.status_code == 200
    assert PHONE not in page.content.decode()
    form = {"unit": str(cast.unit.uid), "answer": "attend", "attendee_name": "李四", "people": "2"}
    assert Client().post(path, form).status_code == 302
    receipt = Receipt.objects.get(meeting=meeting, organization=cast.unit)
    # The same person, left blank: the number is kept.
    assert (receipt.people, receipt.attendee_phone) == (2, PHONE)


def test_an_invitations_link_sends_no_number(cast):
    council = make_council(cast.community, cast.committee)
    invite_units(council, organizations=[cast.unit], by=SYSTEM)
    CouncilMember.objects.filter(council=council).update(liaison_phone=PHONE)
    path = _path(council, "council.answer")
    page = Client().get(path, {"unit": str(cast.unit.uid)})
    assert page.status_code == 200
    assert PHONE not in page.content.decode()
    Client().post(path, {"unit": str(cast.unit.uid), "decision": "accept"})
    member = CouncilMember.objects.get(council=council, organization=cast.unit)
    assert (member.state, member.liaison_phone) == ("member", PHONE)


def test_the_number_of_who_is_in_charge_stays_between_unit_and_convener(council, cast, client_of):
    meeting = make_held(council)
    resolution = make_resolution(meeting, cast.unit)
    minutes = save_minutes(meeting, text="议定一项。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="张三", version=minutes.version, by=SYSTEM)
    resolution.refresh_from_db()
    assign_resolution(resolution, by=SYSTEM)
    party = resolution.parties.get(organization=cast.unit)
    accept_resolution(party, in_charge_name="李四", in_charge_phone=PHONE, by=SYSTEM)
    path = reverse("meetings:resolution-detail", args=(resolution.uid,))

    def shows(post):
        page = client_of(post).get(path)
        assert page.status_code == 200
        return PHONE in page.content.decode()

    assert shows(cast.secretary)
    assert shows(cast.liaison)
    assert not shows(cast.second_liaison)
    assert not shows(cast.city_staff)


def test_a_meeting_nobody_was_told_of_is_not_named(council, cast, client_of):
    topic = make_accepted_topic(council, cast.unit)
    make_meeting(council, theme="还没有通知的会议", agenda=[AgendaLine(topic=topic)])
    path = reverse("meetings:topic-detail", args=(topic.uid,))
    assert "还没有通知的会议" in client_of(cast.secretary).get(path).content.decode()
    assert "还没有通知的会议" not in client_of(cast.liaison).get(path).content.decode()


def test_ids_of_elsewhere_are_no_choices(council, cast, client_of):
    for body in (cast.unit, cast.other_unit):
        make_unit_of(body)
    other = make_council(cast.other_community, cast.other_committee, cast.other_unit)
    foreign = make_accepted_topic(other, cast.other_unit)
    held = make_held(council)
    client = client_of(cast.secretary)
    here, elsewhere = f"/meetings/councils/{council.uid}/", str(cast.other_unit.uid)
    forms = {
        f"{here}invite/": {"organizations": [elsewhere], "agreed": "yes", "channel": "phone"},
        f"{here}topics/new/": {"title": "停车", "category": "service", "organization": elsewhere},
        f"/meetings/{held.uid}/resolutions/new/": {"text": "某事", "lead": elsewhere},
        "/meetings/councils/new/": {
            "area": str(cast.sibling.uid),
            "name": "新会",
            "kind": "joint_meeting",
        },
        "/units/new/": {"name": "甲单位", "area": str(cast.sibling.uid), "kind": "institution"},
        "/organizations/new/": {
            "name": "甲支部",
            "area": str(cast.sibling.uid),
            "kind": "branch",
        },
    }
    assert {client.act(path, form).status_code for path, form in forms.items()} == {422}
    plan = {"theme": "会", "day": "2026-03-20", "starts": "14:30", "place": "二楼", "items": ""}
    client.act(f"{here}plan/", {**plan, "topics": [str(foreign.uid)]})
    assert not AgendaItem.objects.filter(topic=foreign).exists()
