"""Calling for topics, proposing them, deciding on them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from meetings.enums import EventKind, MemberState, TopicState
from meetings.exceptions import CouncilHasEnded, NotAMember, ReasonIsMissing, TopicAlreadyDecided
from meetings.models import Council, CouncilMember, Topic, TopicCall
from meetings.services.doors import via_of
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import Period, today
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization
from partybuild.ui.filters import date_cn


@transaction.atomic
def call_for_topics(
    council: Council, *, period: Period, due_on: date, by: Actor, note: str = ""
) -> TopicCall:
    """Ask the members for topics until a day."""
    if council.ended_on is not None:
        raise CouncilHasEnded
    call = TopicCall.objects.create(council=council, period=str(period), due_on=due_on, note=note)
    record_event(EventKind.TOPICS_CALLED, target=council, by=by, changes={"due_on": str(due_on)})
    members = council.members.members().select_related("organization")
    notify(
        kind="topic.called",
        subject=call,
        recipients=[
            Recipient(organization=member.organization)
            for member in members
            if member.organization_id != council.convener_id
        ],
        title=f"征集{period.label}{council.name}议题",
        body=f"请于{date_cn(due_on)}前提出{period.label}议题。{note}".strip(),
        path=council.get_absolute_url(),
        by=by,
    )
    return call


@transaction.atomic
def propose_topic(
    council: Council,
    *,
    organization: Organization,
    title: str,
    category: str,
    by: Actor,
    submit: bool = True,
    channel: str = "",
    proposed_on: date | None = None,
    **values: Any,
) -> Topic:
    """Write a topic for a council; submitted at once unless it is to stay a draft."""
    if council.ended_on is not None:
        raise CouncilHasEnded
    takes_part = organization.pk == council.convener_id or (
        CouncilMember.objects.filter(
            council=council, organization=organization.pk, state=MemberState.MEMBER
        ).exists()
    )
    if not takes_part:
        raise NotAMember
    topic = Topic(
        council=council,
        organization=organization,
        title=title,
        category=category,
        proposed_on=(proposed_on or today()) if submit else None,
        state=TopicState.SUBMITTED if submit else TopicState.DRAFT,
        via=via_of(by, organization, channel),
        channel=channel,
        **values,
    )
    topic.full_clean()
    topic.save()
    kind = EventKind.TOPIC_SUBMITTED if submit else EventKind.TOPIC_DRAFTED
    record_event(kind, target=topic, by=by)
    return topic


@transaction.atomic
def submit_topic(topic: Topic, *, by: Actor, **values: Any) -> Topic:
    """Hand in a draft, with what was still changed in it."""
    for name, value in values.items():
        setattr(topic, name, value)
    topic.proposed_on = today()
    topic.full_clean()
    # A returned topic may be handed in again, corrected.
    if not Topic.objects.filter(
        pk=topic.pk, state__in=(TopicState.DRAFT, TopicState.RETURNED)
    ).update(**values, state=TopicState.SUBMITTED, proposed_on=topic.proposed_on, decided_on=None):
        raise TopicAlreadyDecided
    topic.refresh_from_db()
    record_event(EventKind.TOPIC_SUBMITTED, target=topic, by=by)
    return topic


@transaction.atomic
def decide_topic(topic: Topic, *, decision: TopicState, by: Actor, reason: str = "") -> Topic:
    """Admit a topic to the agenda, defer, refer or return it with a reason; the unit is told."""
    if decision in {TopicState.DRAFT, TopicState.SUBMITTED}:
        raise ValueError(f"{decision} is no decision")
    if decision != TopicState.ACCEPTED and not reason.strip():
        raise ReasonIsMissing
    if not Topic.objects.filter(pk=topic.pk, state=TopicState.SUBMITTED).update(
        state=decision, decision_reason=reason.strip(), decided_on=today()
    ):
        raise TopicAlreadyDecided
    topic.refresh_from_db()
    record_event(
        EventKind.TOPIC_DECIDED,
        target=topic,
        by=by,
        reason=reason,
        changes={"state": [TopicState.SUBMITTED.value, topic.state]},
    )
    if topic.organization_id != topic.council.convener_id:
        notify(
            kind="topic.decided",
            subject=topic,
            recipients=[Recipient(organization=topic.organization)],
            title=f"议题“{topic.title}”：{topic.get_state_display()}",
            body="\n".join(
                filter(
                    None,
                    (f"{topic.council.name}的审核意见：{topic.get_state_display()}。", reason),
                )
            ),
            path=topic.get_absolute_url(),
            step=str(topic.decided_on),
            by=by,
        )
    return topic


@transaction.atomic
def carry_topic_forward(topic: Topic, *, by: Actor) -> Topic:
    """Put a deferred topic up again: a copy waits for a decision, the earlier one stays as it was."""
    if topic.state != TopicState.DEFERRED or hasattr(topic, "carried_to"):
        raise TopicAlreadyDecided
    copy = Topic.objects.create(
        council=topic.council,
        organization=topic.organization,
        title=topic.title,
        proposer_name=topic.proposer_name,
        proposer_phone=topic.proposer_phone,
        proposed_on=today(),
        category=topic.category,
        situation=topic.situation,
        proposal=topic.proposal,
        concerned=topic.concerned,
        is_coordinated=topic.is_coordinated,
        state=TopicState.SUBMITTED,
        via=topic.via,
        channel=topic.channel,
        carried_from=topic,
    )
    record_event(EventKind.TOPIC_CARRIED, target=copy, by=by)
    return copy
