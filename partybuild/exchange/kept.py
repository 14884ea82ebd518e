"""What stood in a row before an import changed it, as JSON can hold it."""

from __future__ import annotations

import base64
from typing import Any

from django.db import models


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
