"""make check asks about known holes: fails on one, skips where nobody answers, never hangs."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def audit() -> Any:
    """Return the script as a module."""
    loader = importlib.machinery.SourceFileLoader("ci_audit", str(ROOT / ".ci/audit"))
    spec = importlib.util.spec_from_loader("ci_audit", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def answers(python: Any, node: Any) -> Any:
    """Return what the two tools would have printed."""
    return lambda command: node if command[0] == "npm" else python


CLEAN = {"dependencies": [{"name": "django", "version": "5.2", "vulns": []}]}
HOLE = {
    "dependencies": [
        {"name": "django", "version": "1.0", "vulns": [{"id": "X-1", "fix_versions": ["5.2"]}]}
    ]
}
UNKNOWN = {"dependencies": [{"name": "django", "skip_reason": "not found"}]}


@pytest.mark.parametrize(
    ("python", "node", "code", "words"),
    [
        (CLEAN, {"vulnerabilities": {}}, 0, "no known holes"),
        (HOLE, {"vulnerabilities": {}}, 1, "django 1.0: X-1 (mended in 5.2)"),
        (
            CLEAN,
            {"vulnerabilities": {"sass": {"severity": "high", "range": "<1"}}},
            1,
            "sass: high",
        ),
        (UNKNOWN, None, 0, "SKIP pip-audit"),
        (None, {"message": "405"}, 0, "SKIP npm audit"),
    ],
)
def test_a_hole_fails_and_silence_is_skipped(audit, monkeypatch, capsys, python, node, code, words):
    monkeypatch.setattr(audit, "answer", answers(python, node))
    assert audit.main() == code
    assert words in capsys.readouterr().out


def test_tool_that_hangs_or_is_missing_is_silence(audit, monkeypatch):
    monkeypatch.setattr(audit, "SECONDS", 0.2)
    assert audit.answer(["sleep", "5"]) is None
    assert audit.answer(["no-such-tool"]) is None
    assert audit.answer(["echo", "not json"]) is None
