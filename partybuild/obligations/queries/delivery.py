"""What became of one sending: per recipient and way delivered, seen, answered; who must be called first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation

_WAITING = (NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER)


@dataclass
class DeliveryLine:
    """One recipient of a sending."""

    name: str
    contact_name: str = ""
    contact_phone: str = ""
    notices: list[Notice] = field(default_factory=list)
    debts: list[Obligation] = field(default_factory=list)

    @property
    def ways(self) -> list[tuple[Notice, int]]:
        """What went to whom by which way, alike ones once with their number."""
        found: dict[tuple[object, ...], list[Notice]] = {}
        for notice in self.notices:
            fate = notice.fate
            key = (notice.person_id, notice.channel, fate.state, fate.error, notice.read_at is None)
            found.setdefault(key, []).append(notice)
        return [(rows[0], len({each.fate.pk for each in rows})) for rows in found.values()]

    @property
    def outbound(self) -> list[Notice]:
        """What left the house, or was to."""
        return [each for each in self.notices if each.channel != Channel.IN_APP]

    @property
    def is_seen(self) -> bool:
        """Whether somebody has opened it here."""
        return any(each.read_at is not None for each in self.notices)

    @property
    def is_answered(self) -> bool:
        """Whether everything that was asked for is done."""
        return bool(self.debts) and all(not each.is_unpaid for each in self.debts)

    @property
    def is_delivered(self) -> bool:
        """Whether at least one way has worked."""
        return any(each.fate.state == NoticeState.SENT for each in self.outbound)

    @property
    def has_reached(self) -> bool:
        """Whether it has reached them by any way: handed over outside, opened here, or acted on by its link."""
        return self.is_delivered or self.is_seen or self.is_answered

    @property
    def is_waiting(self) -> bool:
        """Whether something is still on its way."""
        return any(each.fate.state in _WAITING for each in self.outbound)

    @property
    def is_unwanted(self) -> bool:
        """Whether it was called off before it left: what came instead is told by its own sending."""
        ways = self.outbound
        return bool(ways) and all(each.fate.state == NoticeState.CANCELLED for each in ways)

    @property
    def must_call(self) -> bool:
        """Whether no way has worked, nobody has looked and nothing is done: somebody has to call."""
        return not (self.has_reached or self.is_waiting or self.is_unwanted)

    @property
    def order(self) -> tuple[int, str]:
        """Who must be called first, who is done last."""
        rank = (
            0
            if self.must_call
            else 4
            if self.is_answered
            else 3
            if self.is_seen
            else 2
            if self.is_delivered
            else 1
        )
        return (rank, self.name)


def delivery_lines(notices: Iterable[Notice]) -> list[DeliveryLine]:
    """Return one line for each body or person that a sending went to, in a fixed number of queries."""
    rows = list(notices)
    lines: dict[tuple[int | None, int | None], DeliveryLine] = {}
    for notice in rows:
        body = notice.organization
        key = (body.pk, None) if body is not None else (None, notice.person_id)
        if key not in lines:
            lines[key] = DeliveryLine(
                name=body.called if body is not None else notice.recipient_name,
                contact_name=body.contact_name if body is not None else "",
                contact_phone=body.contact_phone if body is not None else "",
            )
        lines[key].notices.append(notice)
    _put_debts(rows, lines)
    for line in lines.values():
        line.notices.sort(key=lambda each: (each.channel != Channel.IN_APP, each.pk))
    return sorted(lines.values(), key=lambda line: line.order)


def _put_debts(
    rows: list[Notice], lines: dict[tuple[int | None, int | None], DeliveryLine]
) -> None:
    uids = {uid for each in rows for uid in (each.debt_uid, *each.debt_uids) if uid is not None}
    asked = {each.link_action for each in rows if each.link_action} if not uids else set()
    debts = (
        Obligation.objects.filter(uid__in=uids)
        if uids
        else Obligation.objects.filter(
            # A notice whose link pays a duty: the link's action is the duty's key.
            duty__in=asked,
            subject_uid__in={each.subject_uid for each in rows},
        ).owed()
    )
    for debt in debts:
        key = (
            (debt.bearer_organization_id, None)
            if debt.bearer_organization_id is not None
            else (None, debt.bearer_person_id)
        )
        if key in lines:
            lines[key].debts.append(debt)


def call_text(lines: Iterable[DeliveryLine]) -> str:
    """Return the list of those who must be called, with their numbers, to copy."""
    return "\n".join(
        f"{number}. {line.name} {line.contact_name} {line.contact_phone or _('未登记电话')}".strip()
        for number, line in enumerate((each for each in lines if each.must_call), 1)
    )


__all__ = ("DeliveryLine", "call_text", "delivery_lines")
