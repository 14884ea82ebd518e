"""What production must not start with: each fault is one sentence that says what to set."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

# Secrets that stand in papers, images and examples: known to everybody.
_KNOWN = re.compile(
    r"unused|example|change.?me|changeit|secret.?key|insecure|your.|default|password|test|demo",
    re.IGNORECASE,
)
_LEAST_SECRET = 40
_LEAST_SIGNS = 8


def setting_faults(settings: Any) -> list[str]:
    """Return what is unsafe in the settings of a production server."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG must be off in production.")
    if _is_weak(settings.SECRET_KEY):
        found.append(
            f"SECRET_KEY is short, repetitive or an example: set {_LEAST_SECRET} random characters "
            "or more (deploy/new-secrets prints one)."
        )
    keys = [key.partition(":")[2] for key in settings.FIELD_KEYS.split(",")]
    if any(_is_patterned(key) for key in keys):
        found.append("FIELD_KEYS holds an example: set random keys (deploy/new-secrets).")
    if _is_patterned(settings.HASH_KEY):
        found.append("HASH_KEY is an example: set 64 random hex digits (deploy/new-secrets).")
    if settings.HASH_KEY in settings.SECRET_KEY or any(key in settings.HASH_KEY for key in keys):
        found.append("SECRET_KEY, FIELD_KEYS and HASH_KEY must differ: one key, one purpose.")
    return found + _address_faults(settings) + _service_faults(settings)


def _is_weak(secret: str) -> bool:
    return len(secret) < _LEAST_SECRET or _is_patterned(secret) or bool(_KNOWN.search(secret))


def _is_patterned(key: str) -> bool:
    return len(set(key)) < _LEAST_SIGNS or key[: len(key) // 2] == key[len(key) // 2 :]


def _address_faults(settings: Any) -> list[str]:
    found = []
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" and not settings.ALLOW_HTTP:
        found.append(
            "BASE_URL must begin with https://. Where a closed network has no certificate, "
            "ALLOW_HTTP=yes permits http://."
        )
    hosts = settings.ALLOWED_HOSTS
    if not hosts or any(host == "*" or host.startswith(".") for host in hosts):
        found.append("ALLOWED_HOSTS must name the hosts one by one, without * or a leading dot.")
    elif address.hostname not in hosts:
        found.append("ALLOWED_HOSTS must contain the host of BASE_URL.")
    return found


def _service_faults(settings: Any) -> list[str]:
    found = []
    app, owner = settings.DATABASES["default"], settings.DATABASES["owner"]
    is_named = "DATABASE_OWNER_URL" in os.environ
    if is_named and app["USER"] == owner["USER"]:
        found.append(
            "DATABASE_URL and DATABASE_OWNER_URL name the same role: the application could change "
            "its record of events. Give it a role of its own."
        )
    if settings.MAILBOX_DIR:
        found.append("MAILBOX_DIR is for the demo: take it away.")
    if not 0 <= settings.TRUSTED_PROXY_COUNT <= 5:
        found.append("TRUSTED_PROXY_COUNT must say how many proxies of yours stand in front.")
    return found


def database_faults() -> list[str]:
    """Return what is unsafe in the database that production would work on; [] where none answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.rolsuper, pg_has_role(current_user, c.relowner, 'USAGE') "
                "FROM pg_roles r, pg_class c "
                "WHERE r.rolname = current_user AND c.oid = to_regclass('audit_event')"
            )
            row = cursor.fetchone()
            cursor.execute(
                "SELECT EXISTS (SELECT FROM audit_event WHERE actor_kind = 'system' "
                "AND actor_name IN ('load_demo', 'play_quarter'))"
                if row
                else "SELECT false"
            )
            is_demo = cursor.fetchone()[0]
    except DatabaseError:
        return []
    found = []
    if row and any(row):
        found.append(
            "The role in DATABASE_URL owns the tables: the application could change its record of "
            "events. Let another role own them (docs/admin/install.md)."
        )
    if is_demo:
        found.append("The database holds demo data, whose passwords are known: use another one.")
    return found


def refuse_unsafe_start(settings: Any) -> None:
    """Stop a production server that is set up unsafely, naming every fault."""
    if settings.IN_DEVELOPMENT:
        return
    faults = setting_faults(settings) + database_faults()
    # Processes that are forked from this one open connections of their own.
    connection.close()
    if faults:
        raise ImproperlyConfigured("Not started:\n- " + "\n- ".join(faults))
