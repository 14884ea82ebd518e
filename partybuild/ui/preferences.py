"""How a person likes to read: kept in two cookies, so that the sign-in page knows it too."""

DENSITY_COOKIE = "density"
TEXT_COOKIE = "text"
# Field of the form → the cookie it sets and the values it may have; "" is the ordinary way.
CHOICES: dict[str, frozenset[str]] = {
    DENSITY_COOKIE: frozenset({"", "compact"}),
    TEXT_COOKIE: frozenset({"", "large"}),
}
YEAR = 365 * 24 * 3600
