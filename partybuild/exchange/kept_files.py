"""Files that wait to be fetched: outside the web root, under the field key, in pieces.

A file is a row of pieces, each four bytes of length and a sealed text; the associated data names the
file and the piece's place, so that none can be moved, left out or put elsewhere. The last one is empty.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any, Self
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.temp import NamedTemporaryFile

from partybuild.fields.encryption import decrypt, encrypt

_PIECE = 256 * 1024
FOLDER = "exports"


class FileIncomplete(Exception):
    """The kept file ends before its last piece."""


def place_of(uid: UUID) -> str:
    """Return where a file is kept."""
    return f"{FOLDER}/{uid.hex}.sealed"


class SealingFile:
    """Takes bytes, seals them piece by piece into a temporary file, and hands that to the storage."""

    def __init__(self, uid: UUID) -> None:
        self.uid = uid
        self.size = 0
        self._held = bytearray()
        self._number = 0
        self._file: IO[Any] = NamedTemporaryFile(prefix="export-")

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""
        self._held += data
        self.size += len(data)
        while len(self._held) >= _PIECE:
            self._seal(bytes(self._held[:_PIECE]))
            del self._held[:_PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back but the piece being filled."""

    def _seal(self, data: bytes) -> None:
        sealed = encrypt(
            base64.b64encode(data).decode(), associated=f"export:{self.uid}:{self._number}"
        )
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1

    def keep(self) -> str:
        """Finish the file and give it to the storage; return its place."""
        if self._held:
            self._seal(bytes(self._held))
            self._held.clear()
        self._seal(b"")
        self._file.flush()
        self._file.seek(0)
        place = place_of(self.uid)
        drop(place)
        try:
            return str(default_storage.save(place, File(self._file)))
        except OSError:
            # Half a file is none.
            drop(place)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def pieces(place: str, uid: UUID) -> Iterator[bytes]:
    """Yield the content of a kept file; FileIncomplete if it was cut."""
    with default_storage.open(place, "rb") as file:
        number = 0
        while True:
            head = file.read(4)
            if len(head) < 4:
                raise FileIncomplete
            text = decrypt(
                file.read(int.from_bytes(head, "big")), associated=f"export:{uid}:{number}"
            )
            if not text:
                return
            yield base64.b64decode(text)
            number += 1


def drop(place: str) -> None:
    """Delete a kept file; one that is gone already is no fault."""
    if place and default_storage.exists(place):
        default_storage.delete(place)
