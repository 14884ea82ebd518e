"""Who came, and that the meeting took place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from meetings.enums import (
    TOOK_PLACE,
    Answer,
    EventKind,
    MeetingState,
    PresenceState,
    SignedVia,
    Via,
)
from meetings.exceptions import (
    CouncilHasEnded,
    LeftBeforeArriving,
    MeetingAlreadyClosed,
    MinutesAlreadyIssued,
    NotAMember,
    PresenceIsMissing,
    TimeIsAhead,
)
from meetings.models import Council, Meeting, Minutes, Presence, Receipt
from meetings.queries.charter import charter_of, period_of
from meetings.queries.codes import LONGEST
from meetings.queries.committees import committee_above
from meetings.services.agenda import AgendaLine, write_agenda
from meetings.services.debts import owe_anew
from meetings.services.issuing_minutes import issue_minutes
from meetings.services.planning import period_moved
from meetings.services.resolving import ResolutionDraft, add_resolution
from meetings.services.rotating import pass_turn
from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import SHANGHAI, Period, add_working_days, last_working_day, now, today
from partybuild.documents.services import attach_file
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay
from partybuild.organizations.models import Organization

_SCAN = "meeting.minutes_scan"
_OPEN = (MeetingState.PLANNED, MeetingState.NOTIFIED)
_CAME = (PresenceState.PRESENT, PresenceState.LATE)
_ANSWERS = {
    PresenceState.PRESENT: Answer.ATTEND,
    PresenceState.LATE: Answer.ATTEND,
    PresenceState.LEAVE: Answer.LEAVE,
}


@dataclass(frozen=True)
class PresenceLine:
    """One organization on the sheet."""

    organization: Organization
    state: PresenceState
    person_name: str = ""
    post: str = ""
    people: int = 1
    reason: str = ""
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    # What the sheet showed when it was opened: who has signed in since is not overwritten.
    seen: PresenceState | None = None


@dataclass(frozen=True)
class PaperSignature:
    """How minutes went out on paper before they were entered."""

    issued_on: date
    signer: Appointment | None = None
    signer_name: str = ""
    copies_to: str = ""


@dataclass(frozen=True)
class Guest:
    """Somebody who sat in (列席)."""

    person_name: str
    post: str = ""


@transaction.atomic
def record_presence(
    meeting: Meeting,
    *,
    lines: Iterable[PresenceLine],
    by: Actor,
    guests: Sequence[Guest] | None = None,
) -> int:
    """Write the attendance sheet; returns how many organizations came. May be corrected until the minutes are out.

    Whoever has signed in since the sheet was opened stays as they signed in.
    """
    locked = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if locked.state in {MeetingState.ISSUED, MeetingState.ARCHIVED}:
        raise MinutesAlreadyIssued
    if locked.state in {MeetingState.CANCELLED, MeetingState.POSTPONED}:
        raise MeetingAlreadyClosed
    if locked.starts_at.astimezone(SHANGHAI).date() > now().date():
        raise TimeIsAhead
    standing = {
        row.organization_id: row
        for row in Presence.objects.filter(meeting=meeting, organization__isnull=False)
    }
    late = _is_over(locked)
    for line in lines:
        _write_line(meeting, line, standing.get(line.organization.pk), is_late_entry=late)
    if guests is not None:
        # Guests have no key of their own: the sheet is written as it stands now.
        Presence.objects.filter(meeting=meeting, organization=None).delete()
        Presence.objects.bulk_create(
            Presence(
                meeting=meeting,
                person_name=guest.person_name,
                post=guest.post,
                state=PresenceState.PRESENT,
                is_guest=True,
            )
            for guest in guests
        )
    came = Presence.objects.filter(meeting=meeting, organization__isnull=False).came().count()
    record_event(EventKind.PRESENCE_RECORDED, target=meeting, by=by, changes={"came": came})
    return came


def _is_over(meeting: Meeting) -> bool:
    """Whether the sheet is written when the meeting is over: what it then says is marked 补登."""
    if meeting.is_entered_afterwards:
        return False
    return meeting.state in TOOK_PLACE or now() > meeting.starts_at + LONGEST


def _write_line(
    meeting: Meeting, line: PresenceLine, row: Presence | None, *, is_late_entry: bool
) -> None:
    standing = PresenceState(row.state) if row is not None else PresenceState.UNRECORDED
    if line.seen is not None and line.seen != standing:
        return
    came = line.state in _CAME
    values: dict[str, Any] = {
        "state": line.state,
        "person_name": line.person_name,
        "post": line.post or (row.post if row is not None else ""),
        "people": line.people if line.state in _ANSWERS else 0,
        "reason": line.reason,
        "arrived_at": line.arrived_at if came else None,
        "left_at": line.left_at if came else None,
    }
    if came and row is not None and row.came:
        # Several may have signed in: a name put right does not take them away.
        values["people"] = max(line.people, row.people)
        values["arrived_at"] = line.arrived_at or row.arrived_at
    if values["left_at"] and values["arrived_at"] and values["left_at"] <= values["arrived_at"]:
        raise LeftBeforeArriving(line.organization.called)
    if row is None:
        Presence.objects.create(
            meeting=meeting,
            organization_id=line.organization.pk,
            is_late_entry=is_late_entry and line.state != PresenceState.UNRECORDED,
            **values,
        )
        return
    if line.state != standing:
        values |= {"via": SignedVia.LIST, "is_late_entry": is_late_entry}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)


@transaction.atomic
def hold_meeting(meeting: Meeting, *, by: Actor, held_on: date | None = None) -> Meeting:
    """Mark a meeting held: with its list of presence, under the next number of the year."""
    council = (
        Council.objects.select_for_update(of=("self",))
        .select_related("area")
        .get(pk=meeting.council_id)
    )
    day = held_on or meeting.starts_at.astimezone(SHANGHAI).date()
    if day > now().date():
        raise TimeIsAhead
    if not Presence.objects.filter(meeting=meeting, organization__isnull=False).came().exists():
        raise PresenceIsMissing
    # The council's row is the lock of its numbers: none is doubled, none is left out.
    if not Meeting.objects.filter(pk=meeting.pk, state__in=_OPEN).update(
        state=MeetingState.HELD,
        held_on=day,
        period=period_moved(meeting, day),
        year=day.year,
        number=_next_number(council, day.year),
        version=F("version") + 1,
        **area_keys(council.area),
    ):
        raise MeetingAlreadyClosed
    meeting.refresh_from_db()
    _answer_by_presence(meeting, by)
    _settle_holding(meeting, council, by)
    pass_turn(meeting, by=by)
    record_event(EventKind.MEETING_HELD, target=meeting, by=by)
    return meeting


def _next_number(council: Council, year: int) -> int:
    last = Meeting.objects.filter(council=council, year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _answer_by_presence(meeting: Meeting, by: Actor) -> None:
    """Who sat there, or whose leave was noted there, has answered: the ledger must not stay red."""
    waiting = {
        receipt.organization_id: receipt
        for receipt in Receipt.objects.filter(
            meeting=meeting, round=meeting.notice_round, answer=Answer.WAITING
        ).select_related("organization")
    }
    for presence in Presence.objects.filter(meeting=meeting, organization__in=waiting):
        answer = _ANSWERS.get(PresenceState(presence.state))
        if answer is None or presence.organization_id is None:
            continue
        receipt = waiting[presence.organization_id]
        Receipt.objects.filter(pk=receipt.pk, answer=Answer.WAITING).update(
            answer=answer,
            attendee_name=presence.person_name if answer == Answer.ATTEND else "",
            people=presence.people,
            reason=(presence.reason or "会上登记请假") if answer == Answer.LEAVE else "",
            answered_at=now(),
            via=Via.PROXY,
            channel="in_person",
            answered_by=by.post,
        )
        pay(
            duty="meeting.answer",
            bearer=receipt.organization,
            subject=meeting,
            paid_with=receipt,
            by=by,
        )


def _owe_holding(meeting: Meeting, council: Council, by: Actor) -> None:
    """Owe this period's meeting of a council that no sweep has met: else the next asks for what was held."""
    charter = charter_of(council)
    period = charter.period_of(today())
    if meeting.period != str(period):
        return
    owe(
        [
            Debt(
                duty="meeting.hold",
                bearer_organization=council.convener,
                owed_to=committee_above(council),
                subject=council,
                period=meeting.period,
                due_on=last_working_day(charter.last_day(period)),
                area=council.area,
            )
        ],
        by=by,
    )


