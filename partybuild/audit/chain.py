"""The form of the chain: what of a row is hashed, and how one seal holds the one before it.

A row is hashed as PostgreSQL's own COPY writes its columns (unambiguous, the same in every release, and nothing is built
per row). A later release that adds a column adds a form; seals name theirs, and old ones are read with it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes

from partybuild.audit.models import EventSeal, Log

FORM = 1
TABLES = {Log.EVENTS: "audit_event", Log.CHANGES: "audit_rowchange"}
XIDS = {Log.EVENTS: "changed_xid", Log.CHANGES: "xid"}


def _micros(column: str) -> str:
    return f"(extract(epoch from {column}) * 1000000)::bigint"


# Two first: id and transaction, by which rows are put in order; then the time by which they are purged.
_COLUMNS = {
    (Log.EVENTS, 1): (
        "id", "changed_xid", _micros("at"), "uid", _micros("changed_at"), "kind", "actor_kind",
        "actor_name", "actor_post", "user_id", "person_id", "appointment_id", "organization_id",
        "role", "area_path", "object_label", "object_uid", "object_text", "changes", "reason",
        "result", "batch_uid", "about", "is_follow_up", "request_id", "source",
    ),
    (Log.CHANGES, 1): (
        "id", "xid", _micros("at"), "label", "object_uid", "operation", "changes",
    ),
}  # fmt: skip
LEAF = struct.Struct(">q8s")
_HEAD = struct.Struct(">qH10s9q")
Place = tuple[int, int]
START: Place = (-1, -1)


def sm3(*parts: bytes) -> bytes:
    """Return the SM3 of some bytes."""
    digest = hashes.Hash(hashes.SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


GENESIS = sm3(b"partybuild audit chain")


def copy_statement(
    log: str,
    form: int,
    *,
    after: Place,
    through: Place | None = None,
    below: int | None = None,
    floor: int = 0,
    ceiling: int | None = None,
    limit: int | None = None,
) -> str:
    """Return the COPY of a range of a log; every value in it is a number of ours."""
    xid = XIDS[Log(log)]
    conditions = [f"id > {floor:d}", f"({xid}, id) > ({after[0]:d}, {after[1]:d})"]
    # Beside the pair, so that the index on transactions alone serves too.
    conditions.append(f"{xid} >= {after[0]:d}")
    if through is not None:
        conditions += [
            f"({xid}, id) <= ({through[0]:d}, {through[1]:d})",
            f"{xid} <= {through[0]:d}",
        ]
    if below is not None:
        conditions.append(f"{xid} < {below:d}")
    if ceiling is not None:
        conditions.append(f"id <= {ceiling:d}")
    return (
        f"COPY (SELECT {', '.join(_COLUMNS[Log(log), form])} FROM {TABLES[Log(log)]} "  # noqa: S608
        f"WHERE {' AND '.join(conditions)} ORDER BY {xid}, id"
        + (f" LIMIT {limit:d}" if limit else "")
        + ") TO STDOUT"
    )


@dataclass
class RowReader:
    """A file that COPY writes into: gives each row's id, transaction, time and SM3."""

    take: Callable[[int, int, int, bytes], None]
    _rest: bytes = b""

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; rows end with a newline, which no value contains."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        take, new, kind = self.take, hashes.Hash, hashes.SM3()
        for line in lines:
            number, xid, micros, _row = line.split(b"\t", 3)
            digest = new(kind)
            digest.update(line)
            take(int(number), int(xid), int(micros), digest.finalize())


@dataclass
class Rows:
    """The rows of one range, condensed."""

    leaves: bytearray = field(default_factory=bytearray)
    count: int = 0
    oldest: int = 0
    newest: int = 0
    highest: int = 0
    last: Place = START
    _all: hashes.Hash = field(default_factory=lambda: hashes.Hash(hashes.SM3()))

    def take(self, number: int, xid: int, micros: int, digest: bytes) -> None:
        """Add one row."""
        self.leaves += LEAF.pack(number, digest[:8])
        self._all.update(digest)
        self.oldest = min(self.oldest or micros, micros)
        self.newest = max(self.newest, micros)
        self.highest = max(self.highest, number)
        self.last = (xid, number)
        self.count += 1

    def hash(self) -> bytes:
        """Return the SM3 over all rows' SM3."""
        return self._all.finalize()


def hash_of(seal: EventSeal) -> bytes:
    """Return the hash that a seal must have."""
    head = _HEAD.pack(
        seal.number,
        seal.form,
        str(seal.log).encode(),
        seal.floor,
        seal.from_xid,
        seal.from_id,
        seal.to_xid,
        seal.to_id,
        seal.rows,
        seal.highest_id,
        seal.cluster,
        int(seal.newest_at.timestamp() * 1000),
    )
    return sm3(bytes(seal.previous), head, bytes(seal.rows_hash), sm3(bytes(seal.leaves)))


def leaves_of(seal: EventSeal) -> Iterator[tuple[int, bytes]]:
    """Return the ids and the beginnings of the hashes of a seal's rows."""
    return LEAF.iter_unpack(bytes(seal.leaves))
