"""Calling for topics: who is asked, who has answered, who is reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from meetings.enums import CallState, EventKind
from meetings.exceptions import (
    CallAlreadyOut,
    CallDatesAreOff,
    CallIsClosed,
    CouncilHasEnded,
    NobodyToAsk,
    NotAsked,
    TopicsStandAlready,
)
from meetings.models import CallAnswer, Council, TopicCall
from meetings.services import wording
from meetings.services.doors import heard_by, via_of
from partybuild.access import Actor
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization

REMINDER = "topic.reminder"
LINK = "topic.propose"


@transaction.atomic
def call_for_topics(
    council: Council,
    *,
    period: Period,
    due_on: date,
    by: Actor,
    meeting_on: date | None = None,
    note: str = "",
    organizations: Iterable[Organization] | None = None,
) -> TopicCall:
    """Ask the members, or some of them, for topics until a day; nobody owes an answer."""
    # The council's row is the lock: two secretaries calling at once send one call.
    council = (
        Council.objects.select_for_update(of=("self",), no_key=True)
        .select_related("area", "convener")
        .get(pk=council.pk)
    )
    if council.ended_on is not None:
        raise CouncilHasEnded
    if due_on < today() or (meeting_on is not None and meeting_on < due_on):
        raise CallDatesAreOff
    if TopicCall.objects.standing().filter(council=council, period=str(period)).exists():
        raise CallAlreadyOut
    call = TopicCall.objects.create(
        council=council,
        period=str(period),
        due_on=due_on,
        meeting_on=meeting_on,
        called_on=today(),
        note=note,
    )
    asked = _asked(council, organizations)
    if not asked:
        raise NobodyToAsk
    CallAnswer.objects.bulk_create(CallAnswer(call=call, organization=body) for body in asked)
    record_event(
        EventKind.TOPICS_CALLED,
        target=call,
        by=by,
        changes={"due_on": str(due_on), "asked": len(asked)},
    )
    notify(
        kind="topic.called",
        subject=call,
        recipients=[Recipient(organization=body) for body in asked],
        title=wording.call_title(call),
        body=wording.call_body(call),
        path=call.get_absolute_url(),
        link_action=LINK,
        by=by,
    )
    # For the chat group: it names no unit, its page asks which one proposes.
    days = parameters_of(council.area, ("link.days",))["link.days"]
    issue_link(call, action=LINK, days=days, by=by)
    return call


def _asked(council: Council, wanted: Iterable[Organization] | None) -> list[Organization]:
    members = (
        council.members.members()
        .exclude(organization=council.convener_id)
        .select_related("organization__area")
    )
    chosen = None if wanted is None else {body.pk for body in wanted}
    found = {
        member.organization_id: member.organization
        for member in members
        if chosen is None or member.organization_id in chosen
    }
    return list(found.values())


@transaction.atomic
def change_call(
    call: TopicCall, *, due_on: date, by: Actor, meeting_on: date | None = None, note: str = ""
) -> TopicCall:
    """Move a call's date; whoever has not answered is told when it moved."""
    if due_on < today() or (meeting_on is not None and meeting_on < due_on):
        raise CallDatesAreOff
    before = TopicCall.objects.get(pk=call.pk)
    values = {"due_on": due_on, "meeting_on": meeting_on, "note": note}
    if not TopicCall.objects.standing().filter(pk=call.pk).update(**values):
        raise CallIsClosed
    call = TopicCall.objects.select_related("council__area", "council__convener").get(pk=call.pk)
    changes = differences(before, call, tuple(values))
    if changes:
        record_event(EventKind.TOPIC_CALL_CHANGED, target=call, by=by, changes=changes)
    if before.due_on != due_on:
        notify(
            kind="topic.call_moved",
            subject=call,
            recipients=_silent(call),
            title=wording.call_title(call),
            body=wording.call_moved_body(call),
            step=str(due_on),
            path=call.get_absolute_url(),
            link_action=LINK,
            by=by,
        )
    return call