def _settle_holding(meeting: Meeting, council: Council, by: Actor) -> None:
    """Pay the debt of holding a meeting in the period, and owe the minutes."""
    # An extraordinary one comes on top of those that the charter asks for.
    if not meeting.is_extraordinary:
        _owe_holding(meeting, council, by)
        pay(
            duty="meeting.hold",
            bearer=council.convener,
            subject=council,
            period=meeting.period,
            paid_with=meeting,
            on=meeting.held_on,
            by=by,
        )
    assert meeting.held_on is not None
    due = charter_of(council).minutes_due_days
    owe_anew(
        [
            Debt(
                duty="minutes.issue",
                bearer_organization=council.convener,
                owed_to=committee_above(council),
                subject=meeting,
                period=meeting.period,
                due_on=add_working_days(meeting.held_on, due),
                area=council.area,
            )
        ],
        reason="会议召开",
        by=by,
    )


@transaction.atomic
def enter_held_meeting(
    council: Council,
    *,
    theme: str,
    starts_at: datetime,
    presences: Iterable[PresenceLine],
    by: Actor,
    period: Period | None = None,
    guests: Sequence[Guest] = (),
    agenda: Iterable[AgendaLine] = (),
    minutes_text: str = "",
    resolutions: Iterable[ResolutionDraft] = (),
    scans: Iterable[UploadedFile] = (),
    signature: PaperSignature | None = None,
    **values: Any,
) -> Meeting:
    """Enter a meeting that was held already (补录): one form, everything in one transaction.

    With a `signature` the minutes that went out on paper are issued here too, as of their day.
    """
    council = (
        Council.objects.select_for_update(of=("self",)).select_related("area").get(pk=council.pk)
    )
    if council.ended_on is not None:
        raise CouncilHasEnded
    if starts_at > now():
        raise TimeIsAhead
    day = starts_at.astimezone(SHANGHAI).date()
    meeting = Meeting(
        council=council,
        theme=theme,
        starts_at=starts_at,
        period=str(period or period_of(council, day)),
        state=MeetingState.HELD,
        held_on=day,
        year=day.year,
        number=_next_number(council, day.year),
        notice_round=1,
        is_entered_afterwards=True,
        **values,
    )
    meeting.freeze_areas(council.area)
    meeting.full_clean(
        exclude=("frozen_community", "frozen_street", "frozen_district", "frozen_city")
    )
    meeting.save()
    write_agenda(meeting, agenda)
    lines = list(presences)
    _receipts_from_presence(meeting, lines, by)
    if not record_presence(meeting, lines=lines, guests=guests, by=by):
        raise PresenceIsMissing
    _settle_holding(meeting, council, by)
    pass_turn(meeting, by=by)
    for draft in resolutions:
        add_resolution(meeting, draft=draft, by=by)
    record_event(EventKind.MEETING_ENTERED, target=meeting, by=by)
    uploads = list(scans)
    for upload in uploads:
        attach_file(meeting, upload=upload, kind=_SCAN, by=by)
    _enter_minutes(meeting, minutes_text.strip(), signature, by, has_scans=bool(uploads))
    return meeting


