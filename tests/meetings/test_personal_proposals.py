"""What the platform holds of a member's proposals, for the member."""

import pytest

from meetings.models import MemberProposal
from meetings.personal_data import Proposals
from meetings.queries.proposals import destinations
from meetings.services import send_proposal
from tests.factories.core import SYSTEM
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def test_proposals_are_in_ones_copy_and_their_text_goes_with_erasing(cast):
    member, other = make_member(cast.unit), make_member(cast.unit)
    for each in (member, other):
        send_proposal(
            each.person,
            to=destinations(each.person_id)[0],
            title="食堂开放",
            category="service",
            situation="中午有空位",
            by=SYSTEM,
        )
    held = Proposals()
    (row,) = held.copy(member.person)
    assert "食堂开放" in row.values()
    assert held.erase(member.person, by=SYSTEM) == 1
    texts = dict(MemberProposal.objects.values_list("person", "situation"))
    assert texts == {member.person_id: "", other.person_id: "中午有空位"}
