"""What stood in a row before an import changed it, as JSON can hold it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from partybuild.fields.encryption import current_key
from partybuild.fields.rotation import Holder, Tally, quiet, register_holder, resealed


def kept_values(instance: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    """Return columns of a row by their database names, personal ones still under their seal."""
    held: dict[str, Any] = {}
    for name in names:
        field: Any = instance._meta.get_field(name)
        sealed = isinstance(field, models.BinaryField)
        held[name] = field.pre_save(instance, False) if sealed else getattr(instance, name)
    return kept_before(type(instance), held)


def kept_before(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return former values {field: value} as {column: JSON}; rows become their keys, bytes base64."""
    return {
        model._meta.get_field(name).attname: _as_json(value)  # type: ignore[union-attr]
        for name, value in values.items()
    }


def _as_json(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, bytes | memoryview):
        return {"sealed": base64.b64encode(bytes(value)).decode()}
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def restored(value: Any) -> Any:
    """Return a kept value as the database takes it."""
    if isinstance(value, dict) and set(value) == {"sealed"}:
        return base64.b64decode(value["sealed"])
    return value


def _sealed_changes() -> Any:
    """Return the changes of batches that hold sealed values."""
    model = apps.get_model("exchange", "BatchChange")
    return model._base_manager.filter(before__icontains='"sealed"').order_by("pk")


def _sealed_in(before: dict[str, Any]) -> dict[str, bytes]:
    found = {
        name: restored(value)
        for name, value in before.items()
        if isinstance(value, dict) and set(value) == {"sealed"}
    }
    return {name: sealed for name, sealed in found.items() if sealed}


def _count_sealed() -> Counter[int]:
    counts: Counter[int] = Counter()
    for before in _sealed_changes().values_list("before", flat=True).iterator(chunk_size=2000):
        counts.update(sealed[0] for sealed in _sealed_in(before).values())
    return counts


def _reseal(batch: int) -> Iterator[Tally]:
    """Seal what imports keep anew, under the uid of the row that it came from."""
    number = current_key(settings.FIELD_KEYS)
    last = 0
    while True:
        tally = Tally()
        with transaction.atomic():
            rows = list(_sealed_changes().filter(pk__gt=last).select_for_update()[:batch])
            with connection.cursor() as cursor:
                quiet(cursor)
            for row in rows:
                last = row.pk
                _reseal_row(row, number, tally)
        if not rows:
            return
        yield tally


def _reseal_row(row: Any, number: int, tally: Tally) -> None:
    old = {name: held for name, held in _sealed_in(row.before).items() if held[0] != number}
    if not old:
        return
    # What the change was made on may be gone by now: then nothing is left to put back.
    model: Any = apps.get_model(row.label)
    uid = model._base_manager.filter(pk=row.object_id).values_list("uid", flat=True).first()
    before = dict(row.before)
    for name, held in old.items():
        new = resealed(held, associated=f"{uid}:{name}") if uid else b""
        if new is None:
            tally.unreadable += 1
            continue
        before[name] = _as_json(new)
    if before != row.before:
        row.before = before
        row.save(update_fields=["before"])
        tally.rewritten += 1


register_holder(Holder("exchange.BatchChange.before", _count_sealed, _reseal))
