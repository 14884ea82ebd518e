"""Rules of all templates: nothing inline, cells that say their column, refusals that can be spoken."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
# Official documents and mails are drawn by other programs, which know styles of their own only.
ON_SCREEN = [
    page
    for page in PAGES
    if "documents" not in page.relative_to(TEMPLATES).parts and not page.stem.endswith("mail")
]

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=\"|javascript:|hx-on|<script(?![^>]*(?:src=|type=\"application/json\"))"
)
ELSEWHERE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//")
BARE_CELL = re.compile(r"<td(?![^>]*data-label)[^>]*>")


def named(pages):
    return {"argvalues": pages, "ids": [str(page.relative_to(TEMPLATES)) for page in pages]}


@pytest.mark.parametrize("page", **named(ON_SCREEN))
def test_template_has_nothing_inline(page):
    assert INLINE.findall(page.read_text()) == []


@pytest.mark.parametrize("page", **named(ON_SCREEN))
def test_template_asks_nobody_else(page):
    assert ELSEWHERE.findall(page.read_text()) == []


@pytest.mark.parametrize("page", **named([p for p in ON_SCREEN if "{% table " in p.read_text()]))
def test_every_cell_says_its_column(page):
    assert BARE_CELL.findall(page.read_text()) == []


@pytest.mark.parametrize(
    ("text", "is_caught"),
    [
        ('<p style="color:red">', True),
        ("<style>p{}</style>", True),
        ('<a onclick="x()">', True),
        ("<script>x()</script>", True),
        ('<script src="/static/app.js" defer></script>', False),
        ('<input name="on" value="1">', False),
    ],
)
def test_guard_catches_planted_faults(text, is_caught):
    assert bool(INLINE.search(text)) is is_caught
