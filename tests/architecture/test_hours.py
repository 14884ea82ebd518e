"""Hours are written one way: 2小时, 2.5小时."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A value of hours that goes onto a page as the database has it: 2.0小时.
_BARE = re.compile(r"\{\{ *[\w.]*hours *\}\} *(?:\{% *translate \"小时\" *%\}|小时)")


def test_no_page_writes_hours_by_itself():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in _BARE.finditer(path.read_text())
        # Settings of rest and security are whole numbers.
        if path.parent.name not in {"obligations", "accounts"}
    ]
    assert found == []


def test_bare_hours_would_be_found():
    assert _BARE.search('{{ record.hours }}{% translate "小时" %}')
    assert _BARE.search("共{{ hours }}小时")
    assert not _BARE.search("{{ record.hours|hours_cn }}")
