"""What in-service members propose, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from meetings.enums import EventKind, ProposalState
from meetings.exceptions import (
    ProposalAlreadyAnswered,
    ProposalGoesElsewhere,
    ReasonIsMissing,
)
from meetings.models import Council, MemberProposal, Topic
from meetings.queries.proposals import Destination, destinations
from meetings.services import wording
from meetings.services.topics import propose_topic
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.people.models import Person


@transaction.atomic
def send_proposal(
    person: Person,
    *,
    to: Destination,
    title: str,
    category: str,
    by: Actor,
    situation: str = "",
    may_be_named: bool = False,
) -> MemberProposal:
    """Hand a member's proposal to their unit or to the community where they have reported in."""
    if to.key not in {each.key for each in destinations(person.pk)}:
        raise ProposalGoesElsewhere
    proposal = MemberProposal(
        person=person,
        organization=to.organization,
        council=to.council,
        title=title,
        category=category,
        situation=situation,
        may_be_named=may_be_named,
        sent_on=today(),
    )
    proposal.full_clean()
    proposal.save()
    record_event(EventKind.PROPOSAL_SENT, target=proposal, by=by)
    notify(
        kind="topic.proposal",
        subject=proposal,
        recipients=[Recipient(organization=to.organization)],
        # Who wrote it stands on its page only, not in mails.
        title=f"收到党员建议：{title}",
        body="请登录查看，可以采用为议题，也可以直接答复。",
        path=proposal.get_absolute_url(),
        by=by,
    )
    return proposal


@transaction.atomic
def take_up_proposal(taken: MemberProposal, *, council: Council, by: Actor, **values: Any) -> Topic:
    """Make a topic of a proposal: its body proposes it; the member is told."""
    claimed = _claimed(taken)
    topic = propose_topic(council, organization=claimed.organization, by=by, **values)
    _settle(claimed, by, state=ProposalState.TAKEN_UP, topic=topic)
    return topic


@transaction.atomic
def answer_proposal(proposal: MemberProposal, *, answer: str, by: Actor) -> MemberProposal:
    """Answer a proposal that becomes no topic; the member reads why, or what was done at once."""
    if not answer.strip():
        raise ReasonIsMissing
    claimed = _claimed(proposal)
    _settle(claimed, by, state=ProposalState.ANSWERED, answer=answer.strip()[:500])
    proposal.refresh_from_db()
    return proposal


def _claimed(proposal: MemberProposal) -> MemberProposal:
    """Hold a proposal that nobody has dealt with; of two at once the second is refused."""
    claimed = (
        MemberProposal.objects.select_for_update(of=("self",))
        .select_related("organization", "person")
        .filter(pk=proposal.pk, state=ProposalState.SENT)
        .first()
    )
    if claimed is None:
        raise ProposalAlreadyAnswered
    return claimed


def _settle(proposal: MemberProposal, by: Actor, **values: Any) -> None:
    for name, value in {**values, "answered_on": today()}.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=(*values, "answered_on"))
    record_event(EventKind.PROPOSAL_ANSWERED, target=proposal, by=by, reason=proposal.answer)
    notify(
        kind="topic.proposal_answered",
        subject=proposal,
        recipients=[Recipient(person=proposal.person)],
        title=wording.proposal_title(proposal.title, str(proposal.get_state_display())),
        body=proposal.answer or wording.proposal_title(proposal.title, "已列为议题提出"),
        path=proposal.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def withdraw_proposal(proposal: MemberProposal, *, by: Actor) -> None:
    """Take one's own proposal back while nobody has dealt with it."""
    # The filter is the lock: taken up at the same moment, it is no longer the member's to take back.
    if not MemberProposal.objects.filter(pk=proposal.pk, state=ProposalState.SENT).update(
        state=ProposalState.WITHDRAWN
    ):
        raise ProposalAlreadyAnswered
    record_event(EventKind.PROPOSAL_WITHDRAWN, target=proposal, by=by)
