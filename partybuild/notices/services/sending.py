"""The outbox: queued → claimed (lease) → handover → sent, or failed, unknown, cancelled.

PostgreSQL owns each step. A row is claimed and committed; the mail server is talked to up to the
end of the text; `handover` is committed; only then the final dot is sent, or the last byte of a
short message. A worker that dies while
`claimed` has handed over nothing, and the lease gives the row to another. One that dies in
`handover` leaves a mail of which nobody knows: it becomes `unknown` and is asked about, not resent.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from partybuild.access import Actor
from partybuild.calendar.clock import Now
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import OUTBOUND, WAY_IN, Channel, NoticeState
from partybuild.notices.faults import is_database_away
from partybuild.notices.letters import Letter, Posting, ShortText
from partybuild.notices.models import Notice
from partybuild.notices.models.notice import NoticeQuerySet
from partybuild.notices.robots import RobotCourier
from partybuild.notices.services.channels import is_paused
from partybuild.notices.services.checking import prepare
from partybuild.notices.services.gathering import gather_digests
from partybuild.notices.services.reconciling import reconcile_unknown
from partybuild.notices.services.robots import within_rate
from partybuild.notices.sms import SmsCourier
from partybuild.notices.smtp import Courier, Outcome, ServerDown, Verdict

log = logging.getLogger(__name__)

BATCH = 50
AnyCourier = Courier | SmsCourier | RobotCourier
MOST_ATTEMPTS = 8
# After two mails in a row have broken the connection, the server is ill, not the mails.
_BROKEN_IN_A_ROW = 2


def send_notices(*, by: Actor) -> int:
    """Send everything that is due now; returns the number of messages that were taken.

    Runs outside a transaction, any number of times at once: each row is claimed by one.
    """
    expire_handovers()
    gather_digests()
    # Short messages first: they are few, and go where somebody waits.
    sent = _send_by(Channel.SMS, SmsCourier(), by=by)
    with Courier() as courier:
        sent += _send_by(Channel.MAIL, courier, by=by)
    sent += _post_to_groups(by=by)
    reconcile_unknown(by=by)
    return sent


def _send_by(channel: Channel, courier: AnyCourier, *, by: Actor) -> int:
    sent = 0
    while claimed := claim_batch(channel):
        taken, goes_on = _deliver(courier, claimed, by=by)
        sent += taken
        if not goes_on:
            break
    return sent


def _post_to_groups(*, by: Actor) -> int:
    """Post what is due; a group that cannot be reached keeps no other group waiting."""
    sent = 0
    courier = RobotCourier()
    while claimed := claim_batch(Channel.ROBOT):
        groups: dict[int | None, list[Notice]] = defaultdict(list)
        for notice in claimed:
            groups[notice.robot_id].append(notice)
        for found in groups.values():
            taken, _goes_on = _deliver(courier, found, by=by)
            sent += taken
    return sent


@transaction.atomic(durable=True)
def claim_batch(channel: Channel = Channel.MAIL) -> list[Notice]:
    """Take the next rows for this worker alone, until the lease ends; none while held back."""
    if is_paused(channel):
        return []
    due = Q(state=NoticeState.QUEUED, not_before__lte=Now()) & (
        Q(retry_at=None) | Q(retry_at__lte=ClockTimestamp())
    )
    left_behind = Q(state=NoticeState.CLAIMED, lease_until__lt=ClockTimestamp())
    rows = Notice.objects.filter(due | left_behind, channel=channel).order_by("pk")
    # What goes together is sent in its letter; what was to be gathered and is alone carries itself.
    rows = rows.filter(Q(digest="") | Q(carrier=F("pk")))
    if channel == Channel.ROBOT:
        rows = within_rate(rows)
    # The lock is what keeps two workers from taking the same row: whoever comes second skips it.
    # A link to sign in passes the wave: it is good for half an hour, and somebody waits for it.
    found = _locked(rows.filter(kind=WAY_IN)) or _locked(rows)
    if not found:
        return []
    claim = uuid.uuid4()
    Notice.objects.filter(pk__in=[pk for pk, _state, _claim in found]).update(
        # Left behind in the middle: that counts as a try, so that no row can kill workers for ever.
        attempts=F("attempts")
        + Case(When(pk__in=_tried_last(found), then=Value(1)), default=Value(0)),
        state=NoticeState.CLAIMED,
        claim=claim,
        lease_until=ClockTimestamp() + timedelta(seconds=settings.MAIL_LEASE_SECONDS),
    )
    return list(
        Notice.objects.filter(claim=claim)
        .select_related("person", "organization__area", "sender", "robot", "on_behalf_of")
        .order_by("pk")
    )


def _locked(rows: NoticeQuerySet) -> list[tuple[int, str, uuid.UUID | None]]:
    return list(locked(rows).values_list("pk", "state", "claim")[:BATCH])


def _tried_last(found: Sequence[tuple[int, str, uuid.UUID | None]]) -> list[int]:
    """Return what dead workers had in hand: of each claim left behind the first row, not its neighbors."""
    first: dict[uuid.UUID | None, int] = {}
    for pk, state, claim in found:
        if state == NoticeState.CLAIMED:
            first.setdefault(claim, pk)
    return list(first.values())


def locked(rows: NoticeQuerySet) -> NoticeQuerySet:
    """Lock rows against other workers (FOR UPDATE SKIP LOCKED)."""
    return rows.select_for_update(skip_locked=True)


def _deliver(courier: AnyCourier, claimed: Sequence[Notice], *, by: Actor) -> tuple[int, bool]:
    """Send one batch; returns (messages taken, whether to go on)."""
    letters = _prepared([each for each in claimed if not _is_exhausted(each)], by=by)
    sent = broken = 0
    for position, letter in enumerate(letters):
        try:
            outcome = courier.send(letter, before_dot=lambda: hand_over(letter.notice))  # noqa: B023
        except ServerDown as down:
            release([each.notice for each in letters[position:]], why=str(down))
            return sent, False
        note_outcome(letter.notice, outcome)
        sent += outcome.verdict is Verdict.TAKEN
        broken = broken + 1 if outcome.is_broken else 0
        if broken >= _BROKEN_IN_A_ROW:
            release([each.notice for each in letters[position + 1 :]], why=outcome.reason)
            return sent, False
    return sent, True


def _prepared(claimed: Sequence[Notice], *, by: Actor) -> list[Letter | ShortText | Posting]:
    """Write the letters of a batch; one that cannot be written must not keep the others."""
    try:
        return prepare(claimed, by=by)
    except Exception as error:  # checks and duties of any app are asked here
        if is_database_away(error):
            raise
        if len(claimed) > 1:
            return [letter for each in claimed for letter in _prepared([each], by=by)]
        (notice,) = claimed
        log.exception("notice %s cannot be written", notice.uid)
        reason = f"内容无法生成：{type(error).__name__}"
        note_outcome(notice, Outcome(Verdict.LATER, reason))
        return []


def _is_exhausted(notice: Notice) -> bool:
    if notice.attempts < MOST_ATTEMPTS:
        return False
    _mine(notice, NoticeState.CLAIMED).update(
        state=NoticeState.FAILED, error=_parked("发送中断"), claim=None, lease_until=None
    )
    return True


def _mine(notice: Notice, *states: NoticeState) -> NoticeQuerySet:
    rows: NoticeQuerySet = Notice.objects.filter(pk=notice.pk, claim=notice.claim, state__in=states)
    return rows


@transaction.atomic(durable=True)
def hand_over(notice: Notice) -> bool:
    """Commit that the final dot is about to be sent; False where the claim is no longer ours.

    Paid, taken back or leased out to another meanwhile: then the dot is not sent.
    """
    patience = settings.EMAIL_TIMEOUT
    if notice.channel == Channel.SMS and settings.SMS_GATEWAY is not None:
        patience = settings.SMS_GATEWAY.timeout
    elif notice.channel == Channel.ROBOT:
        patience = settings.ROBOTS.timeout
    seconds = 2 * patience + settings.MAIL_HANDOVER_SECONDS
    return bool(
        _mine(notice, NoticeState.CLAIMED)
        .filter(lease_until__gt=ClockTimestamp())
        .update(
            state=NoticeState.HANDOVER,
            address=notice.address,
            lease_until=ClockTimestamp() + timedelta(seconds=seconds),
        )
    )


@transaction.atomic(durable=True)
def note_outcome(notice: Notice, outcome: Outcome) -> None:
    """Write down what became of one mail."""
    match outcome.verdict:
        case Verdict.TAKEN:
            # Also where a sweep has just called it unknown: now it is known.
            _mine(notice, NoticeState.HANDOVER, NoticeState.UNKNOWN).update(
                state=NoticeState.SENT,
                sent_at=Now(),
                error="",
                lease_until=None,
                unknown_at=None,
                provider_id=outcome.provider_id[:100],
            )
        case Verdict.UNKNOWN:
            _mine(notice, NoticeState.HANDOVER).update(
                state=NoticeState.UNKNOWN,
                unknown_at=ClockTimestamp(),
                was_unknown=True,
                error=outcome.reason[:300],
                lease_until=None,
            )
        case Verdict.REFUSED:
            _mine(notice, NoticeState.CLAIMED, NoticeState.HANDOVER).update(
                state=NoticeState.FAILED,
                attempts=F("attempts") + 1,
                address=notice.address,
                error=outcome.reason[:300],
                claim=None,
                lease_until=None,
            )
        case Verdict.LATER:
            _try_later(notice, outcome.reason, wait_seconds=outcome.wait_seconds)
        case Verdict.NOT_OURS:
            pass


def _try_later(notice: Notice, reason: str, *, wait_seconds: int) -> None:
    attempts = notice.attempts + 1
    rows = _mine(notice, NoticeState.CLAIMED, NoticeState.HANDOVER)
    if attempts >= MOST_ATTEMPTS:
        rows.update(
            state=NoticeState.FAILED,
            attempts=attempts,
            address=notice.address,
            error=_parked(reason),
            claim=None,
            lease_until=None,
        )
        return
    rows.update(
        state=NoticeState.QUEUED,
        attempts=attempts,
        retry_at=ClockTimestamp() + max(back_off(attempts), timedelta(seconds=wait_seconds)),
        error=reason[:300],
        claim=None,
        lease_until=None,
    )


def _parked(reason: str) -> str:
    return f"重试{MOST_ATTEMPTS}次未成功：{reason}"[:300]


def back_off(attempts: int) -> timedelta:
    """Return how long to wait after the n-th failure: doubled each time, an hour at most, spread out."""
    seconds = min(30 * 2**attempts, 3600)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))


@transaction.atomic(durable=True)
def release(notices: Sequence[Notice], *, why: str) -> None:
    """Put rows back that could not be tried: the server's fault is not counted against them."""
    for notice in notices:
        _mine(notice, NoticeState.CLAIMED).update(
            state=NoticeState.QUEUED,
            retry_at=ClockTimestamp() + timedelta(seconds=random.uniform(30, 60)),
            error=why[:300],
            claim=None,
            lease_until=None,
        )


@transaction.atomic(durable=True)
def expire_handovers() -> int:
    """Call unknown what a dead worker had handed over without writing down the answer."""
    return Notice.objects.filter(
        channel__in=OUTBOUND, state=NoticeState.HANDOVER, lease_until__lt=ClockTimestamp()
    ).update(
        state=NoticeState.UNKNOWN,
        unknown_at=ClockTimestamp(),
        was_unknown=True,
        error="交出时中断，未收到答复",
        lease_until=None,
    )
