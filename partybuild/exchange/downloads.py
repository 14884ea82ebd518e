"""The one way for a file to leave: as an attachment, never shown by the browser, never cached."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse


def attachment(
    content: bytes | Iterable[bytes], *, name: str, content_type: str, size: int | None = None
) -> HttpResponseBase:
    """Return an answer that is saved under a name; the caller has asked for the right and written it down."""
    response: HttpResponseBase
    if isinstance(content, bytes):
        response = HttpResponse(content, content_type=content_type)
    else:
        response = StreamingHttpResponse(content, content_type=content_type)
        if size is not None:
            response["Content-Length"] = str(size)
    ending = name.rpartition(".")[2]
    plain = ending if ending.isascii() and ending.isalnum() else "bin"
    response["Content-Disposition"] = (
        f"attachment; filename=\"download.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
