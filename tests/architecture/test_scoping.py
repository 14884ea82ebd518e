"""Scope is the first bug: every read of a page, API, export or form begins at visible_to."""

from __future__ import annotations

import ast
import contextlib
import re

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from tests.architecture.source import HOUSE, modules

# Where bare managers may stand: business code, which pages narrow by visible_to.
ALLOWED = re.compile(
    r"/(models|queries|services|management|migrations)(/|\.py)|"
    r"/(tasks|duties|indicators|reach|panels|blockers|notices|exchange|exports|documents|prefills|"
    r"approvals|personal_data|leaving)\.py$|"
    r"^config/(demo|play|make_city)/|"
    # What is put on paper; each paper is asked for through its subject.
    r"^(meetings|members|activities)/documents/|"
    # Who is asking must be found before there is a scope.
    r"^partybuild/accounts/(actors|adapters|backends|limits|links|middleware|policy|signing_in|step_up)\.py$|"
    # The door itself.
    r"^partybuild/access/|"
    r"^partybuild/calendar/|"
    # Figures on the ledger, for every app's indicators.py.
    r"^partybuild/indicators/ledger\.py$|"
    # Finds what a request for a second person is about; pages show it through visible_to.
    r"^partybuild/approvals/registry\.py$|"
    # Puts values back under a new key; no page reads them.
    r"^partybuild/exchange/kept\.py$|"
    # Sets up a demo before anybody signs in.
    r"^partybuild/devstack/"
)
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# none() shows nothing: a chooser that is filled in later.
DOORS = {"visible_to", "reached", "none"}


def bare_reads(tree: ast.Module) -> list[int]:
    """Return the lines where a manager is used and the next call is not a door to rows."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            parent = parents.get(node)
            if not (isinstance(parent, ast.Attribute) and parent.attr in DOORS):
                # Narrowing first and asking the door in the same chain is as good.
                chain = parent
                while isinstance(chain, ast.Attribute | ast.Call):
                    if isinstance(chain, ast.Attribute) and chain.attr in DOORS:
                        break
                    chain = parents.get(chain)
                else:
                    found.append(node.lineno)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"get_object_or_404", "get_list_or_404"}
            and node.args
            and isinstance(node.args[0], ast.Name)
        ):
            found.append(node.lineno)
    return found


# Reads that are proven to begin elsewhere, each with its reason.
EXCEPTIONS = {
    # One's own appointments: filtered by the person who is asking.
    "partybuild/accounts/views/sessions.py": 1,
    # Before there is a post: whether the one who signs in has a second factor.
    "partybuild/accounts/stages.py": 1,
    # The token's appointment is looked up by the token itself.
    "partybuild/accounts/api/authentication.py": 1,
    # The one row of figures and its version, for those whom policy.edit lets in.
    "partybuild/accounts/views/policy.py": 1,
    # The rows come from visible_to, in the function above.
    "partybuild/ops/views/audit.py": 1,
    # Asks which class the manager is, and reads no row.
    "partybuild/portal/views/explain.py": 1,
}


def test_reads_begin_at_visible_to():
    faults = []
    for name, tree in modules():
        if ALLOWED.search(name):
            continue
        lines = bare_reads(tree)
        if len(lines) > EXCEPTIONS.get(name, 0):
            faults.append(f"{name}: {lines}")
    assert faults == []


@pytest.mark.parametrize(
    "fault",
    [
        "rows = Meeting.objects.all()",
        "rows = Meeting.objects.filter(pk=1).order_by('id')",
        "row = get_object_or_404(Meeting, uid=uid)",
        "rows = Meeting._default_manager.filter(x=1)",
        "rows = Meeting._base_manager.count()",
        "field = ModelChoiceField(queryset=Unit.objects.all())",
    ],
)
def test_guard_sees_a_planted_fault(fault):
    assert bare_reads(ast.parse(fault)) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "rows = Meeting.objects.visible_to(by.scope).filter(x=1)",
        "rows = Meeting.objects.current().visible_to(by.scope)",
        "row = get_object_or_404(Meeting.objects.visible_to(by.scope), uid=uid)",
        "rows = Meeting.objects.reached(by.scope, 'meeting.cancel')",
    ],
)
def test_guard_lets_a_door_through(line):
    assert bare_reads(ast.parse(line)) == []


def house_models() -> list[type]:
    """Return every model of the product."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.split(".")[0] in HOUSE and not model._meta.proxy
    ]


# Tables that no page shows: keys and plumbing.
# Nonces, digests and counters that no page shows.
WITHOUT_SCOPE = {
    # A place is a lock; what is seen is the sign-up.
    "activities.Seat",
    "accounts.FormNonce",
    "accounts.PastPassword",
    "accounts.SignInTry",
    # Seals are read by those who verify; changes by the history of a row that is in sight.
    "audit.EventSeal",
    "audit.RowChange",
}


def test_every_model_declares_who_sees_it():
    missing = [
        model._meta.label
        for model in house_models()
        if model._meta.label not in WITHOUT_SCOPE
        and not isinstance(getattr(model, "visibility", None), Visibility)
    ]
    assert missing == []


def test_every_model_has_the_scoped_manager():
    missing = [
        model._meta.label
        for model in house_models()
        if model._meta.label not in WITHOUT_SCOPE
        and not isinstance(model._default_manager.all(), ScopedQuerySet)
    ]
    assert missing == []


def test_every_row_in_an_address_has_a_random_uid():
    for model in house_models():
        if issubclass(model, Row):
            assert model._meta.get_field("uid").unique, model


def test_declared_paths_exist():
    """A path with a typing error would show nothing, or everything, for ever."""
    from partybuild.access import Scope

    scope = Scope(
        column="street", role="committee", area_id=1, area_path="x", organization_id=1, person_id=1
    )
    for model in house_models():
        visibility = getattr(model, "visibility", None)
        if visibility is None:
            continue
        label = model._meta.label
        for rows in (
            visibility._below(scope),
            *(part.rows for part in visibility._taking_part(label, scope)),
            visibility._lookup(visibility.unit, 1),
            visibility._lookup(visibility.own, 1),
            visibility.administrators,
            visibility.open,
        ):
            if rows is not None:
                with contextlib.suppress(EmptyResultSet):
                    str(model._base_manager.filter(rows).query)
