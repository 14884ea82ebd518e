"""The environment that settings read: throw-away secrets, and the servers' addresses."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from partybuild.devstack.exceptions import StackError
from partybuild.devstack.servers import APP, OWNER

_SECRETS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "FIELD_KEYS": lambda: "1:" + secrets.token_hex(16),
    "HASH_KEY": lambda: secrets.token_hex(32),
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(16),
    "OWNER_PASSWORD": lambda: secrets.token_hex(16),
    "APP_PASSWORD": lambda: secrets.token_hex(16),
}
# What the caller's shell may say about other servers must not reach a throw-away run.
_SERVER_NAMES = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "APP_DATABASE_ROLE",
    "TEST_DB",
    "REDIS_URL",
    "BROKER_URL",
    "EMAIL_URL",
    "MAILBOX_DIR",
    "MEDIA_ROOT",
    "BASE_URL",
    "ALLOWED_HOSTS",
    "DEPLOYMENT",
)


def make_secrets() -> dict[str, str]:
    """A fresh set of secrets."""
    return {name: make() for name, make in _SECRETS.items()}


def kept_secrets(path: Path) -> dict[str, str]:
    """The demo's secrets: made once, readable by their owner only."""
    if not path.exists():
        write_private(path, "".join(f"{name}={value}\n" for name, value in make_secrets().items()))
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    missing = sorted(_SECRETS.keys() - kept.keys())
    if missing:
        raise StackError(f"{path} lacks {', '.join(missing)}. Please run `make reset`.")
    return kept


def write_private(path: Path, text: str) -> None:
    """Write a whole file or none, readable by its owner only."""
    half_written = path.with_suffix(".new")
    half_written.unlink(missing_ok=True)
    descriptor = os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half_written.rename(path)


def passwords(kept: Mapping[str, str]) -> dict[str, str]:
    """The database passwords by role."""
    return {
        "postgres": kept["POSTGRES_PASSWORD"],
        OWNER: kept["OWNER_PASSWORD"],
        APP: kept["APP_PASSWORD"],
    }


def base_environment(kept: Mapping[str, str], *, deployment: str, port: int) -> dict[str, str]:
    """What settings need besides the servers' addresses."""
    return {
        "SECRET_KEY": kept["SECRET_KEY"],
        "FIELD_KEYS": kept["FIELD_KEYS"],
        "HASH_KEY": kept["HASH_KEY"],
        "DEPLOYMENT": deployment,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        "TRUSTED_PROXY_COUNT": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def environment_with(variables: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment, led to these servers and no others."""
    own = {
        name: value
        for name, value in os.environ.items()
        # Nor does a demo write to real phones.
        if name not in _SERVER_NAMES and not name.startswith("SMS_")
    }
    return own | dict(variables)
