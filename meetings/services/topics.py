"""Proposing topics and deciding on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import EventKind, MemberState, TopicState
from meetings.exceptions import (
    CouncilHasEnded,
    NotAMember,
    ReasonIsMissing,
    ReferralNeedsAName,
    TextChangedMeanwhile,
    TopicAlreadyDecided,
)
from meetings.models import Council, CouncilMember, Topic, TopicCall
from meetings.services import wording
from meetings.services.calling import answer_with_topic, held_call, standing_call
from meetings.services.doors import heard_by, via_of
from partybuild.access import Actor
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization

OPEN = (TopicState.DRAFT, TopicState.RETURNED)
# What a copy takes over from the topic that it carries forward.
_CARRIED = (
    "council",
    "organization",
    "title",
    "proposer_name",
    "proposer_phone",
    "category",
    "situation",
    "proposal",
    "concerned",
    "is_coordinated",
    "via",
    "channel",
)


def _takes_part(council: Council, organization: Organization) -> None:
    if council.ended_on is not None:
        raise CouncilHasEnded
    if organization.pk == council.convener_id:
        return
    if not CouncilMember.objects.filter(
        council=council, organization=organization.pk, state=MemberState.MEMBER
    ).exists():
        raise NotAMember


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
    call: TopicCall | None = None,
    uid: UUID | None = None,
    **values: Any,
) -> Topic:
    """Write a topic for a council; submitted at once unless it is to stay a draft.

    With `call` it answers that call, refused once that is closed; without, the one that stands.
    """
    _takes_part(council, organization)
    if submit:
        call = held_call(call) if call is not None else standing_call(council, organization)
    topic = Topic(
        council=council,
        organization=organization,
        title=title,
        category=category,
        proposed_on=(proposed_on or today()) if submit else None,
        state=TopicState.SUBMITTED if submit else TopicState.DRAFT,
        call=call if submit else None,
        via=via_of(by, organization, channel),
        channel=channel,
        **({"uid": uid} if uid is not None else {}),
        **values,
    )
    topic.full_clean()
    topic.save()
    if call is not None and submit:
        answer_with_topic(call, organization, by=by, channel=channel)
    kind = EventKind.TOPIC_SUBMITTED if submit else EventKind.TOPIC_DRAFTED
    record_event(kind, target=topic, by=by, reason=heard_by(council.area, channel))
    return topic


@transaction.atomic
def save_topic_draft(
    council: Council,
    *,
    uid: UUID,
    organization: Organization,
    version: int,
    by: Actor,
    title: str,
    category: str,
    **values: Any,
) -> Topic:
    """Keep a draft as it is typed, under the uid that its form brought along; 0 for a first one."""
    _takes_part(council, organization)
    values |= {"title": title, "category": category}
    mine = Topic.objects.filter(
        uid=uid, council=council, organization=organization.pk, state=TopicState.DRAFT
    )
    if version == 0:
        try:
            with transaction.atomic():
                return propose_topic(
                    council, organization=organization, submit=False, uid=uid, by=by, **values
                )
        except (IntegrityError, ValidationError) as refused:
            # The first answer was lost on the way: the draft stands, and goes on from here.
            if not mine.filter(version=1).update(version=F("version") + 1, **values):
                raise TextChangedMeanwhile from refused
    elif not mine.filter(version=version).update(version=F("version") + 1, **values):
        raise TextChangedMeanwhile
    topic: Topic = mine.get()
    # Told to the audit; the page's history leaves out what is saved as one types.
    record_event(EventKind.TOPIC_DRAFT_SAVED, target=topic, by=by)
    return topic


@transaction.atomic
def submit_topic(
    topic: Topic, *, by: Actor, version: int | None = None, channel: str = "", **values: Any
) -> Topic:
    """Hand in a draft, or one that was returned, with what was still changed in it."""
    for name, value in values.items():
        setattr(topic, name, value)
    topic.proposed_on = today()
    topic.full_clean()
    call = standing_call(topic.council, topic.organization)
    standing = Topic.objects.filter(pk=topic.pk, state__in=OPEN)
    if version is not None:
        standing = standing.filter(version=version)
    if not standing.update(
        **values,
        state=TopicState.SUBMITTED,
        proposed_on=topic.proposed_on,
        decided_on=None,
        call=call.pk if call is not None else topic.call_id,
        version=F("version") + 1,
    ):
        if Topic.objects.filter(pk=topic.pk, state__in=OPEN).exists():
            raise TextChangedMeanwhile
        raise TopicAlreadyDecided
    topic.refresh_from_db()
    if call is not None:
        answer_with_topic(call, topic.organization, by=by, channel=channel)
    record_event(EventKind.TOPIC_SUBMITTED, target=topic, by=by)
    return topic


@transaction.atomic
def decide_topic(
    topic: Topic,
    *,
    decision: TopicState,
    by: Actor,
    reason: str = "",
    referred_to: str = "",
    on: date | None = None,
) -> Topic:
    """Admit a topic, defer, refer to somebody or return it; all but admission need a reason."""
    if decision in {TopicState.DRAFT, TopicState.SUBMITTED}:
        raise ValueError(f"{decision} is no decision")
    reason, referred_to = reason.strip(), referred_to.strip()
    if decision == TopicState.REFERRED:
        if not referred_to:
            raise ReferralNeedsAName
        reason = reason or wording.referred_reason(referred_to)
    else:
        referred_to = ""
    if decision != TopicState.ACCEPTED and not reason:
        raise ReasonIsMissing
    # The filter is the lock: of two deciding at once, one updates a row and one updates none.
    if not Topic.objects.filter(pk=topic.pk, state=TopicState.SUBMITTED).update(
        state=decision,
        decision_reason=reason,
        referred_to=referred_to,
        decided_on=on or today(),
        version=F("version") + 1,
        **area_keys(topic.council.area),
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
    tell_proposer(
        topic,
        kind="topic.decided",
        step=str(topic.decided_on),
        title=wording.decided_title(topic),
        body=wording.decided_body(topic),
        by=by,
    )
    return topic


def tell_proposer(topic: Topic, *, kind: str, step: str, title: str, body: str, by: Actor) -> None:
    """Tell the body that proposed a topic what became of it; the convener knows."""
    if topic.organization_id == topic.council.convener_id:
        return
    notify(
        kind=kind,
        subject=topic,
        recipients=[Recipient(organization=topic.organization)],
        title=title,
        body=body,
        path=topic.get_absolute_url(),
        step=step,
        by=by,
    )


@dataclass(frozen=True)
class Decision:
    """What is decided on one of several topics."""

    topic: Topic
    decision: TopicState
    reason: str = ""
    referred_to: str = ""


@transaction.atomic
def decide_topics(
    decisions: Iterable[Decision],
    *,
    by: Actor,
    chair_opinion: str = "",
    chair_name: str = "",
) -> tuple[list[Topic], list[tuple[Topic, ValidationError]]]:
    """Decide on several topics; what somebody else has decided meanwhile stays as it is.

    Returns those decided, and the others with the reason.
    """
    done: list[Topic] = []
    refused: list[tuple[Topic, ValidationError]] = []
    for each in decisions:
        try:
            with transaction.atomic():
                done.append(
                    decide_topic(
                        each.topic,
                        decision=each.decision,
                        reason=each.reason,
                        referred_to=each.referred_to,
                        by=by,
                    )
                )
        except ValidationError as error:
            refused.append((each.topic, error))
    admitted = [topic for topic in done if topic.state == TopicState.ACCEPTED]
    if chair_opinion.strip() and admitted:
        record_chair_opinion(admitted, opinion=chair_opinion, name=chair_name, by=by)
    return done, refused


@transaction.atomic
def record_chair_opinion(
    topics: Iterable[Topic], *, opinion: str, by: Actor, name: str = "", on: date | None = None
) -> int:
    """Write down what the chair said to topics (主任审定意见); returns to how many."""
    if not opinion.strip():
        raise ReasonIsMissing
    written = 0
    for topic in topics:
        if (
            not Topic.objects.filter(pk=topic.pk)
            .exclude(state=TopicState.DRAFT)
            .update(
                chair_opinion=opinion.strip()[:500],
                chair_name=name.strip()[:50],
                chair_on=on or today(),
                version=F("version") + 1,
            )
        ):
            continue
        record_event(
            EventKind.TOPIC_CHAIR_DECIDED, target=topic, by=by, reason=opinion.strip()[:500]
        )
        written += 1
    return written


@transaction.atomic
def carry_topic_forward(topic: Topic, *, by: Actor) -> Topic:
    """Put a deferred topic up again: a copy waits for a decision, the earlier one stays as it was."""
    if topic.state != TopicState.DEFERRED:
        raise TopicAlreadyDecided
    return copied_forward(topic, by=by)


def copied_forward(topic: Topic, *, by: Actor, admitted_because: str = "") -> Topic:
    """Write the copy that stands for the next meeting; admitted already where a reason is given."""
    state = TopicState.ACCEPTED if admitted_because else TopicState.SUBMITTED
    try:
        with transaction.atomic():
            copy = Topic.objects.create(
                **{name: getattr(topic, name) for name in _CARRIED},
                proposed_on=today(),
                state=state,
                decision_reason=admitted_because,
                decided_on=today() if admitted_because else None,
                **(area_keys(topic.council.area) if admitted_because else {}),
                carried_from=topic,
            )
    except IntegrityError:
        # Carried at the same moment by somebody else; the constraint let one.
        raise TopicAlreadyDecided from None
    record_event(EventKind.TOPIC_CARRIED, target=copy, by=by)
    return copy


@transaction.atomic
def carry_topics_forward(topics: Iterable[Topic], *, by: Actor) -> int:
    """Put several deferred topics up again; returns how many, leaving out those that are already."""
    carried = 0
    for topic in topics:
        try:
            with transaction.atomic():
                carry_topic_forward(topic, by=by)
        except TopicAlreadyDecided:
            continue
        carried += 1
    return carried
