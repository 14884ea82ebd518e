"""Whether ledger and mailbox agree, to the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.db.models import Count, F, Q

from config.play.sink import Mailbox
from partybuild.calendar import Period
from partybuild.calendar.periods import HALF, QUARTER, YEAR
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.obligations.registry import Duty, duties


@dataclass(frozen=True)
class Tally:
    """What the quarter came to: `owed` is the sum of the next five."""

    owed: int
    paid: int
    late: int
    nil: int
    exempt: int
    open: int
    sent: int
    unknown: int
    lost: int
    duplicates: int

    def as_dict(self) -> dict[str, int]:
        """Return the figures in their order."""
        return asdict(self)


def debts_of(period: Period) -> ObligationQuerySet:
    """Return the debts of the quarter: its periodic ones, and all that was brought about in it.

    The days after the quarter already open the next one's; what is owed once (reporting in) or for
    the half-year or year in which the quarter lies (renewing) belongs to it.
    """
    periodic = [duty.key for duty in duties() if type(duty).debts is not Duty.debts]
    around = {str(Period.of(period.start, kind)) for kind in (QUARTER, HALF, YEAR)}
    months = {f"{period.year}-{period.start.month + place:02d}" for place in range(3)}
    rows: ObligationQuerySet = Obligation.objects.exclude(
        Q(duty__in=periodic) & ~Q(period__in={"", *around, *months})
    )
    return rows.owed()


def tally_of(mailbox: Mailbox, period: Period) -> Tally:
    """Count the ledger, and hold the outbox against the mailbox."""
    owed = debts_of(period)
    filed = owed.filter(state=ObligationState.FILED)
    late = filed.filter(paid_on__gt=F("due_on")).count()
    sent = {
        notice.message_id
        for notice in Notice.objects.filter(channel=Channel.MAIL, state=NoticeState.SENT)
    }
    return Tally(
        owed=owed.count(),
        paid=filed.count() - late,
        late=late,
        nil=owed.filter(state=ObligationState.NIL).count(),
        exempt=owed.filter(state=ObligationState.EXEMPT).count(),
        open=owed.unpaid().count(),
        sent=len(sent),
        unknown=Notice.objects.filter(state=NoticeState.UNKNOWN).count(),
        lost=len(sent - set(mailbox.copies)),
        duplicates=sum(copies - 1 for copies in mailbox.copies.values()),
    )


def faults(tally: Tally, mailbox: Mailbox) -> list[str]:
    """Return what does not agree, in sentences; none where all is well."""
    notices = {notice.message_id: notice for notice in Notice.objects.filter(channel=Channel.MAIL)}
    found = [*_strays(mailbox, notices), *_ill_timed(mailbox, notices)]
    parts = tally.paid + tally.late + tally.nil + tally.exempt + tally.open
    if parts != tally.owed:
        found.append(f"The ledger does not add up: {tally.owed} owed, {parts} accounted for.")
    waiting = sum(notice.state in _UNDER_WAY for notice in notices.values())
    doubled = (
        Notice.objects.filter(channel=Channel.IN_APP)
        .values("kind", "subject_uid", "round", "step", "period", "organization", "person")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .count()
    )
    counts = {
        "mails still wait": waiting,
        "notices stand twice in an inbox": doubled,
        "mails were lost": tally.lost,
        "mails came twice": tally.duplicates,
    }
    return found + [f"{count} {what}." for what, count in counts.items() if count]


_UNDER_WAY = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER)


def _strays(mailbox: Mailbox, notices: dict[str, Notice]) -> Iterator[str]:
    """Mails that no notice sent, or that went elsewhere."""
    for key, recipient in mailbox.recipients.items():
        notice = notices.get(key)
        if notice is None:
            yield f"A mail came from nowhere: {key}."
        elif notice.state not in {NoticeState.SENT, NoticeState.UNKNOWN}:
            yield f"A mail came whose notice is {notice.state}: {notice.title}."
        elif notice.address != recipient:
            yield f"A mail went to {recipient} instead of {notice.address}."


def _ill_timed(mailbox: Mailbox, notices: dict[str, Notice]) -> Iterator[str]:
    """Reminders of debts already paid, or in quiet hours."""
    debts = {debt.uid: debt for debt in Obligation.objects.all()}
    for key, moment in mailbox.moments.items():
        notice = notices.get(key)
        if notice is None or not notice.is_reminder:
            continue
        asked = [notice.debt_uid] if notice.debt_uid else notice.debt_uids
        paid = [debts[uid].paid_at for uid in asked]
        # One reminder may ask for several debts: one of them unpaid is reason enough.
        if paid and all(paid_at is not None and paid_at < moment for paid_at in paid):
            yield f"A reminder went out after its debt was paid: {notice.title}."
        if not 8 <= moment.hour < 21:
            yield f"A reminder went out in quiet hours: {notice.title}."
