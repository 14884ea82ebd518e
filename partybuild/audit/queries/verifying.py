"""Is everything that was sealed still there, as it was? Names the first row that is not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from partybuild.audit import chain
from partybuild.audit.enums import EventKind, Result
from partybuild.audit.models import Event, EventSeal, Log

# Rows that one COPY reads: many quiet minutes share one.
ROWS_TOGETHER = 20_000
LAWFUL = timedelta(days=183)


@dataclass(frozen=True)
class Bad:
    """The first fault: in which log, which row, under which seal, and what is wrong with it."""

    log: str
    row: int | None
    seal: int | None
    what: str  # changed, missing, inserted, chain, tail


@dataclass
class Verification:
    """What was found."""

    ok: bool = True
    seals: int = 0
    events: int = 0
    changes: int = 0
    purged: int = 0
    unsealed: int = 0
    anchors: int = 0
    first_bad: Bad | None = None
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


class _Found(Exception):
    def __init__(self, bad: Bad) -> None:
        super().__init__(bad.what)
        self.bad = bad


def verify_chain() -> Verification:
    """Read every seal and every sealed row; memory stays bounded however many there are."""
    began = time.monotonic()
    result = Verification()
    try:
        _verify(result)
    except _Found as found:
        result.ok, result.first_bad = False, found.bad
    result.seconds = round(time.monotonic() - began, 3)
    return result


def _verify(result: Verification) -> None:
    anchors = _anchors()
    result.anchors = len(anchors)
    purged = _purged_through()
    logs = {log: _LogReader(log, result, _floors(log)) for log in Log}
    previous, number = chain.GENESIS, 0
    hashes: dict[int, str] = {}
    for seal in EventSeal.objects.order_by("number").iterator(chunk_size=20):
        if seal.number != number + 1 or bytes(seal.previous) != previous:
            raise _Found(Bad(seal.log, None, number + 1, "chain"))
        if chain.hash_of(seal) != bytes(seal.hash):
            raise _Found(Bad(seal.log, None, seal.number, "chain"))
        number, previous = seal.number, bytes(seal.hash)
        if number in anchors:
            hashes[number] = previous.hex()
        result.seals += 1
        logs[Log(seal.log)].take(seal, is_purged=number <= purged)
    for reader in logs.values():
        reader.finish()
    for place in sorted(anchors):
        if hashes.get(place) not in anchors[place] or len(anchors[place]) > 1:
            what = "tail" if place > number else "chain"
            raise _Found(Bad(Log.EVENTS, None, place, what))


@dataclass
class _LogReader:
    """Reads one log along its seals, some of them at a time."""

    log: Log
    result: Verification
    # Above which ids transactions were counted anew, in order.
    floors: list[int]
    waiting: list[EventSeal] = field(default_factory=list)
    last: EventSeal | None = None

    def take(self, seal: EventSeal, *, is_purged: bool) -> None:
        if self.last is not None and self.last.floor == seal.floor:
            if (seal.from_xid, seal.from_id) != (self.last.to_xid, self.last.to_id):
                raise _Found(Bad(self.log, None, seal.number, "chain"))
        elif (seal.from_xid, seal.from_id) != chain.START:
            raise _Found(Bad(self.log, None, seal.number, "chain"))
        if self.last is not None and self.last.floor != seal.floor:
            self._read()
            self._refuse_after_end(self.last)
        self.last = seal
        if is_purged:
            self.result.purged += seal.rows
            return
        self.waiting.append(seal)
        if sum(each.rows for each in self.waiting) >= ROWS_TOGETHER:
            self._read()

    def finish(self) -> None:
        self._read()
        with connection.cursor() as cursor:
            # Above every transaction that has ended, and our own.
            cursor.execute(
                "SELECT greatest(txid_snapshot_xmax(txid_current_snapshot()), "
                "coalesce(txid_current_if_assigned(), 0) + 1)"
            )
            horizon = cursor.fetchone()[0]
        found = self._after(self.last)
        for number, xid in found:
            if xid >= horizon:
                # A transaction that has not begun yet.
                raise _Found(Bad(self.log, number, None, "inserted"))
        self.result.unsealed += len(found)

    def _ceiling(self, floor: int) -> int | None:
        return next((each for each in self.floors if each > floor), None)

    def _refuse_after_end(self, seal: EventSeal) -> None:
        for number, _xid in self._after(seal):
            raise _Found(Bad(self.log, number, seal.number, "inserted"))

    def _after(self, seal: EventSeal | None) -> list[chain.Place]:
        found: list[chain.Place] = []
        statement = chain.copy_statement(
            self.log,
            chain.FORM,
            after=(seal.to_xid, seal.to_id) if seal else chain.START,
            floor=seal.floor if seal else 0,
            ceiling=self._ceiling(seal.floor) if seal else None,
        )
        with connection.cursor() as cursor:
            reader = chain.RowReader(lambda number, xid, _at, _hash: found.append((number, xid)))
            cursor.copy_expert(statement, reader)
        return found

    def _read(self) -> None:
        if not self.waiting:
            return
        first, last = self.waiting[0], self.waiting[-1]
        compare = _Comparison(self.log, self.waiting)
        statement = chain.copy_statement(
            self.log,
            first.form,
            after=(first.from_xid, first.from_id),
            through=(last.to_xid, last.to_id),
            floor=first.floor,
            ceiling=self._ceiling(first.floor),
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, chain.RowReader(compare.row))
        compare.finish()
        if self.log is Log.EVENTS:
            self.result.events += compare.count
        else:
            self.result.changes += compare.count
        self.waiting = []


class _Comparison:
    """Compares rows with what their seals say, in order; keeps the first fault instead of raising inside COPY."""

    def __init__(self, log: Log, seals: list[EventSeal]) -> None:
        self.log = log
        self.seals = seals
        self.count = 0
        self.bad: Bad | None = None
        self._at = -1
        self._expected: Iterator[tuple[int, bytes]] = iter(())
        self._rows = chain.Rows()
        self._next: tuple[int, bytes] | None = None
        self._advance()

    def _advance(self) -> None:
        self._next = next(self._expected, None)
        while self._next is None and self._at + 1 < len(self.seals):
            self._close()
            self._at += 1
            self._rows = chain.Rows()
            self._expected = chain.leaves_of(self.seals[self._at])
            self._next = next(self._expected, None)

    def _close(self) -> None:
        """Compare the whole hash of a seal that was read to its end."""
        if self._at < 0 or self.bad is not None:
            return
        seal = self.seals[self._at]
        if self._rows.count != seal.rows or self._rows.hash() != bytes(seal.rows_hash):
            self.bad = Bad(self.log, None, seal.number, "changed")

    def row(self, number: int, xid: int, micros: int, digest: bytes) -> None:
        if self.bad is not None:
            return
        seal = self.seals[self._at]
        if self._next is None:
            self.bad = Bad(self.log, number, seal.number, "inserted")
        elif number != self._next[0]:
            known = any(number == each for at in self.seals for each, _h in chain.leaves_of(at))
            # A known row that comes too early: the expected one is gone, or moved.
            self.bad = Bad(
                self.log,
                self._next[0] if known else number,
                seal.number,
                "missing" if known else "inserted",
            )
        elif digest[:8] != self._next[1]:
            self.bad = Bad(self.log, number, seal.number, "changed")
        else:
            self._rows.take(number, xid, micros, digest)
            self.count += 1
            self._advance()

    def finish(self) -> None:
        if self.bad is None and self._next is not None:
            self.bad = Bad(self.log, self._next[0], self.seals[self._at].number, "missing")
        self._close()
        if self.bad is not None:
            raise _Found(self.bad)


def _floors(log: Log) -> list[int]:
    floors = EventSeal.objects.filter(log=log).order_by("floor").values_list("floor", flat=True)
    return list(floors.distinct())


def _anchors() -> dict[int, set[str]]:
    """Return what the second place knows: {seal: hashes}; two for one seal are a fault of their own."""
    known: dict[int, set[str]] = {}
    if not settings.AUDIT_ANCHOR_DIR:
        return known
    place = Path(settings.AUDIT_ANCHOR_DIR)
    files = [*sorted(place.glob("anchors-*.jsonl")), *place.glob("latest.json")]
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                anchor = json.loads(line)
                known.setdefault(int(anchor["number"]), set()).add(str(anchor["hash"]))
    return known


def _purged_through() -> int:
    """Return the last seal whose rows a lawful purge took: its event must say so, and be late enough."""
    through = 0
    for event in Event.objects.filter(kind=EventKind.PURGED, result=Result.DONE).order_by("id"):
        last = EventSeal.objects.filter(number=event.changes.get("through", 0)).first()
        if last is None or bytes(last.hash).hex() != event.changes.get("hash"):
            continue
        young = EventSeal.objects.filter(
            number__lte=last.number, newest_at__gte=_lawful_before(event)
        )
        if not young.exists():
            through = max(through, last.number)
    return through


def _lawful_before(event: Event) -> datetime:
    return event.at - LAWFUL
