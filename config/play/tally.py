"""Whether ledger and mailbox agree, to the row."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db.models import Count, F

from config.play.sink import Mailbox
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation


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


def tally_of(mailbox: Mailbox) -> Tally:
    """Count the ledger, and hold the outbox against the mailbox."""
    owed = Obligation.objects.owed()
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
    found = []
    parts = tally.paid + tally.late + tally.nil + tally.exempt + tally.open
    if parts != tally.owed:
        found.append(f"The ledger does not add up: {tally.owed} owed, {parts} accounted for.")
    notices = {notice.message_id: notice for notice in Notice.objects.filter(channel=Channel.MAIL)}
    for key in mailbox.copies:
        notice = notices.get(key)
        if notice is None:
            found.append(f"A mail came from nowhere: {key}.")
        elif notice.state not in {NoticeState.SENT, NoticeState.UNKNOWN}:
            found.append(f"A mail came whose notice is {notice.state}: {notice.title}.")
        elif notice.address != mailbox.recipients[key]:
            found.append(f"A mail went to {mailbox.recipients[key]} instead of {notice.address}.")
    debts = {debt.uid: debt for debt in Obligation.objects.all()}
    for key, moment in mailbox.moments.items():
        notice = notices.get(key)
        if notice is None or not notice.is_reminder or notice.debt_uid is None:
            continue
        debt = debts[notice.debt_uid]
        if debt.paid_at is not None and debt.paid_at < moment:
            found.append(f"A reminder went out after its debt was paid: {notice.title}.")
        if not 8 <= moment.hour < 21:
            found.append(f"A reminder went out in quiet hours: {notice.title}.")
    waiting = Notice.objects.filter(channel=Channel.MAIL).filter(
        state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER)
    )
    if waiting.exists():
        found.append(f"{waiting.count()} mails still wait.")
    doubled = (
        Notice.objects.filter(channel=Channel.IN_APP)
        .values("kind", "subject_uid", "round", "step", "period", "organization", "person")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    if doubled.exists():
        found.append("A notice stands twice in an inbox.")
    for name, count in (("lost", tally.lost), ("duplicated", tally.duplicates)):
        if count:
            found.append(f"{count} mails were {name}.")
    return found
