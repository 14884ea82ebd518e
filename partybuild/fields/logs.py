"""Log lines without what must not be in them: numbers, tokens, sessions, rows that a database error quotes."""

from __future__ import annotations

import logging
import re

from partybuild.fields.text import mask_id_numbers

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)")
# What PostgreSQL quotes of a row: "Key (…)=(…) already exists", "Failing row contains (…)".
_DETAIL = re.compile(r"(DETAIL|CONTEXT: +COPY \w+):.*|\[?(?:SQL|PARAMETERS):.*")
# Letters beyond hexadecimal, and digits, in one long word: a token, a session, a signed link. Numbers of requests
# and of rows are hexadecimal and stay.
_SECRET = re.compile(r"(?=[\w:-]*[g-zG-Z])(?=[\w:-]*\d)[A-Za-z0-9_:-]{24,}={0,2}")
_FIELD = re.compile(
    r"(?i)\b(password|passwd|token|secret|sessionid|authorization)(['\"]?\s*[=:]\s*)\S+"
)


def guarded(text: str) -> str:
    """Return a text without personal numbers and secrets."""
    text = _DETAIL.sub(lambda found: f"{found[1] or ''}: …", text)
    text = _FIELD.sub(r"\1\2…", text)
    text = _SECRET.sub("…", text)
    text, _count = mask_id_numbers(text)
    return _PHONE.sub("1**********", text)


class GuardedFormatter(logging.Formatter):
    """Formats a record, its arguments and its traceback, and takes out what must not be kept."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return guarded(super().format(record))