def _enter_minutes(
    meeting: Meeting, text: str, signature: PaperSignature | None, by: Actor, *, has_scans: bool
) -> None:
    if signature is not None and not text and has_scans:
        text = _("纪要正文见所附扫描件。")
    if not text:
        return
    minutes = Minutes.objects.create(
        meeting=meeting, council=meeting.council, text=text, saved_by=by.post, saved_at=now()
    )
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.MINUTED)
    if signature is not None:
        issue_minutes(minutes, version=minutes.version, by=by, **vars(signature))
    meeting.refresh_from_db()


def _receipts_from_presence(meeting: Meeting, lines: Iterable[PresenceLine], by: Actor) -> None:
    """Let the units of an entered meeting see it, with the answer that the sheet shows."""
    standing = set(meeting.council.members.members().values_list("organization_id", flat=True)) | {
        meeting.council.convener_id
    }
    rows = []
    for line in lines:
        if line.organization.pk not in standing:
            raise NotAMember
        if line.organization.pk == meeting.council.convener_id:
            continue
        answer = _ANSWERS.get(PresenceState(line.state), Answer.WAITING)
        rows.append(
            Receipt(
                meeting=meeting,
                organization_id=line.organization.pk,
                round=meeting.notice_round,
                answer=answer,
                attendee_name=line.person_name if answer == Answer.ATTEND else "",
                people=line.people if answer == Answer.ATTEND else 0,
                reason=(line.reason or "会上登记请假") if answer == Answer.LEAVE else "",
                answered_at=now() if answer != Answer.WAITING else None,
                via=Via.PROXY if answer != Answer.WAITING else "",
                channel="paper" if answer != Answer.WAITING else "",
                answered_by=by.post if answer != Answer.WAITING else "",
            )
        )
    Receipt.objects.bulk_create(rows)


@transaction.atomic
def archive_meeting(meeting: Meeting, *, by: Actor) -> Meeting:
    """File a meeting whose minutes are out."""
    if not Meeting.objects.filter(pk=meeting.pk, state=MeetingState.ISSUED).update(
        state=MeetingState.ARCHIVED, version=F("version") + 1
    ):
        raise MeetingAlreadyClosed
    meeting.refresh_from_db()
    record_event(EventKind.MEETING_ARCHIVED, target=meeting, by=by)
    return meeting
