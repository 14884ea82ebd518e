"""How a person likes to read: kept in cookies, so that the sign-in page knows it too."""

from django.http import HttpRequest

from partybuild.accounts.reading import LARGE, TEXT_COOKIE

DENSITY_COOKIE = "density"
# Field of the form → the cookie it sets and the values it may have; "" is the ordinary way.
CHOICES: dict[str, frozenset[str]] = {
    DENSITY_COOKIE: frozenset({"", "compact"}),
    TEXT_COOKIE: frozenset({"", LARGE}),
}


def is_large(request: HttpRequest) -> bool:
    """Tell whether somebody reads in large type (大字版)."""
    return request.COOKIES.get(TEXT_COOKIE) == LARGE
