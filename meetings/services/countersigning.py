"""Sending minutes round before they are issued: silence until the date is consent."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q

from meetings.enums import (
    Audience,
    CirculationState,
    Countersigned,
    EventKind,
    MinutesState,
    Via,
)
from meetings.exceptions import (
    AlreadyCountersigned,
    MinutesAreEmpty,
    MinutesAreUnfinished,
    MinutesNotCirculating,
    NobodyToCountersign,
    OpinionIsMissing,
    ReasonIsMissing,
)
from meetings.models import Countersignature, Meeting, Minutes, MinutesCirculation
from meetings.queries.charter import charter_of
from meetings.queries.merging import changed_paragraphs
from meetings.queries.minutes import (
    as_sent,
    bodies_present,
    earlier_circulation,
    resolved_sentences,
    unfinished_lines,
)
from meetings.services import wording
from meetings.services.doors import heard_by, via_of
from meetings.services.minuting import refuse
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, void
from partybuild.organizations.models import Organization

DUTY = "minutes.countersign"


@transaction.atomic
def circulate_minutes(
    minutes: Minutes, *, audience: Audience, version: int, by: Actor, note: str = ""
) -> MinutesCirculation:
    """Send the text to the units for countersigning; until the round ends nobody changes it."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council__convener", "council__area")
        .get(pk=minutes.meeting_id)
    )
    if not minutes.text.strip():
        raise MinutesAreEmpty
    if unfinished := unfinished_lines(minutes.text):
        raise MinutesAreUnfinished(unfinished)
    bodies = _asked(meeting, audience)
    if not bodies:
        raise NobodyToCountersign
    # The version says that what is sent was read by who sends it.
    if not Minutes.objects.filter(pk=minutes.pk, state=MinutesState.DRAFT, version=version).update(
        state=MinutesState.COUNTERSIGNING, version=F("version") + 1
    ):
        refuse(meeting)
    minutes.refresh_from_db()
    due_on = add_working_days(today(), charter_of(meeting.council).countersign_days)
    circulation = MinutesCirculation.objects.create(
        minutes=minutes,
        round=minutes.circulations.count() + 1,
        text=minutes.text,
        resolved=resolved_sentences(meeting, minutes.text),
        audience=audience,
        note=note,
        sent_at=now(),
        sent_post=by.post,
        due_on=due_on,
    )
    Countersignature.objects.bulk_create(
        Countersignature(circulation=circulation, organization=body) for body in bodies
    )
    owe([_debt(circulation, meeting, body) for body in bodies], by=by)
    earlier = earlier_circulation(circulation)
    changes = changed_paragraphs(as_sent(earlier), as_sent(circulation)) if earlier else []
    notify(
        kind="minutes.countersign",
        subject=circulation,
        recipients=[Recipient(organization=body) for body in bodies],
        title=wording.countersign_title(meeting, circulation.round),
        body=wording.countersign_body(meeting, circulation, changes),
        path=circulation.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.MINUTES_CIRCULATED,
        target=meeting,
        by=by,
        changes={
            "round": circulation.round,
            "bodies": len(bodies),
            "due_on": due_on.isoformat(),
        },
    )
    return circulation


def _asked(meeting: Meeting, audience: Audience) -> list[Organization]:
    """Return who is asked: who came, or everybody invited; never the convener itself."""
    invited = Organization.objects.filter(
        pk__in=meeting.receipts.filter(round=meeting.notice_round).values("organization")
    ).exclude(pk=meeting.council.convener_id)
    if audience == Audience.PRESENT:
        came = bodies_present(meeting.presences.all()) - {meeting.council.convener_id}
        invited = Organization.objects.filter(pk__in=came)
    return list(invited.order_by("sort", "pk"))


def _debt(circulation: MinutesCirculation, meeting: Meeting, body: Organization) -> Debt:
    return Debt(
        duty=DUTY,
        bearer_organization=body,
        owed_to=meeting.council.convener,
        subject=circulation,
        period=str(Period.of(circulation.due_on)),
        due_on=circulation.due_on,
        area=meeting.council.area,
    )


def _locked(circulation_id: int) -> MinutesCirculation:
    """Return a round under its lock: answers, recalling and closing follow one another."""
    return (
        MinutesCirculation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("minutes__meeting__council__convener", "minutes__meeting__council__area")
        .get(pk=circulation_id)
    )


