"""Signing and issuing minutes, and opening them again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, Max, Q

from meetings.enums import EventKind, MeetingState, MinutesState
from meetings.exceptions import (
    IssuedOnAnotherDay,
    MinutesAreEmpty,
    MinutesAreUnfinished,
    MinutesNotCountersigned,
    MinutesNotIssued,
    SignerIsMissing,
    SignerNotInPost,
)
from meetings.models import Council, Meeting, Minutes, MinutesEdition, MinutesRevision
from meetings.queries.charter import charter_of
from meetings.queries.merging import changed_paragraphs
from meetings.queries.minutes import is_countersigned, unfinished_lines
from meetings.services import wording
from meetings.services.minuting import refuse
from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.documents.registry import kind_of
from partybuild.documents.services import issue_document
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import pay

PAPER = "meeting.minutes"


@transaction.atomic
def issue_minutes(
    minutes: Minutes,
    *,
    version: int,
    by: Actor,
    signer: Appointment | None = None,
    signer_name: str = "",
    copies_to: str = "",
    text: str | None = None,
    issued_on: date | None = None,
) -> Minutes:
    """Sign and issue minutes under the council's next number of the year, with their official paper.

    With `text` the last changes are saved with the signature, from the version that was read.
    `issued_on` is the day on the paper where it went out before it was entered.
    """
    council = (
        Council.objects.select_for_update(of=("self",))
        .select_related("convener", "area")
        .get(pk=minutes.council_id)
    )
    # In the order in which saving takes them: council, meeting, minutes.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=minutes.meeting_id)
    text = minutes.text if text is None else text
    _must_be_ready(minutes, meeting, council, text)
    moment = now()
    day = _day_of_issue(meeting, issued_on, moment.date())
    name, post = _signed_by(signer, signer_name, council, day)
    edition = minutes.editions.count() + 1
    last = Minutes.objects.filter(council=council, year=day.year).aggregate(last=Max("number"))
    # The council's row is the lock of its numbers; the version says that what is signed was read.
    if not Minutes.objects.filter(pk=minutes.pk, state=MinutesState.DRAFT, version=version).update(
        state=MinutesState.ISSUED,
        text=text,
        # Issued again after a correction, they keep their number.
        year=minutes.year or day.year,
        number=minutes.number or (last["last"] or 0) + 1,
        signer_name=name,
        signer_post=post,
        copies_to=copies_to,
        issued_on=day,
        version=F("version") + 1,
    ):
        refuse(meeting)
    minutes.refresh_from_db()
    meeting = minutes.meeting
    Meeting.objects.filter(
        pk=meeting.pk, state__in=(MeetingState.HELD, MeetingState.MINUTED)
    ).update(state=MeetingState.ISSUED, version=F("version") + 1)
    meeting.refresh_from_db(fields=("state", "version"))
    MinutesRevision.objects.filter(minutes=minutes).delete()
    pay(
        duty="minutes.issue",
        bearer=council.convener,
        subject=meeting,
        paid_with=minutes,
        on=issued_on,
        by=by,
    )
    _tell(minutes, meeting, edition, by)
    record_event(
        EventKind.MINUTES_ISSUED,
        target=meeting,
        by=by,
        changes={"number": minutes.number_label, "edition": edition, "signer": post or name},
    )
    issue_document(kind_of(PAPER), minutes, by=by)
    return minutes


def _must_be_ready(minutes: Minutes, meeting: Meeting, council: Council, text: str) -> None:
    if not text.strip():
        raise MinutesAreEmpty
    if unfinished := unfinished_lines(text):
        raise MinutesAreUnfinished(unfinished)
    # What went round and was signed on paper is written down as it was.
    if (
        not meeting.is_entered_afterwards
        and charter_of(council).countersigns
        and not is_countersigned(minutes, text)
    ):
        refuse_while_circulating(minutes)
        raise MinutesNotCountersigned


def refuse_while_circulating(minutes: Minutes) -> None:
    """Say first that units are still reading."""
    if Minutes.objects.filter(pk=minutes.pk, state=MinutesState.COUNTERSIGNING).exists():
        refuse(minutes.meeting)


def _day_of_issue(meeting: Meeting, wished: date | None, day: date) -> date:
    if wished is None:
        return day
    if wished > day or (meeting.held_on is not None and wished < meeting.held_on):
        raise IssuedOnAnotherDay
    return wished


def _signed_by(
    signer: Appointment | None, name: str, council: Council, day: date
) -> tuple[str, str]:
    """Return who signs and in which post; a chair who holds none here signs by name."""
    if signer is None:
        if not name.strip():
            raise SignerIsMissing
        return name.strip(), ""
    body = Q(organization=council.convener_id) | Q(
        organization__in=council.members.members().values("organization")
    )
    standing = (
        Appointment.objects.current(day)
        .filter(body, pk=signer.pk)
        .select_related("person", "organization")
        .first()
    )
    if standing is None:
        raise SignerNotInPost
    return standing.person.name, standing.post


def _tell(minutes: Minutes, meeting: Meeting, edition: int, by: Actor) -> None:
    """Tell the units that the minutes are out; issued again, what changed."""
    changes: list[tuple[str, str]] = []
    if edition > 1:
        before = minutes.editions.order_by("-number").first()
        changes = changed_paragraphs(before.text, minutes.text) if before else []
    receipts = meeting.receipts.filter(round=meeting.notice_round).select_related("organization")
    notify(
        kind="minutes.issued",
        subject=meeting,
        recipients=[Recipient(organization=receipt.organization) for receipt in receipts],
        round=edition,
        title=wording.minutes_title(meeting, edition),
        body=wording.minutes_body(meeting, minutes.number_label, edition, changes),
        path=minutes.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def reopen_minutes(minutes: Minutes, *, reason: str, by: Actor) -> Minutes:
    """Open issued minutes for a correction: the text that went out is kept and still shown to units."""
    Meeting.objects.select_for_update(no_key=True).get(pk=minutes.meeting_id)
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
        signer_post=minutes.signer_post,
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
