"""What is drawn anew on every page: four digits that nobody wrote may stand in it."""

from __future__ import annotations

import re

_DRAWN = re.compile(
    # Rows and forms, requests, and what keeps a form from being forged.
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<![0-9A-Za-z])(?:[0-9a-f]{32}|[0-9A-Za-z]{64})(?![0-9A-Za-z])"
)


def without_chance(text: str) -> str:
    """Return a page or answer without its random signs, to look for something short in it."""
    return _DRAWN.sub("", text)
