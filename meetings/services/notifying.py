"""The notice: sending it, taking it back, answering it."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from meetings.enums import (
    NOT_YET_HELD,
    TOOK_PLACE,
    Answer,
    EventKind,
    InvitedAs,
    MeetingState,
    MemberState,
    Via,
)
from meetings.exceptions import (
    AnswerChangedMeanwhile,
    MeetingAlreadyClosed,
    MeetingNotNotified,
    MeetingNotPlanned,
    NobodyToInvite,
    NoticeAlreadyAnswered,
    NoticeAlreadyOut,
    NoticeTooLate,
    NotInvited,
    ReasonIsMissing,
    TimeIsPast,
)
from meetings.models import AgendaItem, Invitee, Meeting, Receipt
from meetings.queries.charter import charter_of
from meetings.services import wording
from meetings.services.agenda import follow_up
from meetings.services.debts import owe_anew
from meetings.services.doors import heard_by, via_of
from meetings.services.planning import TOLD, keep_room, period_moved
from partybuild.access import Actor
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.calendar import SHANGHAI, add_working_days, now, today
from partybuild.documents.models import Attachment
from partybuild.documents.services import sign_by_answering
from partybuild.documents.services.numbering import receipt_number
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, rewrite_held, take_back
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import pay, void
from partybuild.organizations.models import Organization

KIND = "meeting.notice"
CHANGED = "meeting.changed"
# Somebody who corrects a meeting often corrects it twice: both are told at once.
CHANGE_MINUTES = 2
_PARAMETERS = ("notice.hold_minutes", "link.days")


def latest_notice_day(meeting: Meeting) -> date:
    """Return the last day on which the notice is in time."""
    lead = charter_of(meeting.council).notice_lead_days
    return add_working_days(_day(meeting.starts_at), -lead)


def taken_back_until(meeting: Meeting) -> datetime | None:
    """Return until when the notice may be taken back, None where none stands."""
    if meeting.state != MeetingState.NOTIFIED or meeting.notified_at is None:
        return None
    if meeting.state_reason:
        # Moved after its notice: everybody was told of the new day at once.
        return None
    hold = parameters_of(meeting.council.area, _PARAMETERS)["notice.hold_minutes"]
    return meeting.notified_at + timedelta(minutes=hold)


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


@transaction.atomic
def send_notice(meeting: Meeting, *, by: Actor, urgent_reason: str = "") -> Meeting:
    """Invite the council's members; held some minutes for 撤回, and each of them owes an answer.

    Later than the agreed working days before the meeting it is refused without a reason.
    """
    charter = charter_of(meeting.council)
    moment = now()
    if meeting.starts_at <= moment:
        raise TimeIsPast
    latest = add_working_days(_day(meeting.starts_at), -charter.notice_lead_days)
    is_late = moment.date() > latest
    if is_late and not urgent_reason.strip():
        raise NoticeTooLate(charter.notice_lead_days, latest)
    claimed = Meeting.objects.filter(pk=meeting.pk, state=MeetingState.PLANNED).update(
        state=MeetingState.NOTIFIED,
        notice_round=F("notice_round") + 1,
        notified_at=moment,
        receipt_due_on=_receipt_due(meeting.starts_at, charter.receipt_due_days),
        late_reason=urgent_reason.strip() if is_late else "",
        state_reason="",
    )
    # The filter is the lock: of two sending at once, one updates a row and one updates none.
    if not claimed:
        raise MeetingNotPlanned
    meeting.refresh_from_db()
    follow_up(meeting)
    _ask_for_answers(
        meeting,
        kind=KIND,
        title=wording.notice_title(meeting),
        body=wording.notice_body(meeting, agenda_texts(meeting), paper_titles(meeting)),
        hold_minutes=parameters_of(meeting.council.area, _PARAMETERS)["notice.hold_minutes"],
        by=by,
    )
    _note_told(
        meeting, [], minutes=parameters_of(meeting.council.area, _PARAMETERS)["notice.hold_minutes"]
    )
    record_event(
        EventKind.MEETING_NOTIFIED,
        target=meeting,
        by=by,
        reason=meeting.late_reason,
        changes={"round": meeting.notice_round},
    )
    return meeting


def _receipt_due(starts_at: datetime, due_days: int) -> date:
    return max(add_working_days(_day(starts_at), -due_days), today())


def agenda_texts(meeting: Meeting) -> list[str]:
    """Return the standing agenda, item by item."""
    items = AgendaItem.objects.filter(meeting=meeting, is_current=True)
    return list(items.order_by("position", "id").values_list("text", flat=True))


def paper_titles(meeting: Meeting) -> list[str]:
    """Return what is to be read before the meeting: the files on it and on its items."""
    items = AgendaItem.objects.filter(meeting=meeting, is_current=True).values("uid")
    files = Attachment.objects.filter(
        Q(subject_uid=meeting.uid, kind="meeting.paper") | Q(subject_uid__in=items), ended_at=None
    )
    return list(files.order_by("id").values_list("title", flat=True))


def invited_organizations(meeting: Meeting) -> list[Organization]:
    """Return the council's members other than the convener itself."""
    members = (
        meeting.council.members.filter(state=MemberState.MEMBER)
        .exclude(organization=meeting.council.convener_id)
        .select_related("organization__area")
    )
    return [member.organization for member in members]


