"""What came into sight or left it, for feeds: a higher floor keeps the log and says so here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from partybuild.access.scopes import Scope


@dataclass(frozen=True)
class SightEntry:
    """One entry of the log: a row, and the entry's own place."""

    object_id: int
    object_uid: UUID
    changed_xid: int
    pk: int


class SightChanges(Protocol):
    """Answers which entries follow a place."""

    def __call__(
        self, label: str, scope: Scope, *, seen: Any, after: tuple[int, int], limit: int
    ) -> list[SightEntry]:
        """Return at most `limit` entries after a place."""


_source: list[SightChanges] = []


def sight_changes_from(source: SightChanges) -> None:
    """Say who keeps the log."""
    _source[:] = [source]


def sight_changes(
    label: str, scope: Scope, *, seen: Any, after: tuple[int, int], limit: int
) -> list[SightEntry]:
    """Return the entries of a model after a place of the feed."""
    return _source[0](label, scope, seen=seen, after=after, limit=limit) if _source else []
