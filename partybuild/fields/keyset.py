"""Pages of a long list by the key of the row they begin after: as quick on page 1000 as on page 1."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

SIZE = 50


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page, and the uids after and before which the next ones lie ("" where none do)."""

    rows: list[Any]
    newer: str = ""
    older: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _after(anchor: Any, order: tuple[str, ...], *, backwards: bool) -> Q:
    """Return the rows after an anchor: (a > x) or (a = x and b > y) or …."""
    found, same = Q(), Q()
    for key in order:
        path = key.lstrip("-")
        value = _value(anchor, path)
        up = key.startswith("-") == backwards
        found |= same & Q(**{f"{path}__{'gt' if up else 'lt'}": value})
        same &= Q(**{path: value})
    return found


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def keyset_page(
    rows: QuerySet[Any],
    *,
    order: tuple[str, ...],
    params: Mapping[str, Any],
    size: int = SIZE,
    uid: str = "uid",
) -> KeysetPage:
    """Return the page that `newer` or `older` in the address asks for, the first one otherwise.

    `order` ends in a unique key and holds no nullable column. A cursor is the uid of a row: no
    personal data in an address. A cursor whose row is gone begins again.
    """
    backwards = bool(params.get("newer"))
    wanted = _uid(str(params.get("newer") or params.get("older") or ""))
    anchor = rows.filter(**{uid: wanted}).first() if wanted else None
    backwards = backwards and anchor is not None
    if anchor is not None:
        rows = rows.filter(_after(anchor, order, backwards=backwards))
    turned = tuple(key[1:] if key.startswith("-") else f"-{key}" for key in order)
    found = list(rows.order_by(*(turned if backwards else order))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return KeysetPage([])
    first, last = str(_value(found[0], uid)), str(_value(found[-1], uid))
    return KeysetPage(
        rows=found,
        newer=first if (more if backwards else anchor is not None) else "",
        older=last if (backwards or more) else "",
    )