def _ask_for_answers(
    meeting: Meeting, *, kind: str, title: str, body: str, by: Actor, hold_minutes: int
) -> None:
    organizations = invited_organizations(meeting)
    if not organizations:
        raise NobodyToInvite
    ask_bodies(
        meeting,
        [(organization, InvitedAs.MEMBER) for organization in organizations]
        + invited_besides(meeting, {body.pk for body in organizations}),
        kind=kind,
        title=title,
        body=body,
        hold_minutes=hold_minutes,
        by=by,
    )
    # For the chat group: it names no unit, its page asks which one answers.
    days = parameters_of(meeting.council.area, _PARAMETERS)["link.days"]
    issue_link(meeting, action="meeting.answer", days=days, by=by)


def invited_besides(meeting: Meeting, members: set[int]) -> list[tuple[Organization, InvitedAs]]:
    """Return the bodies invited as guests and superiors; who is a member by now comes as a member."""
    rows = Invitee.objects.filter(
        meeting=meeting, is_current=True, organization__isnull=False
    ).exclude(organization__in=members)
    return [
        (row.organization, InvitedAs(row.invited_as))
        for row in rows.select_related("organization__area")
        if row.organization is not None
    ]


def ask_bodies(
    meeting: Meeting,
    bodies: list[tuple[Organization, InvitedAs]],
    *,
    kind: str,
    title: str,
    body: str,
    by: Actor,
    hold_minutes: int = 0,
    step: str = "",
) -> None:
    """Give bodies their receipts and the notice; members owe the answer, guests are asked kindly."""
    assert meeting.receipt_due_on is not None
    Receipt.objects.bulk_create(
        Receipt(
            meeting=meeting,
            organization=organization,
            round=meeting.notice_round,
            invited_as=invited_as,
        )
        for organization, invited_as in bodies
    )
    owe_anew(
        (
            Debt(
                duty="meeting.answer",
                bearer_organization=organization,
                owed_to=meeting.council.convener,
                subject=meeting,
                period=meeting.period,
                due_on=meeting.receipt_due_on,
                area=meeting.council.area,
            )
            for organization, invited_as in bodies
            if invited_as == InvitedAs.MEMBER
        ),
        reason="通知重新发出",
        by=by,
    )
    notify(
        kind=kind,
        subject=meeting,
        recipients=[Recipient(organization=organization) for organization, _as in bodies],
        title=title,
        body=body,
        round=meeting.notice_round,
        step=step,
        path=meeting.get_absolute_url(),
        link_action="meeting.answer",
        hold_minutes=hold_minutes,
        by=by,
    )


def hold_left(meeting: Meeting) -> int:
    """Return for how many minutes the notice itself is still held: nothing goes out before it."""
    until = taken_back_until(meeting)
    left = (until - now()).total_seconds() if until is not None else 0.0
    return max(0, ceil(left / 60))


