"""A production server does not start with unsafe settings, and says what to set."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.safety import database_faults, refuse_unsafe_start, setting_faults
from partybuild.access import Actor
from partybuild.audit.services import record_event


def sound(**changes: Any) -> Any:
    """Return settings of a production server as the manual says, but for these."""
    values = {
        "IN_DEVELOPMENT": False,
        "DEBUG": False,
        "SECRET_KEY": secrets.token_hex(32),
        "FIELD_KEYS": f"1:{secrets.token_hex(16)},2:{secrets.token_hex(16)}",
        "HASH_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": ["dangjian.example.cn", "10.0.0.8"],
        "BASE_URL": "https://dangjian.example.cn",
        "ALLOW_HTTP": False,
        "DATABASES": {"default": {"USER": "app"}, "owner": {"USER": "app"}},
        "MAILBOX_DIR": "",
        "TRUSTED_PROXY_COUNT": 1,
    }
    return SimpleNamespace(**{**values, **changes})


@pytest.fixture(autouse=True)
def _no_owner(monkeypatch):
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)


def test_what_the_manual_says_is_safe():
    assert setting_faults(sound()) == []
    assert setting_faults(sound(BASE_URL="http://dangjian.example.cn", ALLOW_HTTP=True)) == []


HEX = "0123456789abcdef"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"DEBUG": True}, "DEBUG"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "unused"}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + HEX * 3}, "SECRET_KEY"),
        ({"SECRET_KEY": "change-me-please-change-me-please-change-me-now"}, "SECRET_KEY"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY"),
        ({"FIELD_KEYS": "1:" + "0" * 32}, "FIELD_KEYS"),
        ({"FIELD_KEYS": f"1:{secrets.token_hex(16)},2:{HEX}{HEX}"}, "FIELD_KEYS"),
        ({"HASH_KEY": "0" * 64}, "HASH_KEY"),
        ({"HASH_KEY": HEX * 4}, "HASH_KEY"),
        ({"SECRET_KEY": "5f0c" * 4 + HEX * 3, "HASH_KEY": HEX * 3}, "one purpose"),
        ({"BASE_URL": "http://dangjian.example.cn"}, "https"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": [".example.cn"]}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": ["other.example.cn"]}, "host of BASE_URL"),
        ({"MAILBOX_DIR": "/var/mail"}, "MAILBOX_DIR"),
        ({"TRUSTED_PROXY_COUNT": -1}, "TRUSTED_PROXY_COUNT"),
    ],
)
def test_each_unsafe_setting_is_named(changes, word):
    assert any(word in fault for fault in setting_faults(sound(**changes)))


def test_one_role_for_owner_and_application_is_named(monkeypatch):
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://app@localhost/x")
    assert any("same role" in fault for fault in setting_faults(sound()))
    apart = {"default": {"USER": "app"}, "owner": {"USER": "owner"}}
    assert setting_faults(sound(DATABASES=apart)) == []


@pytest.mark.django_db
def test_demo_data_and_an_owning_role_stop_production():
    assert database_faults() == []
    record_event("test.kind", target=None, by=Actor.system("load_demo"))
    assert [fault.split()[2] for fault in database_faults()] == ["holds"]
    with pytest.raises(ImproperlyConfigured, match="demo data"):
        refuse_unsafe_start(_keeping_the_connection(sound()))
    refuse_unsafe_start(SimpleNamespace(IN_DEVELOPMENT=True))


def _keeping_the_connection(values: Any) -> Any:
    connection.close = lambda: None  # type: ignore[method-assign]
    return values


@pytest.fixture(autouse=True)
def _connection_closes_again():
    close = connection.close
    yield
    connection.close = close  # type: ignore[method-assign]


@pytest.mark.django_db
def test_the_owner_of_the_tables_is_no_role_for_the_application(monkeypatch):
    from django.db import connections

    from config import safety

    monkeypatch.setattr(safety, "connection", connections["owner"])
    assert any("owns the tables" in fault for fault in database_faults())


def _production(command: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEPLOYMENT": "production",
        "SECRET_KEY": secrets.token_hex(32),
        "FIELD_KEYS": "1:" + secrets.token_hex(16),
        "HASH_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "dangjian.example.cn",
        "BASE_URL": "https://dangjian.example.cn",
        # No server: what the settings say is enough here.
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "REDIS_URL": "redis://127.0.0.1:1",
        **changes,
    }
    return subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_server_does_not_start_unsafely_and_the_deploy_check_is_clean():
    bad = _production(["-c", "import config.wsgi"], SECRET_KEY="unused", BASE_URL="http://x.cn")
    assert bad.returncode != 0
    assert "- SECRET_KEY is short" in bad.stderr
    assert "- BASE_URL must begin" in bad.stderr
    assert "unused" not in bad.stderr.split("Not started")[1]
    good = _production(["-c", "import config.wsgi"])
    assert good.returncode == 0, good.stderr[-2000:]
    check = _production(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert check.returncode == 0, check.stderr[-2000:]
