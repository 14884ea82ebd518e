"""What membership brings into sight, and what it does not let change."""

import pytest
from django.urls import reverse

from meetings.enums import MemberState
from meetings.models import Council, CouncilMember
from meetings.notices import notices_of_meetings_called_off
from meetings.panels import next_meetings
from meetings.services import cancel_meeting, end_membership, invite_units, postpone_meeting
from partybuild.access import may
from partybuild.accounts.actors import actor_in
from partybuild.notices.models import Notice
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_council, make_meeting, make_notified
from units.models import ResidentUnit

pytestmark = pytest.mark.django_db


def test_invited_unit_from_elsewhere_comes_into_sight_but_is_not_theirs_to_change(
    cast, council, secretary
):
    ResidentUnit.objects.create(organization=cast.other_unit, kind="office")
    units = ResidentUnit.objects.visible_to(secretary.scope)
    assert not units.filter(pk=cast.other_unit.pk).exists()
    (member,) = invite_units(council, organizations=[cast.other_unit], by=SYSTEM)
    unit = units.get(pk=cast.other_unit.pk)
    assert Organization.objects.visible_to(secretary.scope).filter(pk=unit.pk).exists()
    assert not may(secretary, "unit.change", unit)
    assert not may(secretary, "organization.change", cast.other_unit)
    end_membership(member, reason="搬迁", by=SYSTEM)
    assert not units.filter(pk=cast.other_unit.pk).exists()


def test_street_council_is_seen_by_member_committees_only(cast, client_of):
    council = make_council(cast.street, cast.street_committee, cast.committee)
    meeting = make_notified(council)
    page = council.get_absolute_url()
    assert client_of(cast.secretary).get(page).status_code == 200
    assert client_of(cast.secretary).get(meeting.get_absolute_url()).status_code == 200
    assert client_of(cast.sibling_secretary).get(page).status_code == 404
    # In sight as a member, but the street's to run.
    cancel = reverse("meetings:meeting-cancel", args=(meeting.uid,))
    assert client_of(cast.secretary).act(cancel, {"reason": "x"}).status_code == 403


def test_unit_that_left_does_not_see_the_council_any_more(cast, council, liaison):
    member = council.members.get(organization=cast.unit)
    assert Council.objects.visible_to(liaison.scope).exists()
    end_membership(member, reason="搬迁", by=SYSTEM)
    assert not Council.objects.visible_to(liaison.scope).exists()
    assert CouncilMember.objects.get(pk=member.pk).state == MemberState.LEFT


def test_home_shows_what_is_coming_to_those_who_take_part(cast, council, liaison, secretary):
    meeting = make_notified(council)
    make_meeting(council, theme="还没通知的会")
    assert [line.title for line in next_meetings(liaison)] == [meeting.theme]
    assert len(next_meetings(secretary)) == 2
    assert next_meetings(actor_in(cast.outsider)) == []


def test_invitation_does_not_go_out_once_the_meeting_was_moved_or_cancelled(council, secretary):
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    first = list(Notice.objects.filter(kind="meeting.notice"))
    assert notices_of_meetings_called_off(first) == {}
    postpone_meeting(meeting, starts_at=at(2026, 3, 19), reason="场地维修", by=secretary)
    assert set(notices_of_meetings_called_off(first)) == {notice.pk for notice in first}
    second = list(Notice.objects.filter(kind="meeting.postponed"))
    assert notices_of_meetings_called_off(second) == {}
    cancel_meeting(meeting, reason="台风", by=secretary)
    assert set(notices_of_meetings_called_off(second)) == {notice.pk for notice in second}