def tell_change(before: Meeting, meeting: Meeting, *, by: Actor) -> bool:
    """Tell everybody invited what is different now (变更通知); their answers stand.

    While the notice itself is held and nobody has answered, it simply says what holds now; changes
    that are held themselves become one. False where nobody needs to be told.
    """
    receipts = meeting.receipts.filter(round=meeting.notice_round).select_related("organization")
    if not receipts.answered().exists() and rewrite_held(
        kind=KIND,
        subject=meeting,
        round=meeting.notice_round,
        title=wording.notice_title(meeting),
        body=wording.notice_body(meeting, agenda_texts(meeting), paper_titles(meeting)),
    ):
        _note_told(meeting, meeting.told[:-1], minutes=hold_left(meeting))
        return False
    # What nobody has been told yet becomes part of this change.
    known = [each for each in meeting.told if datetime.fromisoformat(each["from"]) <= now()]
    base = known[-1] if known else next(iter(meeting.told), None)
    told = _with(before, base) if base is not None else before
    take_back(kind=CHANGED, subject=meeting, round=meeting.notice_round, by=by, only_held=True)
    if not any(getattr(told, name) != getattr(meeting, name) for name in TOLD):
        _note_told(meeting, known or meeting.told[:1])
        return False
    minutes = max(hold_left(meeting), CHANGE_MINUTES)
    notify(
        kind=CHANGED,
        subject=meeting,
        recipients=[Recipient(organization=receipt.organization) for receipt in receipts],
        title=wording.changed_title(meeting),
        body=wording.changed_body(told, meeting),
        round=meeting.notice_round,
        # Each change is told once; the version is the change's own.
        step=f"v{meeting.version}",
        path=meeting.get_absolute_url(),
        link_action="meeting.answer",
        hold_minutes=minutes,
        by=by,
    )
    _note_told(meeting, known or meeting.told[:1], minutes=minutes)
    return True


def _note_told(
    meeting: Meeting, standing: list[dict[str, str]], *, minutes: int | None = None
) -> None:
    """Write down what those invited know, and with `minutes` what they will from the end of a hold on."""
    told = list(standing)
    if minutes is not None:
        moment = now() + timedelta(minutes=minutes)
        told.append(
            {
                "from": moment.isoformat(),
                "place": meeting.place,
                "note": meeting.note,
                "ends_at": meeting.ends_at.isoformat() if meeting.ends_at else "",
            }
        )
    Meeting.objects.filter(pk=meeting.pk).update(told=told)
    meeting.told = told


def _with(meeting: Meeting, values: dict[str, str]) -> Meeting:
    """Return a meeting as it was told."""
    told = copy(meeting)
    told.place, told.note = values["place"], values["note"]
    told.ends_at = datetime.fromisoformat(values["ends_at"]) if values["ends_at"] else None
    return told


def has_left(meeting: Meeting) -> bool:
    """Whether a message of the standing notice is on its way or has arrived outside the house."""
    return (
        Notice.objects.filter(subject_uid=meeting.uid, kind=KIND, round=meeting.notice_round)
        .outbound()
        .exclude(state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.CANCELLED))
        .exclude(state=NoticeState.FAILED)
        .exists()
    )


@transaction.atomic
def take_back_notice(meeting: Meeting, *, by: Actor) -> Meeting:
    """Take a notice back (撤回) while it is held and nobody has answered; a second one is a new round."""
    until = taken_back_until(meeting)
    if until is None:
        raise MeetingNotNotified
    if now() >= until:
        raise NoticeAlreadyOut
    if not Meeting.objects.filter(
        pk=meeting.pk, state=MeetingState.NOTIFIED, notice_round=meeting.notice_round
    ).update(state=MeetingState.PLANNED, notified_at=None, receipt_due_on=None, late_reason=""):
        raise MeetingNotNotified
    # The meeting's row is ours now: answers wait for it, so none can come in between.
    receipts = Receipt.objects.filter(meeting=meeting, round=meeting.notice_round)
    if receipts.answered().exists():
        raise NoticeAlreadyAnswered
    undone, _per_model = receipts.delete()
    void(duty="meeting.answer", subject=meeting, reason="通知撤回", by=by)
    revoke_links(meeting, action="meeting.answer", by=by)
    take_back(kind=KIND, subject=meeting, round=meeting.notice_round, by=by)
    if has_left(meeting):
        # The sender was quicker by a moment: nothing of this press stays.
        raise NoticeAlreadyOut
    meeting.refresh_from_db()
    record_event(
        EventKind.MEETING_TAKEN_BACK,
        target=meeting,
        by=by,
        changes={"round": meeting.notice_round, "receipts": [undone, 0]},
    )
    return meeting


