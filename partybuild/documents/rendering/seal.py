"""What a verification code looks like on paper."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class Seal:
    """A document's verification code and the address of the page that answers it."""

    code: str
    url: str

    @property
    def spelled(self) -> str:
        """The code in groups of four."""
        return spelled(self.code)

    def png(self) -> bytes:
        """Return the QR picture of the address with its code."""
        stream = io.BytesIO()
        segno.make(f"{self.url}?code={self.code}", error="m").save(
            stream, kind="png", scale=6, border=1
        )
        return stream.getvalue()

    def data_uri(self) -> str:
        """Return the same as a data address, for the PDF."""
        made = segno.make(f"{self.url}?code={self.code}", error="m")
        return str(made.svg_data_uri(scale=4, border=1))


def picture_png(address: str) -> bytes:
    """Return the QR picture of an address, for a .docx."""
    stream = io.BytesIO()
    segno.make(address, error="m").save(stream, kind="png", scale=6, border=2)
    return stream.getvalue()


def picture_uri(address: str) -> str:
    """Return the same as a data address, for a PDF."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))


def spelled(code: str) -> str:
    """Return a code in groups of four: ABCD-EFGH-JKLM."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
