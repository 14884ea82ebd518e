"""Members' proposals: who reads them, who answers, what the topic made of one tells."""

import pytest
from django.urls import reverse

from meetings.enums import ProposalState, TopicState
from meetings.exceptions import ProposalAlreadyAnswered, ProposalGoesElsewhere
from meetings.models import MemberProposal, Topic
from meetings.queries.proposals import Destination, destinations
from meetings.services import answer_proposal, send_proposal, withdraw_proposal
from partybuild.access import Role
from partybuild.notices.models import Notice
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_report_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(cast):
    """A member of the unit who has reported in at the community."""
    member = make_member(cast.unit, name="钱老实")
    make_report_in(member, cast.community)
    return member


@pytest.fixture
def post(member):
    """Their post as a member."""
    return make_post(Role.MEMBER, person=member.person)


def _send(member, *, council=None, **values):
    to = next(
        each
        for each in destinations(member.person_id)
        if (each.council is None) is (council is None)
    )
    values.setdefault("title", "楼道灯坏了三个月")
    values.setdefault("category", "service")
    return send_proposal(member.person, to=to, by=SYSTEM, **values)


def _url(name, *args):
    return reverse(f"meetings:{name}", args=[each.uid for each in args])


def test_member_proposes_to_the_community_and_the_unit_only(member, cast, council):
    assert [each.organization for each in destinations(member.person_id)] == [
        cast.committee,
        cast.unit,
    ]
    with pytest.raises(ProposalGoesElsewhere):
        send_proposal(
            member.person,
            to=Destination("unit:x", "别家", cast.second_unit),
            title="甲",
            category="service",
            by=SYSTEM,
        )


def test_member_sends_from_their_page(member, post, cast, council, client_of):
    client = client_of(post)
    assert client.get(_url("proposal-list")).status_code == 200
    data = {"to": f"unit:{cast.unit.uid}", "title": "食堂开放", "category": "service"}
    assert client.act(_url("proposal-create"), data).status_code == 302
    proposal = MemberProposal.objects.get()
    assert (proposal.person, proposal.organization, proposal.council) == (
        member.person,
        cast.unit,
        None,
    )
    # Mails do not say who wrote it.
    notice = Notice.objects.filter(kind="topic.proposal").first()
    assert "钱老实" not in notice.title + notice.body
    assert client_of(cast.liaison).get(_url("proposal-create")).status_code == 404


def test_what_goes_to_the_unit_is_read_by_the_unit_alone(member, post, cast, council, client_of):
    proposal = _send(member)
    url = proposal.get_absolute_url()
    assert "钱老实" in client_of(cast.liaison).get(url).content.decode()
    assert client_of(post).get(url).status_code == 200
    for other in (cast.secretary, cast.street_staff, cast.second_liaison, cast.outsider):
        assert client_of(other).get(url).status_code == 404


def test_what_goes_to_the_community_is_not_read_by_units(member, cast, council, client_of):
    proposal = _send(member, council=council)
    url = proposal.get_absolute_url()
    assert client_of(cast.secretary).get(url).status_code == 200
    for other in (cast.liaison, cast.second_liaison, cast.outsider):
        assert client_of(other).get(url).status_code == 404


def test_body_answers_once_and_the_member_is_told(member, cast, council, client_of):
    proposal = _send(member, council=council)
    url = _url("proposal-answer", proposal)
    data = {"answer": "已报修，周五前修好"}
    assert client_of(cast.outsider).act(url, data).status_code == 404
    # Who wrote it is for the community alone, not for those above.
    assert client_of(cast.street_staff).act(url, data).status_code == 404
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SENT
    assert client_of(cast.worker).act(url, data).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == (ProposalState.ANSWERED, "已报修，周五前修好")
    assert Notice.objects.filter(kind="topic.proposal_answered", person=member.person).exists()
    with pytest.raises(ProposalAlreadyAnswered):
        answer_proposal(proposal, answer="再答", by=SYSTEM)
    with pytest.raises(ProposalAlreadyAnswered):
        withdraw_proposal(proposal, by=SYSTEM)


def test_unit_makes_a_topic_of_it_without_the_name(member, cast, council, client_of):
    proposal = _send(member)
    client = client_of(cast.liaison)
    url = f"{_url('topic-create', council)}?made_of={proposal.uid}"
    assert "钱老实" not in client.get(url).content.decode()
    data = {"title": "开放食堂", "category": "service", "made_of": str(proposal.uid)}
    # Another unit does not reach it: its topic is one of its own.
    client_of(cast.second_liaison).act(_url("topic-create", council), data)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SENT
    assert client.act(_url("topic-create", council), data).status_code == 302
    proposal.refresh_from_db()
    topic = Topic.objects.get(organization=cast.unit)
    assert (proposal.state, proposal.topic) == (ProposalState.TAKEN_UP, topic)
    assert (topic.state, topic.proposer_name) == (TopicState.SUBMITTED, "")


def test_member_takes_it_back_while_nobody_has_dealt_with_it(member, post, cast, client_of):
    proposal = _send(member)
    url = _url("proposal-withdraw", proposal)
    assert client_of(cast.liaison).act(url).status_code == 403
    assert client_of(cast.outsider).act(url).status_code == 404
    assert client_of(post).act(url).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    assert "楼道灯" not in client_of(cast.liaison).get(_url("proposal-list")).content.decode()