@transaction.atomic
def answer_notice(
    meeting: Meeting,
    *,
    organization: Organization,
    answer: Answer,
    by: Actor,
    attendee_name: str = "",
    attendee_post: str = "",
    attendee_phone: str = "",
    people: int = 1,
    reason: str = "",
    channel: str = "",
    seen: Answer | None = None,
) -> Receipt:
    """Write down what an invited organization answers: attend, delegate, or leave with a reason.

    With `channel` it is entered for it (代录), also after the meeting; `seen` is the answer that the
    form showed, so that a proxy never overwrites what the unit has just answered itself.
    """
    if answer == Answer.LEAVE and not reason.strip():
        raise ReasonIsMissing
    locked = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if locked.state != MeetingState.NOTIFIED and not (channel and locked.state in TOOK_PLACE):
        raise MeetingNotNotified
    receipts = Receipt.objects.filter(
        meeting=meeting, organization=organization.pk, round=locked.notice_round
    )
    if seen is not None:
        receipts = receipts.filter(answer=seen)
    attends = answer in {Answer.ATTEND, Answer.DELEGATE}
    values: dict[str, Any] = {
        "answer": answer,
        "attendee_name": attendee_name if attends else "",
        "attendee_post": attendee_post if attends else "",
        "attendee_phone": attendee_phone if attends else "",
        "people": people if attends else 0,
        "reason": reason.strip() if answer == Answer.LEAVE else "",
        "answered_at": now(),
        "via": via_of(by, organization, channel),
        "channel": channel,
        "answered_by": by.post,
    }
    if not receipts.update(**values):
        standing = Receipt.objects.filter(
            meeting=meeting, organization=organization.pk, round=locked.notice_round
        ).first()
        if standing is None:
            raise NotInvited
        raise AnswerChangedMeanwhile(standing.get_answer_display())
    receipt = Receipt.objects.select_related("organization", "meeting").get(
        meeting=meeting, organization=organization.pk, round=locked.notice_round
    )
    if not receipt.number:
        # The meeting is locked: a second answer finds the number of the first.
        receipt.number = receipt_number(meeting.council.convener, today().year)
        receipt.save(update_fields=("number",))
    pay(
        duty="meeting.answer",
        bearer=organization,
        subject=meeting,
        paid_with=receipt,
        by=by,
    )
    sign_by_answering(KIND, meeting, organization=organization, by=by, channel=channel)
    by_proxy = receipt.via == Via.PROXY
    record_event(
        EventKind.MEETING_ANSWERED_BY_PROXY if by_proxy else EventKind.MEETING_ANSWERED,
        target=meeting,
        by=by,
        reason=heard_by(meeting.council.area, channel),
        changes={"organization": organization.name, "answer": receipt.answer},
    )
    return receipt


@dataclass(frozen=True)
class ProxyAnswer:
    """What one unit said on the telephone, in the chat, on paper."""

    organization: Organization
    answer: Answer
    attendee_name: str = ""
    reason: str = ""


@transaction.atomic
def answer_for_several(
    meeting: Meeting, *, answers: Iterable[ProxyAnswer], channel: str, by: Actor
) -> tuple[list[Receipt], list[Organization]]:
    """Enter the answers of several units; whoever has answered itself meanwhile is left as it stands."""
    entered, left = [], []
    for line in answers:
        try:
            with transaction.atomic():
                receipt = answer_notice(
                    meeting,
                    organization=line.organization,
                    answer=line.answer,
                    attendee_name=line.attendee_name,
                    reason=line.reason,
                    channel=channel,
                    seen=Answer.WAITING,
                    by=by,
                )
        except AnswerChangedMeanwhile:
            left.append(line.organization)
        else:
            entered.append(receipt)
    return entered, left


