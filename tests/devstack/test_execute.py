"""`devstack exec --fresh`: servers for one command, and nothing left behind."""

import contextlib
import email
import json
import os
import signal
import smtplib
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from kombu import Connection

from tests.devstack.machine import CHECKOUT, STACK, eventually, processes_naming

TELL = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"


@contextlib.contextmanager
def _fresh() -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    running = subprocess.Popen(
        [*STACK, "exec", "--fresh", "--deployment", "demo", "--", sys.executable, "-c", TELL],
        cwd=CHECKOUT,
        env=os.environ
        | {"DATABASE_URL": "postgresql://elsewhere/real", "EMAIL_URL": "smtp://real"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdin
    assert running.stdout
    try:
        yield running, json.loads(running.stdout.readline())
    finally:
        running.stdin.close()
        running.wait(120)
        running.stdout.close()


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    with _fresh() as (_, environment):
        yield environment


def _place(environment: dict[str, str]) -> Path:
    return Path(environment["MEDIA_ROOT"]).parent


def _ask(address: str, question: str) -> object:
    with contextlib.closing(psycopg2.connect(address)) as connection:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
        assert row
        return row[0]


def test_exit_code_is_the_commands() -> None:
    ended = subprocess.run(
        [*STACK, "exec", "--fresh", "--", "sh", "-c", "exit 7"], cwd=CHECKOUT, check=False
    )
    assert ended.returncode == 7


def test_servers_of_the_callers_shell_are_not_touched(servers: dict[str, str]) -> None:
    assert "@elsewhere" not in servers["DATABASE_URL"]
    assert not servers["EMAIL_URL"].endswith("real")


def test_database_has_no_port_and_a_closed_socket_directory(servers: dict[str, str]) -> None:
    assert _ask(servers["DATABASE_URL"], "SHOW listen_addresses") == ""
    directory = Path(servers["DATABASE_URL"].partition("host=")[2])
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_wrong_password_is_refused(servers: dict[str, str]) -> None:
    right = servers["DATABASE_URL"]
    password = right.split(":")[2].split("@")[0]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(right.replace(password, "guessed"))


def test_app_role_owns_nothing_and_makes_no_database(servers: dict[str, str]) -> None:
    rights = (
        "SELECT concat(rolsuper, rolcreatedb, rolcreaterole) FROM pg_roles "
        "WHERE rolname = current_user"
    )
    assert _ask(servers["DATABASE_URL"], rights) == "fff"
    assert _ask(servers["DATABASE_OWNER_URL"], rights) == "ftf"
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert _ask(servers["DATABASE_URL"], owner) == "partybuild_owner"


def test_broker_answers_redis_and_celery(servers: dict[str, str]) -> None:
    with contextlib.closing(redis.Redis.from_url(servers["REDIS_URL"])) as client:
        assert client.ping()
        assert client.config_get("port")["port"] == "0"
    with Connection(servers["BROKER_URL"]) as connection:
        queue = connection.SimpleQueue("tried")
        queue.put({"number": 1})
        assert queue.get(timeout=60).payload == {"number": 1}
        queue.close()


def test_mail_is_kept_with_its_envelope(servers: dict[str, str]) -> None:
    sink = urlsplit(servers["EMAIL_URL"])
    assert sink.hostname
    with smtplib.SMTP(sink.hostname, sink.port or 0) as client:
        client.login(sink.username or "", sink.password or "")
        client.sendmail("a@example.cn", ["b@example.cn"], "Subject: =?utf-8?b?6YCa55+l?=\r\n\r\nx")
    [kept] = Path(servers["MAILBOX_DIR"]).glob("*.eml")
    message = email.message_from_bytes(kept.read_bytes())
    assert message["X-Envelope-To"] == "b@example.cn"
    assert message.get_payload() == "x\r\n"


def test_mail_without_the_password_is_refused(servers: dict[str, str]) -> None:
    sink = urlsplit(servers["EMAIL_URL"])
    with (
        smtplib.SMTP(sink.hostname or "", sink.port or 0) as client,
        pytest.raises(smtplib.SMTPSenderRefused),
    ):
        client.sendmail("a@example.cn", ["b@example.cn"], "x")


def test_nothing_is_left_behind() -> None:
    with _fresh() as (_, environment):
        place = _place(environment)
        assert processes_naming(str(place))
    assert not place.exists()
    assert not processes_naming(str(place))


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_stopped_while_the_command_runs_leaves_nothing(ending: signal.Signals) -> None:
    with _fresh() as (running, environment):
        running.send_signal(ending)
        assert running.wait(120) == 128 + ending
    assert not _place(environment).exists()
    assert not processes_naming(str(_place(environment)))


def test_killed_leaves_no_process_and_is_swept_up() -> None:
    with _fresh() as (running, environment):
        place = _place(environment)
        running.kill()
        assert eventually(lambda: not processes_naming(str(place)), within=60)
    with _fresh():
        time.sleep(0)
    assert not place.exists()
