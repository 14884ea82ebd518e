"""Large type (大字版): kept with the person, carried by the browser, so that the sign-in page knows it too."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

TEXT_COOKIE = "text"
LARGE = "large"
YEAR = 365 * 24 * 3600
# A choice made before signing in is the person's who then signs in, if that is soon.
CHOSEN_COOKIE = "text_chosen"
SOON = 15 * 60


def keep(response: HttpResponse, name: str, value: str, *, seconds: int = YEAR) -> None:
    """Set a cookie about reading, which no script reads."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def chosen_before(request: HttpRequest) -> bool | None:
    """Return what was chosen just before signing in, None for nothing."""
    chosen = request.COOKIES.get(CHOSEN_COOKIE)
    return None if chosen is None else chosen == LARGE


def carry_on(response: HttpResponse, *, is_large: bool) -> None:
    """Let the browser show what the person who has just signed in reads."""
    keep(response, TEXT_COOKIE, LARGE if is_large else "")
    response.delete_cookie(CHOSEN_COOKIE)


def is_plain() -> bool:
    """Tell whether what is being drawn is drawn in plain words."""
    return translation.get_language() == settings.PLAIN_LANGUAGE_CODE


def plainly() -> AbstractContextManager[None]:
    """Draw in plain words for a while."""
    return translation.override(settings.PLAIN_LANGUAGE_CODE)
