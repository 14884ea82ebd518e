"""The catalogue of plain words: compiled as written, about words that are there, with their own places."""

from __future__ import annotations

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from partybuild.ui.plain import CATALOGUE, entries
from tests.architecture.source import HOUSE

BASE = Path(settings.BASE_DIR)
PLACE = re.compile(r"%\((\w+)\)")
# A date's catalogue entry may name the weekday (calendar/words.py gives it).
MORE = {"%(year)d年%(month)d月%(day)d日": {"weekday"}}


def words_in_source() -> set[str]:
    """Return every text of the house that could be looked up."""
    found: set[str] = set()
    for folder in HOUSE:
        for path in (BASE / folder).rglob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text()))
            found |= {
                node.value
                for node in nodes
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    for path in (BASE / "templates").rglob("*.html"):
        code = templatize(path.read_text(), origin=str(path))
        for text in re.findall(
            r"""(?:gettext|\b_)\(u?((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))""", code
        ):
            found.add(ast.literal_eval(text))
    return found


def test_the_compiled_catalogue_says_what_is_written():
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    written = entries()
    catalogue = {key: text for key, text in compiled._catalog.items() if key}
    assert {
        key[0] if isinstance(key, tuple) else key: text for key, text in catalogue.items()
    } == written


def test_every_plain_word_stands_for_one_that_is_there():
    assert sorted(set(entries()) - words_in_source()) == []


def test_no_plain_word_asks_for_what_it_is_not_given():
    wrong = {
        official: text
        for official, text in entries().items()
        if set(PLACE.findall(text)) - set(PLACE.findall(official)) - MORE.get(official, set())
    }
    assert wrong == {}


@pytest.mark.parametrize("official", ["待认证", "认领"])
def test_the_office_keeps_its_words(official):
    from django.utils.translation import gettext

    assert gettext(official) == official
