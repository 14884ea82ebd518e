"""ID numbers typed into free text: found by form, date and check character, masked before saving.

Every text and JSON column of every row goes through here (Row.save and the bulk writes of
ScopedQuerySet), except encrypted columns, choices, and the columns of codes named below. A credit
code of 18 digits in a free text is left alone unless it is a valid ID number too: region, birth
date within 1900–2099 and check character together fit about one in 50,000 rows of digits.
Old numbers of 15 digits have no check character and are not looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from partybuild.fields.codes import mask_id_number, validate_id_number

# Between two digits may stand what people type to group them, never a line break.
_GAP = r"[ \t\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff\-‐‑‒–—―－−·.．_＿]{0,2}"
# The x of the keyboard, in capitals, full width, in Cyrillic, and the sign for multiplication.
_LAST = r"[\dxXｘＸхХ×]"
# Looking ahead, so that a digit too many in front does not hide the number behind it.
_CANDIDATE = re.compile(rf"(?=((?:\d{_GAP}){{17}}{_LAST}))")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LATEST_YEAR = 2099
# Columns and JSON keys of codes: what stands there is no prose.
CODES = frozenset(
    {
        "code",
        "credit_code",
        "digest",
        "key",
        "license_number",
        "password",
        "path",
        "receipt_number",
        "request_id",
        "sealed",
        "token_key",
        "uid",
    }
)

_masked: ContextVar[int] = ContextVar("masked_id_numbers", default=0)


def mask_id_numbers(text: str) -> tuple[str, int]:
    """Return the text with every valid ID number masked, and how many there were."""
    if len(text) < 18 or _UUID.fullmatch(text):
        return text, 0
    parts: list[str] = []
    done = count = 0
    for match in _CANDIDATE.finditer(text):
        if match.start() < done:
            continue
        number = _plain(match[1])
        if not _is_id_number(number):
            continue
        parts += (text[done : match.start()], mask_id_number(number))
        done = match.end(1)
        count += 1
    if not count:
        return text, 0
    return "".join((*parts, text[done:])), count


def mask_json(value: Any) -> tuple[Any, int]:
    """Return a JSON value with every valid ID number in its texts masked, and how many there were."""
    if isinstance(value, str):
        return mask_id_numbers(value)
    if isinstance(value, dict):
        total, made = 0, {}
        for key, item in value.items():
            made[key], count = (item, 0) if key in CODES else mask_json(item)
            total += count
        return (made, total) if total else (value, 0)
    if isinstance(value, list | tuple):
        pairs = [mask_json(item) for item in value]
        total = sum(count for _item, count in pairs)
        return ([item for item, _count in pairs], total) if total else (value, 0)
    return value, 0


def _plain(found: str) -> str:
    digits = [
        str(unicodedata.decimal(sign)) if sign.isdecimal() else "X"
        for sign in found
        if sign.isdecimal() or sign in "xXｘＸхХ×"
    ]
    return "".join(digits)


def _is_id_number(number: str) -> bool:
    try:
        validate_id_number(number)
    except (ValidationError, ValueError):
        return False
    return int(number[6:10]) <= _LATEST_YEAR


@cache
def text_fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a model that hold prose."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.primary_key
        and field.name not in CODES
        and not field.name.endswith("_hash")
        and not (field.max_length is not None and field.max_length < 18)
    )


def masked_value(field: models.Field[Any, Any], value: Any) -> Any:
    """Return a column's value with ID numbers masked; what was masked is counted for the page."""
    if isinstance(value, str) and not isinstance(field, models.JSONField):
        made, count = mask_id_numbers(value)
    elif isinstance(field, models.JSONField) and isinstance(value, str | dict | list | tuple):
        made, count = mask_json(value)
    else:
        return value
    if count:
        _masked.set(_masked.get() + count)
    return made


def mask_row(row: models.Model) -> None:
    """Mask ID numbers in the prose of one row before it is written."""
    for field in text_fields(type(row)):
        if field.attname in row.__dict__:
            value = row.__dict__[field.attname]
            made = masked_value(field, value)
            if made is not value:
                setattr(row, field.attname, made)


def mask_rows(rows: Iterable[models.Model]) -> None:
    """Mask ID numbers in the prose of many rows."""
    for row in rows:
        mask_row(row)


def mask_values(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of an update with ID numbers in prose masked."""
    prose = {field.name: field for field in text_fields(model)}
    return {
        name: masked_value(prose[name], value) if name in prose else value
        for name, value in values.items()
    }


def masked_so_far() -> int:
    """Return how many ID numbers were masked in this request or task."""
    return _masked.get()


def forget_masked() -> None:
    """Begin counting anew."""
    _masked.set(0)
