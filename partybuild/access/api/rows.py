"""Rows of an answer out of plain values: the serializer declares, nothing is instantiated per row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from partybuild.access.api.fields import MaskedField, NamedRowField, NamedRowsField
from partybuild.access.scopes import Scope

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Plan:
    """How the fields of a serializer are read from one `values_list`."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    # By position: what turns a database value into the value sent.
    converts: dict[int, Convert]
    related: dict[int, NamedRowField]
    lists: dict[str, NamedRowsField]
    # Every field as declared, lists in their place; empty where there are none.
    order: tuple[str, ...]


def plan_of(serializer_class: Any) -> Plan:
    """Return the plan of a serializer; its fields name their columns by `source`."""
    plan = _plans.get(serializer_class)
    if plan is None:
        plan = _plans[serializer_class] = _planned(serializer_class)
    return plan


_plans: dict[Any, Plan] = {}


def _planned(serializer_class: Any) -> Plan:
    names: list[str] = []
    columns: list[str] = []
    converts: dict[int, Convert] = {}
    related: dict[int, NamedRowField] = {}
    lists: dict[str, NamedRowsField] = {}
    for name, field in serializer_class().fields.items():
        if isinstance(field, NamedRowsField):
            lists[name] = field
            continue
        column = (field.source or name).replace(".", "__")
        if isinstance(field, NamedRowField):
            related[len(names)] = field
            column = f"{column}__pk" if "__" in column else f"{column}_id"
        elif isinstance(field, MaskedField):
            converts[len(names)] = field.mask
        names.append(name)
        columns.append(column)
    order = tuple(serializer_class().fields) if lists else ()
    return Plan(tuple(names), tuple(columns), converts, related, lists, order)


def rows_of(
    rows: QuerySet[Any], plan: Plan, scope: Scope, *, extra: tuple[str, ...] = ()
) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]]]:
    """Return the rows as dicts, and beside each the values of `extra` columns."""
    width = len(plan.columns)
    values = list(rows.values_list(*plan.columns, "pk", *extra))
    found: list[dict[str, Any]] = []
    names = {
        place: field.names({line[place] for line in values if line[place] is not None}, scope)
        for place, field in plan.related.items()
    }
    for line in values:
        row: dict[str, Any] = dict.fromkeys(plan.order)
        row.update(zip(plan.names, line, strict=False))
        for place, convert in plan.converts.items():
            row[plan.names[place]] = convert(line[place])
        for place, known in names.items():
            row[plan.names[place]] = known.get(line[place])
        found.append(row)
    keys = [line[width] for line in values]
    for name, field in plan.lists.items():
        _put_lists(found, keys, name, field, scope)
    return found, [line[width:] for line in values]


def _put_lists(
    found: list[dict[str, Any]], keys: list[int], name: str, field: NamedRowsField, scope: Scope
) -> None:
    links = list(field.links(keys))
    known = field.names({other for _owner, other in links}, scope)
    by_owner: dict[int, list[dict[str, Any]]] = {key: [] for key in keys}
    for owner, other in links:
        if other in known:
            by_owner[owner].append(known[other])
    for row, key in zip(found, keys, strict=True):
        row[name] = by_owner[key]
