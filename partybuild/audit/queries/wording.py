"""Changes of a row in words: 名称：甲 → 乙."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Scope
from partybuild.audit.models import Event, Operation, RowChange
from partybuild.audit.row_history import CHANGED, treatments
from partybuild.calendar.clock import SHANGHAI

Change = tuple[str, str | None, str]

# A word of a dictionary, or a code: nothing that a person reads.
CODE = re.compile(r"[a-z0-9_.:-]+")

# What a code of a dictionary means, "" where nobody knows: told by the floor that keeps dictionaries.
Speaker = Callable[[str, str], str]
_speakers: list[Speaker] = []


def speaks_dictionaries(function: Speaker) -> Speaker:
    """Register what says the word of (dictionary, code); a model's `row_history_dictionaries` names which."""
    if function not in _speakers:
        _speakers.append(function)
    return function


def _spoken(field: Any, code: str) -> str | None:
    name = getattr(field.model, "row_history_dictionaries", {}).get(field.name)
    if name is None:
        return None
    return next((word for speak in _speakers if (word := speak(name, code))), None)


class Wording:
    """The words of many changes for one reader: names of rows out of sight are never told."""

    def __init__(self, changes: Iterable[RowChange], scope: Scope) -> None:
        self.scope = scope
        self._names: dict[type[models.Model], dict[int, str]] = {}
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        for change in changes:
            for field, pair in _pairs(change.label, change.changes):
                if field.is_relation and isinstance(pair, list):
                    wanted[field.related_model] |= {each for each in pair if each is not None}
        for model, keys in wanted.items():
            visible = getattr(model._default_manager, "visible_to", None)
            rows = visible(scope).filter(pk__in=keys) if visible and keys else ()
            self._names[model] = {row.pk: str(row) for row in rows}

    def of(self, changes: list[RowChange]) -> list[Change]:
        """Return the words of the changes that one event made to a row, newest first as they come."""
        words: list[Change] = []
        for label, merged in _merged(changes).items():
            words += self._words(label, merged)
        return words

    def of_event(self, event: Event) -> list[Change]:
        """Return the words of what a service wrote down by itself, where no trigger saw the change."""
        if not event.object_label:
            return []
        pairs = {
            name: value
            for name, value in event.changes.items()
            if value == CHANGED or (isinstance(value, list) and len(value) == 2)
        }
        return self._words(event.object_label, pairs, from_service=True)

    def _words(
        self, label: str, changes: Mapping[str, Any], *, from_service: bool = False
    ) -> list[Change]:
        words: list[Change] = []
        for field, pair in _pairs(label, changes):
            name = str(field.verbose_name)
            if name.isascii():
                # A technical column: it has no name that anybody would know.
                continue
            told = None
            if pair != CHANGED and not (from_service and field.is_relation):
                told = self._told(field, pair)
            words.append((name, *told) if told else (name, None, _("已变更")))
        return words

    def _told(self, field: Any, pair: list[Any]) -> tuple[str, str] | None:
        before, after = (self._value(field, value) for value in pair)
        return None if before is None or after is None else (before, after)

    def _value(self, field: Any, value: Any) -> str | None:
        """Return one value in words; None where it is not for this reader, or says nothing."""
        if value in (None, "", []):
            return _("未填")
        if field.is_relation:
            return self._names.get(field.related_model, {}).get(value)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, list) and isinstance(field, ArrayField):
            return _each(field, value)
        if isinstance(value, str):
            return _spoken(field, value) or _text(field, value)
        if isinstance(value, list | dict):
            return "、".join(map(str, value)) if _plain(value) else None
        return str(value)


def _each(field: Any, values: list[Any]) -> str | None:
    """Return the words of a column of several, None where one of them is a code that nobody knows."""
    choices = dict(field.base_field.flatchoices)
    words = [
        str(choices[each]) if each in choices else _spoken(field, str(each)) or str(each)
        for each in values
    ]
    return "、".join(words) if _plain(words) else None


def _plain(value: Any) -> bool:
    return isinstance(value, list) and not any(CODE.fullmatch(str(each)) for each in value)


def _text(field: Any, value: str) -> str | None:
    if isinstance(field, models.DateTimeField):
        moment = timezone.localtime(datetime.fromisoformat(value), SHANGHAI)
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    if isinstance(field, models.DateField):
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    if isinstance(field, models.CharField) and CODE.fullmatch(value) and not value.isdecimal():
        return None
    return value


def _pairs(label: str, changes: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    model = _model(label)
    if model is None:
        return []
    found = []
    for name, pair in changes.items():
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            # A column of an earlier release.
            continue
        if not field.concrete:
            # A count of what hangs on the record, called as its relation is.
            continue
        # What is guarded today is guarded in what was written before, too.
        hidden = treatments(model).get(name, CHANGED) == CHANGED
        found.append((field, CHANGED if hidden else pair))
    return found


@cache
def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _merged(changes: list[RowChange]) -> dict[str, dict[str, Any]]:
    """Put several changes of one event together: the first before, the last after."""
    merged: dict[str, dict[str, Any]] = defaultdict(dict)
    for change in sorted(changes, key=lambda each: each.pk):
        if change.operation == Operation.DELETE:
            continue
        of_row = merged[change.label]
        for name, pair in change.changes.items():
            known = of_row.get(name)
            if CHANGED in (pair, known):
                of_row[name] = CHANGED
            else:
                of_row[name] = [known[0] if known else pair[0], pair[1]]
    return {
        label: {name: pair for name, pair in pairs.items() if pair == CHANGED or pair[0] != pair[1]}
        for label, pairs in merged.items()
    }
