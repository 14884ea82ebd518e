"""The files on a record, and what a post may do with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partybuild.access import Actor
from partybuild.documents.attachment_kinds import AttachmentKind
from partybuild.documents.models import Attachment


@dataclass(frozen=True)
class Panel:
    """What the panel of one kind on one record shows."""

    kind: AttachmentKind
    target: Any
    files: list[Attachment]
    # Taken off, for those who may take off.
    ended: list[Attachment]
    may_add: bool
    may_end: frozenset[int]
    room: int

    @property
    def id(self) -> str:
        """The panel's place on the page."""
        return f"attachments-{self.kind.key.replace('.', '-')}"


def panel_of(
    target: Any, kind: AttachmentKind, by: Actor, *, can_add: Any = None, can_remove: Any = None
) -> Panel | None:
    """Return the panel for a post, None where it has nothing to show or to do."""
    if not kind.may_see(by):
        return None
    rows = list(
        Attachment.objects.visible_to(by.scope).filter(
            subject_label=target._meta.label, subject_uid=target.uid, kind=kind.key
        )
    )
    may_add = can_add is not False and kind.may_add(by, target)
    standing = [row for row in rows if row.ended_at is None]
    if not standing and not may_add:
        return None
    may_end = can_remove is not False and may_add
    return Panel(
        kind=kind,
        target=target,
        files=standing,
        ended=[row for row in rows if row.ended_at] if may_end else [],
        may_add=may_add and len(standing) < kind.max,
        may_end=frozenset(row.pk for row in standing if may_end and is_ones_own(row, by)),
        room=max(kind.max - len(standing), 0),
    )


def is_ones_own(row: Attachment, by: Actor) -> bool:
    """Tell whether a file is one's own body's; a committee takes off its units' files, too."""
    return by.scope.is_system or by.scope.is_area or row.organization_id == by.organization_id
