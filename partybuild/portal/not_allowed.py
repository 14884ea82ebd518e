"""An address that only takes forms, opened as a page, gets a page that leads on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from partybuild.portal.views.errors import not_allowed


class PlainNotAllowedMiddleware:
    """Draw 405 for people; programs (REST) have their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return not_allowed(request, response)
        return response
