"""The contract in the repository is the one that is served."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.urls import get_resolver

from tests.api.answering import contract

ROOT = Path(__file__).resolve().parents[2]


def generated() -> str:
    """Return the contract as the command writes it; a warning is a fault."""
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return out.getvalue()


def test_committed_contract_is_the_generated_one():
    assert (ROOT / "docs/api/openapi.yaml").read_text(encoding="utf-8") == generated()


def test_every_operation_documents_its_refusals():
    for path, operations in contract()["paths"].items():
        for operation in operations.values():
            codes = {"200", "400", "401", "403"} | ({"404"} if "{uid}" in path else set())
            assert codes <= set(operation["responses"]), path


def test_every_address_under_v1_is_in_the_contract():
    known = {path.replace("{uid}", "<uuid:uid>") for path in contract()["paths"]}
    found = {
        "/" + path for path in _paths(get_resolver().url_patterns) if path.startswith("api/v1/")
    }
    assert found == known


def _paths(patterns: list, prefix: str = "") -> list[str]:
    found = []
    for each in patterns:
        here = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            found += _paths(each.url_patterns, here)
        else:
            found.append(here)
    return found