@transaction.atomic
def postpone_meeting(
    meeting: Meeting,
    *,
    reason: str,
    by: Actor,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    place: str = "",
    clash_reason: str = "",
) -> Meeting:
    """Move a meeting to another time, or to one still open; whoever was invited is told and asked anew."""
    if not reason.strip():
        raise ReasonIsMissing
    if starts_at is not None and starts_at <= now():
        raise TimeIsPast
    was_notified = meeting.state == MeetingState.NOTIFIED
    before = Meeting.objects.get(pk=meeting.pk)
    values: dict[str, Any] = {"state_reason": reason.strip(), "version": F("version") + 1}
    if starts_at is None:
        values |= {"state": MeetingState.POSTPONED, "receipt_due_on": None}
    else:
        day = starts_at.astimezone(SHANGHAI).date()
        values |= {
            "starts_at": starts_at,
            "ends_at": ends_at,
            "period": period_moved(before, day),
            "place": place.strip() or meeting.place,
            "clash_reason": clash_reason.strip(),
        }
        if meeting.state == MeetingState.POSTPONED:
            values["state"] = MeetingState.PLANNED
        elif was_notified:
            due_days = charter_of(meeting.council).receipt_due_days
            values |= {
                "notice_round": F("notice_round") + 1,
                "notified_at": now(),
                "receipt_due_on": _receipt_due(starts_at, due_days),
            }
    if (
        not Meeting.objects.filter(
            pk=meeting.pk, state=meeting.state, notice_round=meeting.notice_round
        )
        .filter(state__in=NOT_YET_HELD)
        .update(**values)
    ):
        raise MeetingAlreadyClosed
    meeting.refresh_from_db()
    if starts_at is not None:
        keep_room(meeting)
    if was_notified:
        _note_told(meeting, [], minutes=0)
        _tell_postponed(meeting, before, reason=reason, by=by, asks=starts_at is not None)
    record_event(EventKind.MEETING_POSTPONED, target=meeting, by=by, reason=reason)
    return meeting


def _tell_postponed(
    meeting: Meeting, before: Meeting, *, reason: str, by: Actor, asks: bool
) -> None:
    title = wording.postponed_title(meeting, before)
    body = wording.postponed_body(meeting, before, reason)
    if asks:
        _ask_for_answers(
            meeting, kind="meeting.postponed", title=title, body=body, by=by, hold_minutes=0
        )
        return
    void(duty="meeting.answer", subject=meeting, reason="会议延期", by=by)
    _tell_invited(meeting, kind="meeting.postponed", title=title, body=body, by=by)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor) -> Meeting:
    """Cancel a meeting that is still to be held; its topics are free for another agenda."""
    if not reason.strip():
        raise ReasonIsMissing
    was_notified = Receipt.objects.filter(meeting=meeting).exists()
    # The filter is the lock: of two people cancelling at once, one updates a row and one updates none.
    if not Meeting.objects.filter(pk=meeting.pk, state__in=NOT_YET_HELD).update(
        state=MeetingState.CANCELLED, state_reason=reason.strip(), version=F("version") + 1
    ):
        raise MeetingAlreadyClosed
    meeting.refresh_from_db()
    AgendaItem.objects.filter(meeting=meeting, topic__isnull=False).update(is_current=False)
    void(duty="meeting.answer", subject=meeting, reason="会议取消", by=by)
    if was_notified:
        _tell_invited(
            meeting,
            kind="meeting.cancelled",
            title=f"“{meeting.theme}”取消通知",
            body=wording.cancelled_body(meeting, reason),
            by=by,
        )
    record_event(EventKind.MEETING_CANCELLED, target=meeting, by=by, reason=reason)
    return meeting


def _tell_invited(meeting: Meeting, *, kind: str, title: str, body: str, by: Actor) -> None:
    receipts = meeting.receipts.filter(round=meeting.notice_round).select_related("organization")
    notify(
        kind=kind,
        subject=meeting,
        recipients=[Recipient(organization=receipt.organization) for receipt in receipts],
        title=title,
        body=body,
        round=max(meeting.notice_round, 1),
        path=meeting.get_absolute_url(),
        by=by,
    )
