"""What every answer is held against, and what a request wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tests.probes.reading import is_html
from tests.probes.world import CANARY, World

# Written by any request: who is signed in, which form was sent, what a limit counts, who was refused.
BOOKKEEPING = {
    "django_session",
    "django_cache",
    "accounts_formnonce",
    "accounts_user",
    "audit_event",
}
_WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)"?', re.IGNORECASE)


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """Collect (verb, table) of every write."""
    found: list[tuple[str, str]] = []

    def watch(execute: Any, sql: str, *more: Any) -> Any:
        write = _WRITES.match(sql)
        if write:
            found.append((write[1].split()[0].upper(), write[2].lower()))
        return execute(sql, *more)

    with connection.execute_wrapper(watch):
        yield found


def business(writes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep the writes that change more than the books."""
    return [(verb, table) for verb, table in writes if table not in BOOKKEEPING]


# Reading one's own notice marks it as seen (reliability.md, T22).
READING_WRITES = {("notices:notice-detail", "notices_notice")}


def tables() -> list[str]:
    """Return every table of the product."""
    return sorted(
        name
        for name in connection.introspection.table_names()
        if name not in BOOKKEEPING and not name.startswith("django_")
    )


def fingerprint() -> dict[str, tuple[int, int]]:
    """Return {table: (rows, sum of their hashes)}: equal as long as nothing has changed."""
    parts = [
        f"SELECT '{name}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM \"{name}\" t"
        for name in tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (count, total) for name, count, total in cursor.fetchall()}


# -- Who may be sent what ------------------------------------------------------------------------

# Names of bodies and places above one's own are said everywhere.
_OF_ABOVE = {"area", "committee"}
# What a unit or member shares with the others of its community.
_SHARED = {"council", "topic", "meeting", "resolution", "minutes", "unit"}
_PERSONS = {"member", "account", "building", "address", "skill", "post"}


@dataclass(frozen=True)
class Reader:
    """Somebody who is sent answers: where they stand, in which column of access.csv."""

    key: str
    role: str
    column: str

    @property
    def is_administrator(self) -> bool:
        """One of the three."""
        return self.role in {"system", "security", "auditor"}

    def is_foreign(self, kind: str, key: str) -> bool:
        """Tell whether a canary of this kind and place has no business in an answer to them."""
        if self.is_administrator:
            # Who has an account is known to those who keep accounts; who else is a member is not.
            return kind not in {
                "area",
                "grid",
                "admin",
                "committee",
                "unit",
                "official",
                "officer",
                "account",
            }
        if self.column == "city" and kind in _PERSONS:
            return True
        if self.column in {"unit_secretary", "unit_liaison", "member"}:
            if self.column == "member" and kind in {"building", "address", "skill", "post"}:
                return key != self.key
            if kind in _SHARED | {"service", "official", "committee", "area"}:
                return not self.key.startswith(key[:3]) and kind != "area"
            return not key.startswith(self.key) and not self.key.startswith(key)
        if key.startswith(self.key):
            return False
        return not (self.key.startswith(key) and kind in _OF_ABOVE)


def column_of(key: str, role: str) -> str:
    """Return the column of access.csv in which a post of the world stands."""
    if role == "staff":
        return ("city", "district", "street")[len(key)]
    if role == "secretary":
        return "community_secretary" if len(key) == 3 else "unit_secretary"
    return {
        "worker": "community_worker",
        "liaison": "unit_liaison",
        "member": "member",
        "system": "system_admin",
        "security": "security_admin",
        "auditor": "auditor",
    }[role]


# Which columns are sent a personal value without asking to reveal it (access.md, personal fields).
_FULL = {
    "id_number": set(),
    "phone": set(),
    "birth_date": {"unit_secretary"},
    "joined_on": {"unit_secretary"},
    "home_building": {"community_secretary", "community_worker", "unit_secretary"},
    "home_address": {"unit_secretary"},
}


def personal_hits(world: World, reader: Reader, text: str, person_id: int | None) -> list[str]:
    """Return the personal values in a text that its reader may not be sent unasked."""
    hits = []
    for value, (what, owner, key) in world.personal.items():
        if value not in text:
            continue
        own = owner == person_id and reader.column == "member"
        full = reader.column in _FULL[what] and key.startswith(reader.key)
        if not own and not full:
            hits.append(f"{what} of {key}: {value}")
    return hits


def foreign_canaries(reader: Reader, text: str) -> list[str]:
    """Return the canaries in a text that lie outside what its reader sees."""
    return sorted(
        {match[0] for match in CANARY.finditer(text) if reader.is_foreign(match[1], match[2])}
    )


# -- Headers --------------------------------------------------------------------------------------

HEADERS = {
    "X-Content-Type-Options": r"nosniff",
    "Referrer-Policy": r"same-origin|strict-origin|no-referrer",
    "Cross-Origin-Opener-Policy": r"same-origin",
    "Cross-Origin-Resource-Policy": r"same-origin",
    "Permissions-Policy": r".*geolocation=\(\).*",
    "X-Frame-Options": r"DENY",
    "X-Request-Id": r"[0-9a-f]{32}",
}
_UNSAFE_CSP = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*", "data: *")


def header_faults(answer: Any, path: str) -> list[str]:
    """Return what the headers of an answer lack."""
    faults = [
        f"{name}: {answer.headers.get(name)}"
        for name, pattern in HEADERS.items()
        if not re.fullmatch(pattern, answer.headers.get(name, ""))
    ]
    if not path.startswith("/static/") and "no-store" not in answer.headers.get(
        "Cache-Control", ""
    ):
        faults.append("Cache-Control")
    policy = answer.headers.get("Content-Security-Policy", "")
    words = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    needed = ("default-src", "object-src", "base-uri", "frame-ancestors", "form-action")
    faults += [f"CSP lacks {name}" for name in needed if name not in words]
    sources = words.get("script-src", words.get("default-src", [])) + words.get("style-src", [])
    faults += [f"CSP {word}" for word in sources if word in _UNSAFE_CSP]
    if is_html(answer) and "charset=utf-8" not in answer.headers["Content-Type"].lower():
        faults.append("charset")
    for name in ("Server", "X-Powered-By"):
        if name in answer.headers:
            faults.append(name)
    return faults


@dataclass
class Tally:
    """What a run came to."""

    responses: int = 0
    probes: int = 0
    faults: list[str] = field(default_factory=list)

    def say(self, what: str) -> None:
        """Keep the figure of the day for the end of the run."""
        figures.append(
            f"{what}: {self.responses} responses, {self.probes} probes, {len(self.faults)} hits"
        )


# What the run came to, said at its end.
figures: list[str] = []
