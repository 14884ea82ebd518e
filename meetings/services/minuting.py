"""Writing minutes, alone or two at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import TOOK_PLACE, EventKind, MeetingState, MinutesState
from meetings.exceptions import (
    MeetingNotHeld,
    MinutesAlreadyIssued,
    MinutesAreCirculating,
    TextChangedMeanwhile,
)
from meetings.models import Meeting, Minutes, MinutesRevision
from meetings.queries.minutes import merge_of, minutes_draft
from meetings.queries.standing import earlier_resolutions
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now, today

# How many versions of a draft are kept: whoever comes back from further off compares by eye.
KEPT_REVISIONS = 200


@transaction.atomic
def save_minutes(
    meeting: Meeting, *, text: str, version: int, by: Actor, is_autosave: bool = False
) -> Minutes:
    """Save the minutes' text from the version that was read, 0 for a first one; never over another's."""
    locked = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if locked.state not in TOOK_PLACE:
        raise MeetingNotHeld
    if version == 0:
        minutes = _first_text(locked, text, by)
        Meeting.objects.filter(pk=meeting.pk, state=MeetingState.HELD).update(
            state=MeetingState.MINUTED
        )
        record_event(EventKind.MINUTES_DRAFTED, target=meeting, by=by)
        return minutes
    standing = Minutes.objects.filter(meeting=meeting).first()
    if standing is not None:
        # Of what was written before versions were kept.
        _keep(standing)
    saved = Minutes.objects.filter(meeting=meeting, state=MinutesState.DRAFT, version=version)
    if not saved.update(text=text, version=F("version") + 1, saved_by=called(by), saved_at=now()):
        refuse(meeting)
    minutes = Minutes.objects.get(meeting=meeting)
    _keep(minutes)
    oldest = minutes.version - KEPT_REVISIONS
    MinutesRevision.objects.filter(minutes=minutes, version__lte=oldest).delete()
    # What is saved as one types would drown the history: one line per deliberate save.
    if not is_autosave:
        record_event(EventKind.MINUTES_SAVED, target=meeting, by=by)
    return minutes


def called(by: Actor) -> str:
    """Return the post and name that a save is known by."""
    return f"{by.post} {by.name}".strip()


def _first_text(meeting: Meeting, text: str, by: Actor) -> Minutes:
    try:
        with transaction.atomic():
            minutes = Minutes.objects.create(
                meeting=meeting,
                council_id=meeting.council_id,
                text=text,
                saved_by=called(by),
                saved_at=now(),
            )
    except IntegrityError:
        raise TextChangedMeanwhile from None
    # Two who begin at the same time begin from the same frame.
    frame = minutes_draft(meeting, earlier_resolutions(meeting.council, meeting), today())
    MinutesRevision.objects.create(minutes=minutes, version=0, text=frame, saved_at=now())
    _keep(minutes)
    return minutes


def _keep(minutes: Minutes) -> None:
    """Keep the text of a version as what later changes are compared against."""
    MinutesRevision.objects.get_or_create(
        minutes=minutes,
        version=minutes.version,
        defaults={
            "text": minutes.text,
            "saved_by": minutes.saved_by,
            "saved_at": minutes.saved_at or now(),
        },
    )


def refuse(meeting: Meeting) -> None:
    """Say why a text could not be changed."""
    state = Minutes.objects.filter(meeting=meeting).values_list("state", flat=True).first()
    if state == MinutesState.ISSUED:
        raise MinutesAlreadyIssued
    if state == MinutesState.COUNTERSIGNING:
        raise MinutesAreCirculating
    raise TextChangedMeanwhile


@dataclass(frozen=True)
class Combined:
    """Minutes that were saved, and whether another's changes went into them."""

    minutes: Minutes
    is_merged: bool


@transaction.atomic
def combine_minutes(meeting: Meeting, *, text: str, version: int, by: Actor) -> Combined:
    """Save a text; what somebody else saved meanwhile in other paragraphs is put together with it.

    TextChangedMeanwhile where both have changed the same paragraph: nothing is saved, a person decides.
    """
    # The lock of save_minutes, taken before the comparison: nobody saves between the two.
    Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    standing = Minutes.objects.filter(meeting=meeting, state=MinutesState.DRAFT).first()
    if standing is None or standing.version == version:
        return Combined(save_minutes(meeting, text=text, version=version, by=by), is_merged=False)
    merge = merge_of(standing, text=text, version=version)
    if not merge.is_clean:
        raise TextChangedMeanwhile
    if merge.text == standing.text:
        return Combined(standing, is_merged=False)
    minutes = save_minutes(
        meeting, text=merge.text, version=standing.version, by=by, is_autosave=True
    )
    record_event(
        EventKind.MINUTES_MERGED,
        target=meeting,
        by=by,
        changes={"with": standing.saved_by, "versions": [version, standing.version]},
    )
    return Combined(minutes, is_merged=True)
