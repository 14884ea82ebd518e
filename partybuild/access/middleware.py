"""What every answer carries: a request id and the security headers."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)


class RequestIdMiddleware:
    """Give each request an id that its answer, its log lines and its events carry."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Never the caller's own: under a number of their choice one could hide among others' events.
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class SecurityHeadersMiddleware:
    """Strict content policy on every page, and no page of a signed-in person kept by a cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith("/static/") or response.status_code >= 400:
            response.setdefault("Cache-Control", "no-store")
        return response


class PlainRequestMiddleware:
    """Refuse what no browser sends: other methods, bodies beyond any limit, bytes that are no text."""

    METHODS = ("GET", "HEAD", "POST", "OPTIONS")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in self.METHODS:
            return HttpResponseNotAllowed(self.METHODS)
        # Before any of it is read: what is too big is not even kept in a temporary file.
        if _length_of(request) > settings.MAX_REQUEST_BYTES:
            raise RequestDataTooBig(f"more than {settings.MAX_REQUEST_BYTES} bytes")
        if (
            "\0" in request.path
            or "\0" in request.META.get("QUERY_STRING", "")
            or ("%00" in request.META.get("QUERY_STRING", ""))
        ):
            raise BadRequest("NUL in the address")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """PostgreSQL keeps no NUL: a form that carries one is refused before anybody reads it."""
        if request.method == "POST" and not request.path.startswith("/api/"):
            for values in request.POST.lists():
                if any("\0" in text for text in (values[0], *values[1])):
                    raise BadRequest("NUL in a form")
        return None


def _length_of(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
