"""Cursors of keyset pages: sealed, because primary keys and transaction ids stay inside."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag

from partybuild.fields.encryption import decrypt, encrypt


class CursorUnreadable(ValueError):
    """A cursor that this list never gave out."""


def seal(place: tuple[int, ...], *, of: str) -> str:
    """Return the cursor of a place in one list."""
    sealed = encrypt(",".join(str(number) for number in place), associated=f"cursor:{of}")
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(cursor: str, *, of: str) -> tuple[int, ...]:
    """Return the place that a cursor of the same list names."""
    try:
        sealed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        text = decrypt(sealed, associated=f"cursor:{of}")
        return tuple(int(number) for number in text.split(","))
    except (InvalidTag, NotBase64, IndexError, KeyError, ValueError) as unreadable:
        raise CursorUnreadable from unreadable
