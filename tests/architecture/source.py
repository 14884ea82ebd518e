"""Walks the product's own source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("config", "meetings", "activities", "wishes", "members", "units", "partybuild")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield (relative path, syntax tree) of every module of the product."""
    for top in HOUSE:
        for path in sorted((ROOT / top).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                yield name, ast.parse(path.read_text(encoding="utf-8"))