@transaction.atomic
def countersign_minutes(
    signature: Countersignature,
    *,
    answer: Countersigned,
    by: Actor,
    opinion: str = "",
    channel: str = "",
) -> Countersignature:
    """Agree to a draft or say what should be different; may be changed until the round ends."""
    if answer not in {Countersigned.AGREED, Countersigned.OPINION}:
        raise ValueError(f"nobody countersigns with {answer}")
    opinion = opinion.strip()
    if answer == Countersigned.OPINION and not opinion:
        raise OpinionIsMissing
    circulation = _locked(signature.circulation_id)
    if not circulation.is_open:
        raise MinutesNotCirculating
    body = signature.organization
    rows = Countersignature.objects.filter(pk=signature.pk)
    if channel:
        # What a unit said itself stands: a proxy only fills in or corrects a proxy's answer.
        rows = rows.filter(Q(answer=Countersigned.WAITING) | Q(via=Via.PROXY))
    if not rows.update(
        answer=answer,
        opinion=opinion,
        answered_at=now(),
        answered_by=by.post,
        via=via_of(by, body, channel),
        channel=channel,
    ):
        raise AlreadyCountersigned
    signature.refresh_from_db()
    meeting = circulation.minutes.meeting
    pay(duty=DUTY, bearer=body, subject=circulation, paid_with=signature, by=by)
    record_event(
        EventKind.MINUTES_COUNTERSIGNED_BY_PROXY if channel else EventKind.MINUTES_COUNTERSIGNED,
        target=meeting,
        by=by,
        reason=heard_by(meeting.council.area, channel),
        changes={"organization": body.name, "answer": str(answer), "round": circulation.round},
    )
    if answer == Countersigned.OPINION and not channel:
        notify(
            kind="minutes.opinion",
            subject=signature,
            recipients=[Recipient(organization=meeting.council.convener)],
            title=wording.opinion_title(meeting, body),
            body=opinion,
            path=circulation.minutes.get_absolute_url(),
            by=by,
        )
    if not circulation.signatures.waiting().exists():
        _close(circulation, by)
    return signature


def _close(circulation: MinutesCirculation, by: Actor) -> bool:
    """End a round: who kept silent has consented; the text may be signed, or changed and sent again."""
    if not MinutesCirculation.objects.filter(pk=circulation.pk, state=CirculationState.OPEN).update(
        state=CirculationState.CLOSED, ended_at=now()
    ):
        return False
    circulation.refresh_from_db()
    circulation.signatures.waiting().update(answer=Countersigned.SILENT)
    meeting = circulation.minutes.meeting
    # Settled by the charter and not by the unit: it counts neither for nor against it.
    for body in Organization.objects.filter(
        countersignatures__circulation=circulation,
        countersignatures__answer=Countersigned.SILENT,
    ):
        void(duty=DUTY, subject=circulation, bearer=body, reason=wording.SILENCE_IS_CONSENT, by=by)
    Minutes.objects.filter(pk=circulation.minutes_id, state=MinutesState.COUNTERSIGNING).update(
        state=MinutesState.DRAFT, version=F("version") + 1
    )
    answers = list(circulation.signatures.values_list("answer", flat=True))
    counts = {str(each): answers.count(each) for each in Countersigned if each in answers}
    notify(
        kind="minutes.countersigned",
        subject=circulation,
        recipients=[Recipient(organization=meeting.council.convener)],
        title=wording.countersigned_title(meeting),
        body=wording.countersigned_body(counts),
        path=circulation.minutes.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.MINUTES_CIRCULATION_CLOSED,
        target=meeting,
        by=by,
        changes={"round": circulation.round, **counts},
    )
    return True


@transaction.atomic
def recall_circulation(
    circulation: MinutesCirculation, *, reason: str, by: Actor
) -> MinutesCirculation:
    """Take a text back before the round ends, to change it; the units are told."""
    if not reason.strip():
        raise ReasonIsMissing
    locked = _locked(circulation.pk)
    if not MinutesCirculation.objects.filter(pk=locked.pk, state=CirculationState.OPEN).update(
        state=CirculationState.RECALLED, ended_at=now(), recall_reason=reason.strip()[:300]
    ):
        raise MinutesNotCirculating
    meeting = locked.minutes.meeting
    Minutes.objects.filter(pk=locked.minutes_id, state=MinutesState.COUNTERSIGNING).update(
        state=MinutesState.DRAFT, version=F("version") + 1
    )
    waiting = locked.signatures.waiting().select_related("organization")
    bodies = [signature.organization for signature in waiting]
    for body in bodies:
        void(duty=DUTY, subject=locked, bearer=body, reason=reason, by=by)
    notify(
        kind="minutes.recalled",
        subject=locked,
        recipients=[
            Recipient(organization=signature.organization)
            for signature in locked.signatures.select_related("organization")
        ],
        title=wording.recalled_title(meeting),
        body=wording.recalled_body(meeting, reason),
        path=locked.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.MINUTES_RECALLED,
        target=meeting,
        by=by,
        reason=reason,
        changes={"round": locked.round},
    )
    locked.refresh_from_db()
    return locked


def close_circulations(*, by: Actor) -> int:
    """End the rounds whose date has passed; returns how many. A second run finds them ended."""
    over = MinutesCirculation.objects.filter(state=CirculationState.OPEN, due_on__lt=today())
    return sum(_close_one(pk, by) for pk in over.values_list("pk", flat=True).order_by("pk"))


@transaction.atomic
def _close_one(pk: int, by: Actor) -> bool:
    return _close(_locked(pk), by)
