"""Files as offices send them, and as nobody should."""

from __future__ import annotations

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def upload(content: bytes = PDF, name: str = "会议材料.pdf") -> SimpleUploadedFile:
    """Return a file on its way in; what the browser says of its type is never believed."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def packed(parts: dict[str, bytes]) -> bytes:
    """Return an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return held.getvalue()


def word(extra: dict[str, bytes] | None = None) -> bytes:
    """Return a .docx with further parts."""
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
    return packed({**parts, **(extra or {})})


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, turned: int = 1) -> bytes:
    """Return a photograph that tells where, when and with what it was taken."""
    picture = Image.new("RGB", size, (180, 30, 20))
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = turned
    exif[0x9003] = "2026:03:05 09:30:00"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (31.0, 14.0, 7.0), "E", (121.0, 29.0, 3.0)
    held = io.BytesIO()
    picture.save(held, kind, exif=exif)
    return held.getvalue()
