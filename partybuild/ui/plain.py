"""Plain words (大字版 of members, and of pages before signing in): a language of its own.

Its catalogue is locale/zh_Hans-x-plain; what it does not say is said as everywhere. Pages are drawn in it; nothing is
written in it: services, papers and files keep the official words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, to_locale

from partybuild.accounts.actors import actor_of
from partybuild.accounts.reading import is_plain, plainly
from partybuild.ui.preferences import is_large

# Who serves reads the words that their papers use, in large type too.
COLUMN = "member"
READING = frozenset({"GET", "HEAD"})
CATALOGUE = (
    Path(settings.BASE_DIR)
    / "locale"
    / to_locale(settings.PLAIN_LANGUAGE_CODE)
    / "LC_MESSAGES"
    / "django.po"
)
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_ENDS = re.compile(r"(?<=[。\n])")
# A pattern of fewer characters of its own would know again what it never said.
_OWN_CHARACTERS = 5


def reads_plain(request: HttpRequest) -> bool:
    """Tell whether somebody chose large type, and is a member or nobody yet."""
    if not is_large(request):
        return False
    is_known = getattr(request, "user", None) is not None and request.user.is_authenticated
    return not is_known or actor_of(request).scope.column == COLUMN


def wants_page(request: HttpRequest) -> bool:
    """Tell whether the address is a page: files and calendars have an ending, programs their own place."""
    return request.path.endswith("/") and not request.path.startswith("/api/")


class PlainWordsMiddleware:
    """Answer a reader of plain words in them: whole pages that are only read, else what is drawn.

    A form is worked on in official words, so that what it leaves in the tables has them; the template engine
    (partybuild.ui.drawing) draws its answer plainly.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not wants_page(request) or not reads_plain(request):
            return self.get_response(request)
        request.is_drawn_plainly = True  # type: ignore[attr-defined]
        if request.method not in READING:
            return self.get_response(request)
        with plainly():
            return self.get_response(request)


@cache
def entries() -> dict[str, str]:
    """Return the catalogue as it is written: {official: plain}."""
    found = {}
    for block in CATALOGUE.read_text(encoding="utf-8").split("\n\n")[1:]:
        said: dict[str, str] = {}
        for line in block.splitlines():
            if not line.startswith("#"):
                name, _space, text = line.partition(" ")
                said[name] = ast.literal_eval(text)
        found[said["msgid"]] = said.get("msgstr") or said["msgstr[0]"]
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return what official words with values in them look like, the most particular first."""
    found = []
    for official, words in entries().items():
        own = len(_PLACE.sub("", official))
        if _PLACE.search(official) and own >= _OWN_CHARACTERS:
            parts = _PLACE.split(official)
            looks = "".join(
                f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)
            )
            if len(set(parts[1::2])) == len(parts[1::2]):
                # The values are text by now, numbers too.
                found.append((own, re.compile(looks, re.DOTALL), _PLACE.sub(r"%(\1)s", words)))
    return [(looks, words) for _own, looks, words in sorted(found, key=lambda each: -each[0])]


def _known(text: str) -> str:
    if (plain := gettext(text)) != text:
        return plain
    for looks, words in _patterns():
        if met := looks.fullmatch(text):
            return words % met.groupdict()
    return text


def in_plain_words(text: str) -> str:
    """Say in plain words what was put together in official ones: a message kept over a press, a refusal, a notice."""
    if not is_plain() or not text:
        return text
    if (plain := _known(text)) != text:
        return plain
    # Sentence by sentence, where several were joined.
    return "".join(_known(part) if part.strip() else part for part in _ENDS.split(text))
