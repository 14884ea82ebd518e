"""Writing minutes and issuing them."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from meetings.enums import TOOK_PLACE, EventKind, MeetingState, MinutesState
from meetings.exceptions import (
    MeetingNotHeld,
    MinutesAlreadyIssued,
    MinutesAreEmpty,
    MinutesNotIssued,
    TextChangedMeanwhile,
)
from meetings.models import Council, Meeting, Minutes, MinutesEdition
from meetings.services import wording
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import pay


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
    saved = Minutes.objects.filter(meeting=meeting, state=MinutesState.DRAFT, version=version)
    if not saved.update(text=text, version=F("version") + 1, saved_by=_called(by), saved_at=now()):
        _refuse(meeting)
    # What is saved as one types would drown the history: one line per deliberate save.
    if not is_autosave:
        record_event(EventKind.MINUTES_SAVED, target=meeting, by=by)
    return Minutes.objects.get(meeting=meeting)


def _called(by: Actor) -> str:
    return f"{by.post} {by.name}".strip()


def _first_text(meeting: Meeting, text: str, by: Actor) -> Minutes:
    try:
        with transaction.atomic():
            return Minutes.objects.create(
                meeting=meeting,
                council_id=meeting.council_id,
                text=text,
                saved_by=_called(by),
                saved_at=now(),
            )
    except IntegrityError:
        raise TextChangedMeanwhile from None


def _refuse(meeting: Meeting) -> None:
    if Minutes.objects.filter(meeting=meeting, state=MinutesState.ISSUED).exists():
        raise MinutesAlreadyIssued
    raise TextChangedMeanwhile


@transaction.atomic
def issue_minutes(
    minutes: Minutes,
    *,
    signer_name: str,
    version: int,
    by: Actor,
    copies_to: str = "",
    text: str | None = None,
) -> Minutes:
    """Sign and issue minutes under the council's next number of the year; the units may read them now.

    With `text` the last changes are saved with the signature, from the version that was read.
    """
    council = (
        Council.objects.select_for_update(of=("self",))
        .select_related("convener")
        .get(pk=minutes.council_id)
    )
    text = minutes.text if text is None else text
    if not text.strip():
        raise MinutesAreEmpty
    moment = now()
    year = moment.year
    edition = minutes.editions.count() + 1
    last = Minutes.objects.filter(council=council, year=year).aggregate(last=Max("number"))["last"]
    # The council's row is the lock of its numbers; the version says that what is signed was read.
    if not Minutes.objects.filter(pk=minutes.pk, state=MinutesState.DRAFT, version=version).update(
        state=MinutesState.ISSUED,
        text=text,
        # Issued again after a correction, they keep their number.
        year=minutes.year or year,
        number=minutes.number or (last or 0) + 1,
        signer_name=signer_name,
        copies_to=copies_to,
        issued_on=moment.date(),
        version=F("version") + 1,
    ):
        _refuse(minutes.meeting)
    minutes.refresh_from_db()
    meeting = minutes.meeting
    Meeting.objects.filter(
        pk=meeting.pk, state__in=(MeetingState.HELD, MeetingState.MINUTED)
    ).update(state=MeetingState.ISSUED, version=F("version") + 1)
    meeting.refresh_from_db()
    pay(
        duty="minutes.issue",
        bearer=council.convener,
        subject=meeting,
        paid_with=minutes,
        by=by,
    )
    receipts = meeting.receipts.filter(round=meeting.notice_round).select_related("organization")
    notify(
        kind="minutes.issued",
        subject=meeting,
        recipients=[Recipient(organization=receipt.organization) for receipt in receipts],
        round=edition,
        title=wording.minutes_title(meeting, edition),
        body=wording.minutes_body(meeting, minutes.number_label, edition),
        path=meeting.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.MINUTES_ISSUED,
        target=meeting,
        by=by,
        changes={"number": minutes.number_label, "edition": edition},
    )
    return minutes


@transaction.atomic
def reopen_minutes(minutes: Minutes, *, reason: str, by: Actor) -> Minutes:
    """Open issued minutes for a correction: the text that went out is kept and still shown to units."""
    # The filter is the lock: opened twice at once, it is opened once.
    if not Minutes.objects.filter(pk=minutes.pk, state=MinutesState.ISSUED).update(
        state=MinutesState.DRAFT, version=F("version") + 1
    ):
        raise MinutesNotIssued
    minutes.refresh_from_db()
    assert minutes.issued_on is not None
    MinutesEdition.objects.create(
        minutes=minutes,
        number=minutes.editions.count() + 1,
        label=minutes.number_label,
        text=minutes.text,
        signer_name=minutes.signer_name,
        copies_to=minutes.copies_to,
        issued_on=minutes.issued_on,
        reopened_post=by.post,
        reason=reason[:500],
    )
    meeting = minutes.meeting
    Meeting.objects.filter(
        pk=meeting.pk, state__in=(MeetingState.ISSUED, MeetingState.ARCHIVED)
    ).update(state=MeetingState.MINUTED, version=F("version") + 1)
    record_event(
        EventKind.MINUTES_REOPENED,
        target=meeting,
        by=by,
        reason=reason,
        changes={"number": minutes.number_label},
    )
    return minutes
