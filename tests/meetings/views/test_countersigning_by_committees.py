"""A committee that sits in the street's council countersigns as that party; the street enters by proxy."""

import pytest
from django.urls import reverse

from meetings.enums import Audience, Countersigned, Via
from meetings.models import Countersignature
from meetings.services import circulate_minutes, save_minutes
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.calendar import today
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.core import SYSTEM, make_post
from tests.factories.meetings import make_council, make_held

pytestmark = pytest.mark.django_db


@pytest.fixture
def circulation(cast):
    council = make_council(cast.street, cast.street_committee, cast.committee, cast.unit)
    minutes = save_minutes(make_held(council), text="议定一项。", version=0, by=SYSTEM)
    return circulate_minutes(minutes, audience=Audience.PRESENT, version=1, by=SYSTEM)


@pytest.mark.parametrize("who", ["secretary", "worker"])
def test_committee_in_the_streets_council_countersigns_itself(cast, client_of, circulation, who):
    client = client_of(getattr(cast, who))
    page = reverse("meetings:minutes-countersign", args=(circulation.uid,))
    assert "提交会签" in client.get(page).content.decode()
    assert "会签“" in client.get("/").content.decode(), "the debt is on the to-do list"
    assert client.act(page, {"answer": "agreed"}).status_code == 302
    own = circulation.signatures.get(organization=cast.committee)
    assert (own.answer, own.via) == (Countersigned.AGREED, Via.POST)
    debt = Obligation.objects.get(subject_uid=circulation.uid, bearer_organization=cast.committee)
    assert debt.paid_at is not None
    # Another's word is not the committee's to give.
    assert circulation.signatures.get(organization=cast.unit).answer == Countersigned.WAITING


def test_committee_outside_the_council_finds_nothing(cast, client_of, circulation):
    page = reverse("meetings:minutes-countersign", args=(circulation.uid,))
    client = client_of(cast.sibling_secretary)
    assert client.get(page).status_code == 404
    assert client.act(page, {"answer": "agreed"}).status_code == 404


def test_street_enters_what_a_unit_said(cast, client_of, circulation):
    street = make_post(Role.COMMITTEE, cast.street_committee, name="党建办主任")
    signature = Countersignature.objects.get(circulation=circulation, organization=cast.unit)
    page = reverse("meetings:minutes-countersign-proxy", args=(signature.uid,))
    client = client_of(street)
    assert page in client.get(circulation.get_absolute_url()).content.decode()
    sent = {"answer": "agreed", "channel": "phone", "reason": ""}
    assert client.act(page, sent).status_code == 302
    signature.refresh_from_db()
    assert (signature.answer, signature.via) == (Countersigned.AGREED, Via.PROXY)
    assert actor_in(street).organization_id == cast.street_committee.pk


def test_meeting_says_that_its_minutes_are_out_for_countersigning(cast, client_of, circulation):
    street = make_post(Role.COMMITTEE, cast.street_committee, name="党建办主任")
    page = client_of(street).get(circulation.minutes.meeting.get_absolute_url()).content.decode()
    assert "纪要正在会签" in page
    assert "还没有印发" not in page
    assert circulation.get_absolute_url() in page


def test_meeting_held_before_the_first_sweep_is_not_asked_for_again(cast):
    council = make_council(cast.community, cast.committee, cast.unit)
    Obligation.objects.filter(duty="meeting.hold").delete()
    make_held(council)
    open_duties(on=today(), by=SYSTEM)
    debt = Obligation.objects.get(duty="meeting.hold", subject_uid=council.uid)
    assert debt.paid_at is not None
