"""Floors: no import and no foreign key points up the house."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps

from tests.architecture.source import HOUSE, modules

FLOORS = {
    "partybuild": 0,
    "units": 1,
    "members": 2,
    "wishes": 3,
    "activities": 4,
    "meetings": 5,
    "config": 6,
}
# Inside partybuild, from the ground up; apps in one set may not know each other.
STOREYS = [
    {"access", "fields", "calendar", "waking"},
    {"audit"},
    {"feeds"},
    {"areas"},
    {"people"},
    {"organizations"},
    {"accounts"},
    {"notices"},
    {"approvals"},
    {"obligations"},
    {"exchange", "documents", "indicators"},
    {"portal", "ops"},
    {"ui", "devstack"},
    {"evaluations"},
]


def _storey(name: str) -> int:
    return next(number for number, names in enumerate(STOREYS) if name in names)


def points_up(source: str, target: str) -> bool:
    """Tell whether a module may not know another."""
    a, b = source.split("."), target.split(".")
    if FLOORS[a[0]] != FLOORS[b[0]]:
        return FLOORS[b[0]] > FLOORS[a[0]]
    if a[0] != "partybuild" or len(a) < 2 or len(b) < 2 or a[1] == b[1]:
        return False
    return _storey(b[1]) > _storey(a[1])


def test_no_foreign_key_points_up_the_house():
    faults = []
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in HOUSE:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.related_model
            if (
                target
                and getattr(field, "column", None)
                and target.__module__.split(".")[0] in HOUSE
                and points_up(model.__module__, target.__module__)
            ):
                faults.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert faults == []


@pytest.mark.parametrize(
    ("source", "target", "up"),
    [
        ("units.models.unit", "meetings.models.council", True),
        ("partybuild.notices.models", "units.models.unit", True),
        ("partybuild.people.models", "partybuild.accounts.models", True),
        ("meetings.models.council", "units.models.unit", False),
        ("partybuild.obligations.models", "partybuild.notices.models", False),
    ],
)
def test_guard_knows_up_from_down(source, target, up):
    assert points_up(source, target) is up


def _imports(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in HOUSE}


def test_no_import_points_up_the_house():
    faults = []
    for name, tree in modules():
        source = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if source.startswith("partybuild.ui") or source == "partybuild":
            # The shell is drawn around every page and reads what all of them offer.
            continue
        faults += [
            f"{source} -> {target}" for target in _imports(tree) if points_up(source, target)
        ]
    assert faults == []