@transaction.atomic
def close_call(call: TopicCall, *, by: Actor) -> TopicCall:
    """Take no more topics on a call; what came in meanwhile waits for a decision."""
    # The filter is the lock: a topic that is being handed in holds the call's row.
    if not TopicCall.objects.standing().filter(pk=call.pk).update(closed_on=today()):
        raise CallIsClosed
    call.refresh_from_db()
    revoke_links(call, action=LINK, by=by)
    record_event(EventKind.TOPIC_CALL_CLOSED, target=call, by=by)
    return call


def _silent(call: TopicCall) -> list[Recipient]:
    rows = call.answers.filter(state=CallState.WAITING).select_related("organization__area")
    return [Recipient(organization=row.organization) for row in rows]


def held_call(call: TopicCall) -> TopicCall:
    """Return a call, held open until the transaction ends; CallIsClosed where it is over."""
    locked = TopicCall.objects.select_for_update(no_key=True).get(pk=call.pk)
    if not locked.is_open:
        raise CallIsClosed
    return locked


def standing_call(council: Council, organization: Organization) -> TopicCall | None:
    """Return the open call that asked an organization, held; None where there is none.

    The convener, who calls, answers its own.
    """
    calls = TopicCall.objects.standing().filter(council=council)
    if organization.pk != council.convener_id:
        calls = calls.filter(answers__organization=organization.pk)
    found: TopicCall | None = (
        calls.select_for_update(no_key=True, of=("self",)).order_by("-due_on", "-id").first()
    )
    # Closed while we waited for the row: the topic came by itself.
    return found if found is not None and found.is_open else None


def answer_with_topic(
    call: TopicCall, organization: Organization, *, by: Actor, channel: str = ""
) -> None:
    """Note that an organization has answered a call with a topic."""
    CallAnswer.objects.filter(call=call, organization=organization.pk).exclude(
        state=CallState.PROPOSED
    ).update(**_answered(CallState.PROPOSED, organization, by, channel))


def _answered(
    state: CallState, organization: Organization, by: Actor, channel: str
) -> dict[str, object]:
    return {
        "state": state,
        "answered_at": now(),
        "via": via_of(by, organization, channel),
        "channel": channel,
        "answered_by": by.post[:200],
    }


@transaction.atomic
def say_nothing_to_propose(
    call: TopicCall, *, organization: Organization, by: Actor, channel: str = ""
) -> CallAnswer:
    """Note that an organization has no topic this time (无议题)."""
    call = held_call(call)
    said = CallAnswer.objects.filter(call=call, organization=organization.pk)
    if said.filter(state=CallState.WAITING).update(
        **_answered(CallState.NOTHING, organization, by, channel)
    ):
        record_event(
            EventKind.TOPIC_NOTHING,
            target=call,
            by=by,
            reason=heard_by(call.council.area, channel),
            changes={"organization": organization.name},
        )
    answer = said.select_related("organization", "call").first()
    if answer is None:
        raise NotAsked
    if answer.state == CallState.PROPOSED:
        raise TopicsStandAlready
    return answer


def remind_of_calls(*, by: Actor) -> int:
    """Remind, once and before the date, those who have neither proposed nor said 无议题.

    Run again it writes nothing new: the reminder's step names the date.
    """
    day = today()
    written = 0
    calls = (
        TopicCall.objects.standing()
        .filter(due_on__gte=day, answers__state=CallState.WAITING)
        .select_related("council__area", "council__convener")
        .distinct()
    )
    for call in calls:
        before = parameters_of(call.council.area, ("reminder.before_days",))["reminder.before_days"]
        begins = add_working_days(call.due_on, -before)
        # Who was asked only now need not be told again.
        if day < begins or (call.called_on is not None and call.called_on >= begins):
            continue
        written += _remind(call, by=by)
    return written


@transaction.atomic
def _remind(call: TopicCall, *, by: Actor) -> int:
    # Whoever answers at this moment waits for the row, and no reminder is written after it.
    if not TopicCall.objects.standing().select_for_update(no_key=True).filter(pk=call.pk).exists():
        return 0
    return notify(
        kind=REMINDER,
        subject=call,
        recipients=_silent(call),
        title=wording.call_reminder_title(call),
        body=wording.call_body(call),
        step=f"before:{call.due_on}",
        path=call.get_absolute_url(),
        link_action=LINK,
        is_reminder=True,
        by=by,
    )
