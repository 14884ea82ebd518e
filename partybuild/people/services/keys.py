"""Changing the key of personal fields while everybody works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.fields.encryption import current_key, known_keys
from partybuild.fields.rotation import BATCH, Tally, holders
from partybuild.people.enums import EventKind


def keys_in_use() -> dict[str, Counter[int]]:
    """Return {column: {key id: ciphertexts}} of everything that is encrypted."""
    return {holder.name: holder.count() for holder in holders()}


def left_under(number: int) -> dict[str, int]:
    """Return the columns that still hold ciphertexts of a key: empty, and it may be dropped."""
    return {name: counts[number] for name, counts in keys_in_use().items() if counts[number]}


def rotate_field_keys(
    *, by: Actor, batch: int = BATCH, tell: Callable[[str, Tally], None] | None = None
) -> dict[str, Tally]:
    """Rewrite every ciphertext of an older key under the current one; may be stopped and begun again.

    Each batch commits by itself. One event tells of the whole run, in numbers.
    """
    found: dict[str, Tally] = {}
    for holder in holders():
        total = found[holder.name] = Tally()
        for tally in holder.rewrite(batch):
            total.rewritten += tally.rewritten
            total.unreadable += tally.unreadable
            if tell is not None:
                tell(holder.name, total)
        total.keys = holder.count()
    with transaction.atomic():
        record_event(
            EventKind.KEYS_ROTATED,
            target=None,
            by=by,
            changes={
                "key": [known_keys(settings.FIELD_KEYS)[1:], current_key(settings.FIELD_KEYS)],
                "rewritten": sum(tally.rewritten for tally in found.values()),
                "unreadable": sum(tally.unreadable for tally in found.values()),
            },
        )
    return found
