"""Login is the rule; what anybody may open stands in this list."""

from __future__ import annotations

from django.urls import URLPattern, get_resolver

PUBLIC = {
    "accounts:sign-in",
    "accounts:factor-ask",
    "accounts:link-open",
    "accounts:way-in",
    "accounts:one-time-open",
    "portal:privacy",
    "portal:help",
    "portal:suggestion-create",
    # The code is the right: what became of a suggestion without a name.
    "portal:suggestion-track",
    "portal:health",
    "ui:preference-save",
    # A member without an account types the code of the unit's letter.
    "members:letter-open",
    # Anybody who holds a paper may ask whether it is real.
    "documents:verify",
    # The demo's outgoing mail; in production there is no such page.
    "portal:mailbox",
    "portal:mail",
}


def patterns(resolver, namespace=""):
    """Yield (qualified name, pattern) of every address."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)


def asks_for_login(view):
    """Tell whether LoginRequiredMiddleware guards a view, or DRF's own permission does."""
    if hasattr(view, "cls") and hasattr(view.cls, "permission_classes"):
        names = {permission.__name__ for permission in view.cls.permission_classes}
        return "AllowAny" not in names
    return getattr(view, "login_required", True)


def test_only_listed_pages_are_public():
    public = {name for name, each in patterns(get_resolver()) if not asks_for_login(each.callback)}
    assert public - PUBLIC == set()


def test_the_mailbox_is_no_page_in_production(client, settings, db):
    # Addresses are read once per process: not first of all here, where there are fewer.
    assert get_resolver().url_patterns
    settings.IN_DEVELOPMENT = False
    settings.MAILBOX_DIR = "/nowhere"
    assert client.get("/mailbox/").status_code == 404


def test_at_most_thirteen_addresses_are_public():
    # Without the demo's mailbox, which production does not have.
    assert len(PUBLIC - {"portal:mailbox", "portal:mail"}) <= 13
