"""access.csv is the one source of rights."""

from __future__ import annotations

import ast

import pytest

from partybuild.access.rights import parse_cell, table
from tests.architecture.source import ROOT, modules

ASKING = {"require", "may", "reached", "cell", "link_page", "issue_link"}


def keys_named() -> set[str]:
    """Return every string that looks like a line of access.csv where code asks for a right."""
    found = set()
    for _name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def keys_asked() -> set[tuple[str, str]]:
    """Return (module, key) of every literal key that is asked for."""
    found = set()
    for name, tree in modules():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            if called not in ASKING:
                continue
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if (
                    isinstance(value, ast.Constant)
                    and isinstance(value.value, str)
                    and value.value.count(".") == 1
                    and value.value.replace(".", "").replace("_", "").isalpha()
                ):
                    found.add((name, value.value))
    return found


def test_every_key_asked_for_is_a_line_of_the_law():
    assert {(name, key) for name, key in keys_asked() if key not in table()} == set()


def test_templates_ask_for_known_keys():
    import re

    asked = re.compile(r"""may\s+["']([a-z_]+\.[a-z_]+)["']""")
    faults = []
    for path in (ROOT / "templates").rglob("*.html"):
        faults += [
            f"{path.name}: {key}"
            for key in asked.findall(path.read_text(encoding="utf-8"))
            if key not in table()
        ]
    assert faults == []


@pytest.mark.parametrize("text", ["X", "Sx", "Srr", "S3", ""])
def test_a_cell_the_law_does_not_know_stops_the_start(text):
    with pytest.raises(ValueError):
        parse_cell(text)
