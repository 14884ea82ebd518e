"""Every address is bound to a line of the law; lines that nothing asks for yet are named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.architecture.source import ROOT, modules
from tests.architecture.test_public_pages import PUBLIC
from tests.architecture.test_rights import ASKING, keys_asked
from tests.architecture.test_routes import ASKS_NOTHING, ELSEWHERE, routes, shows, takes_posts
from tests.matrix.deeds import BOUND_ELSEWHERE
from tests.matrix.law import read_law
from tests.matrix.plan import deeds

# Lines whose feature is still to be built: nothing asks for them. A line leaves the list with it.
NOT_YET = frozenset(
    [
        "agreement.view",
        "agreement.draft",
        "agreement.sign",
        "agreement.file",
        "area.change",
        "area.grid",
        "lists.view",
        "lists.propose",
        "lists.review",
        "lists.claim",
        "lists.claim_proxy",
        "lists.evaluate",
        "report.form",
    ]
)
# Lines that are kept by something else than a question in a page.
KEPT_OTHERWISE = {
    "audit.change": "nobody may: the database's own privileges",
    "privacy.notice": "a public page",
    "session.sign_in": "a public page",
    "session.own": "whoever is signed in",
    "system.operate": "commands on the machine",
    "document.verify": "a public page",
}
# Words that code uses for something else.
SAME_WORD: frozenset[str] = frozenset()
# Modules that only name the lines in words.
_WORDS_ONLY = 40


def unbound() -> list[str]:
    """Return every address and method that no line is bound to, with what to add where."""
    bound = {(each.method, each.route) for each in deeds()}
    faults = []
    for name, view in routes():
        if name in ASKS_NOTHING or name in PUBLIC:
            continue
        if shows(view) and ("GET", name) not in bound and name not in ELSEWHERE:
            faults.append(f"GET {name}: add it to PAGES in tests/architecture/test_routes.py")
        if takes_posts(view) and ("POST", name) not in bound and name not in BOUND_ELSEWHERE:
            faults.append(f"POST {name}: add a deed to POSTS in tests/matrix/deeds.py")
    return faults


def test_every_address_is_bound_to_a_line() -> None:
    assert unbound() == [], "\n".join(unbound())


def test_what_is_tried_elsewhere_exists_and_is_not_tried_here() -> None:
    law, here = read_law(), {each.route for each in deeds() if each.method == "POST"}
    names = {name for name, _view in routes()}
    faults = [name for name in BOUND_ELSEWHERE if name not in names or name in here]
    faults += [key for key, _file in BOUND_ELSEWHERE.values() if key not in law]
    faults += [file for _key, file in BOUND_ELSEWHERE.values() if not Path(ROOT / file).exists()]
    assert faults == []


def test_every_kind_of_row_is_made() -> None:
    known = {each.thing for each in deeds() if each.thing.startswith("?")}
    assert known == set(), "say in KINDS of tests/matrix/deeds.py which rows of the world these are"


def test_every_rest_operation_names_its_line() -> None:
    law = read_law()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        (path, operation)
        for path, methods in schema["paths"].items()
        for operation in methods.values()
    ]
    assert operations
    faults = [
        path
        for path, operation in operations
        if operation.get("description", "").split("`")[1:2] not in [[key] for key in law]
    ]
    assert faults == []


def asked_for() -> set[str]:
    """Return the lines that code asks for: in so many words, or by a declaration's key."""
    import ast

    law = set(read_law())
    found = {key for _name, key in keys_asked()} & law
    for name, tree in modules():
        words = Counter(
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in law
        )
        if len(words) < _WORDS_ONLY:
            found |= set(words)
        assert name
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {key for key in law if f'"{key}"' in text}
    return found - SAME_WORD


def test_lines_without_a_feature_are_named() -> None:
    law, asked = set(read_law()), asked_for()
    assert law - asked - set(KEPT_OTHERWISE) == NOT_YET - asked
    assert sorted(NOT_YET & asked) == [], "built: take it off NOT_YET and try it in deeds.py"
    assert NOT_YET | set(KEPT_OTHERWISE) <= law
    assert ASKING


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_walk_sees_an_address_without_a_line(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    less = [each for each in deeds() if (each.method, each.route) != (method, "units:unit-create")]
    monkeypatch.setattr("tests.matrix.test_bindings.deeds", lambda: less)
    assert any(fault.startswith(f"{method} units:unit-create:") for fault in unbound())
