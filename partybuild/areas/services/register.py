"""Writing a whole area register at once: thousands of rows, one event."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from partybuild.access import Actor
from partybuild.areas.enums import EventKind
from partybuild.areas.models import Area
from partybuild.audit.services import record_event


@dataclass
class RegisterEntry:
    """One area as a register names it; `area` is the row it meets, None for a new one."""

    code: str
    name: str
    level: int
    kind: str
    parent_code: str
    sort: int
    area: Area | None = None


@dataclass(frozen=True)
class RegisterChange:
    """What the register made of an area."""

    code: str
    pk: int
    is_created: bool
    before: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_register(
    entries: list[RegisterEntry], *, by: Actor, reason: str = "", batch_uid: uuid.UUID | None = None
) -> list[RegisterChange]:
    """Create and change areas from the top level down, each under the area that carries its parent's code."""
    known = {
        area.code: area
        for area in Area.objects.filter(
            valid_to=None, code__in={entry.parent_code for entry in entries} - {""}
        )
    }
    changes: list[RegisterChange] = []
    for level in sorted({entry.level for entry in entries}):
        made: list[tuple[RegisterEntry, Area]] = []
        for entry in entries:
            if entry.level != level:
                continue
            parent = known.get(entry.parent_code)
            if entry.area is None:
                area = Area(
                    code=entry.code,
                    name=entry.name,
                    level=level,
                    kind=entry.kind,
                    parent=parent,
                    sort=entry.sort,
                )
                made.append((entry, area))
                known[entry.code] = area
                continue
            area = entry.area
            before = {"name": area.name, "kind": area.kind, "parent_id": area.parent_id}
            area.name, area.kind = entry.name, entry.kind
            if parent is not None:
                area.parent = parent
            known[entry.code] = area
            area.save(update_fields=("name", "kind", "parent"))
            changes.append(RegisterChange(entry.code, area.pk, False, before))
        Area.objects.bulk_create([area for _entry, area in made], batch_size=2000)
        changes += [RegisterChange(entry.code, area.pk, True) for entry, area in made]
    renew_paths()
    record_event(
        EventKind.AREAS_IMPORTED,
        target=None,
        by=by,
        reason=reason,
        changes={
            "created": [None, sum(change.is_created for change in changes)],
            "changed": [None, sum(not change.is_created for change in changes)],
        },
        batch_uid=batch_uid,
    )
    return changes


def renew_paths() -> None:
    """Write every path that does not say where its area hangs, level by level from the top."""
    with connection.cursor() as cursor:
        for level in range(1, 7):
            cursor.execute(
                """
                UPDATE areas_area AS area SET path = found.path
                FROM (
                    SELECT own.id, COALESCE(parent.path, '') || lpad(to_hex(own.id), 8, '0') || '.' AS path
                    FROM areas_area AS own LEFT JOIN areas_area AS parent ON parent.id = own.parent_id
                    WHERE own.level = %s
                ) AS found
                WHERE area.id = found.id AND area.path <> found.path
                """,
                [level],
            )
