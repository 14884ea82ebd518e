"""What a meeting made of the topics on its agenda."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from meetings.enums import CARRIED_RESULTS, TOOK_PLACE, EventKind, MeetingState, TopicResult
from meetings.exceptions import (
    CarriedOnAlready,
    NotOnAHeldMeeting,
    ResultChangedMeanwhile,
    ResultIsFixed,
    VotesAreMissing,
)
from meetings.models import AgendaItem, Meeting, Topic
from meetings.services import wording
from meetings.services.topics import copied_forward, tell_proposer
from partybuild.access import Actor
from partybuild.audit.services import record_event

_VOTED = (TopicResult.PASSED, TopicResult.REJECTED)
_FIXED = (MeetingState.ISSUED, MeetingState.ARCHIVED)


@transaction.atomic
def record_result(
    topic: Topic,
    *,
    result: TopicResult,
    by: Actor,
    note: str = "",
    votes_for: int | None = None,
    votes_against: int | None = None,
    votes_abstained: int | None = None,
    seen: str | None = None,
) -> Topic:
    """Note what a meeting made of a topic; what was not settled stands for the next one as a copy.

    `seen` is the result that the form showed: of two noting at once, the second is told.
    """
    meeting = _meeting_of(topic)
    locked = Topic.objects.select_for_update(no_key=True, of=("self",)).get(pk=topic.pk)
    if seen is not None and locked.result != seen:
        raise ResultChangedMeanwhile
    if locked.result and meeting.state in _FIXED:
        raise ResultIsFixed
    if result in _VOTED and votes_for is None:
        raise VotesAreMissing
    before = locked.result
    carries = result in CARRIED_RESULTS
    if before in CARRIED_RESULTS and not carries:
        _take_copy_back(locked, by)
    is_vote = result in _VOTED
    Topic.objects.filter(pk=topic.pk).update(
        result=result,
        result_on=meeting.held_on,
        result_note=note.strip()[:500],
        votes_for=votes_for if is_vote else None,
        votes_against=(votes_against or 0) if is_vote else None,
        votes_abstained=(votes_abstained or 0) if is_vote else None,
        version=F("version") + 1,
    )
    topic.refresh_from_db()
    if before != result:
        record_event(
            EventKind.TOPIC_DISCUSSED,
            target=topic,
            by=by,
            reason=topic.result_note,
            changes={"result": [before, topic.result]},
        )
    if carries and before not in CARRIED_RESULTS:
        copied_forward(topic, by=by, admitted_because=wording.carried_reason(topic))
    if before != result:
        tell_proposer(
            topic,
            kind="topic.discussed",
            step=f"{topic.result}:{topic.version}",
            title=wording.discussed_title(topic),
            body=wording.discussed_body(topic, meeting),
            by=by,
        )
    return topic


def _meeting_of(topic: Topic) -> Meeting:
    item = (
        AgendaItem.objects.filter(topic=topic, is_current=True, meeting__state__in=TOOK_PLACE)
        .select_related("meeting")
        .first()
    )
    if item is None:
        raise NotOnAHeldMeeting
    return item.meeting


def _take_copy_back(topic: Topic, by: Actor) -> None:
    """Undo the carrying that nobody has built upon; the event keeps what was there."""
    copy = Topic.objects.select_for_update(of=("self",)).filter(carried_from=topic).first()
    if copy is None:
        return
    if copy.result or copy.chair_opinion or copy.agenda_items.exists():
        raise CarriedOnAlready
    record_event(EventKind.TOPIC_CARRY_UNDONE, target=topic, by=by, changes={"copy": copy.title})
    copy.delete()
