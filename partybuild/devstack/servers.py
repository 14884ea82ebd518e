"""PostgreSQL, Valkey and the mail sink: how each is made, started and known to be ready."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg2
import redis
from psycopg2 import sql

from partybuild.devstack.children import Child
from partybuild.devstack.exceptions import NotReady, StackError
from partybuild.devstack.places import CHECKOUT, Account, Programs, make_private

DATABASE = "partybuild"
OWNER = "partybuild_owner"
APP = "partybuild_app"
_PATIENCE = 60.0
_BARE_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "cluster_name": "partybuild",
}
# A cluster that is thrown away need not survive a power cut.
_THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """One PostgreSQL cluster behind a private socket, with an owner and an app role."""

    def __init__(
        self,
        *,
        programs: Programs,
        account: Account | None,
        data: Path,
        sockets: Path,
        log: Path,
        passwords: dict[str, str],
        throw_away: bool,
        inherited: Sequence[int],
    ) -> None:
        self.programs = programs
        self.account = account
        self.data = data
        self.sockets = sockets
        self.passwords = passwords
        settings = _SETTINGS | (_THROW_AWAY_SETTINGS if throw_away else {})
        settings["unix_socket_directories"] = str(sockets)
        words = [str(programs.postgres), "-D", str(data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        self.child = Child(
            "PostgreSQL",
            words,
            _BARE_ENVIRONMENT,
            # "Fast" shutdown: sessions are ended, what is committed stays.
            stop_signal=signal.SIGINT,
            grace=30,
            account=account,
            log=log,
            inherited=inherited,
        )

    def create(self) -> None:
        """Make the cluster, if there is none yet."""
        if self.data.exists():
            return
        # A name of its own until it is whole, so that a killed start leaves no half cluster.
        half_made = self.data.with_name(self.data.name + ".half-made")
        shutil.rmtree(half_made, ignore_errors=True)
        make_private(half_made, self.account)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets, suffix=".once") as password:
            password.write(self.passwords["postgres"])
            password.flush()
            if self.account is not None:
                os.chown(password.name, self.account.uid, self.account.gid)
            made = subprocess.run(
                [
                    *(str(self.programs.initdb), "-D", str(half_made), "-U", "postgres"),
                    *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"),
                    *(f"--pwfile={password.name}", "--no-sync", "--no-instructions"),
                ],
                env=_BARE_ENVIRONMENT,
                cwd="/",
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode:
            raise StackError(f"The database could not be made.\n{made.stderr.strip()}")
        half_made.rename(self.data)

    def wait(self) -> None:
        """Wait until the server answers; then see to roles and database."""
        _until_ready(self.child, self._make_roles)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for a role, as DATABASE_URL has it."""
        return f"postgresql://{role}:{self.passwords[role]}@/{database}?host={self.sockets}"

    def _make_roles(self) -> None:
        connection = psycopg2.connect(
            host=str(self.sockets),
            dbname="postgres",
            user="postgres",
            password=self.passwords["postgres"],
            connect_timeout=5,
        )
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            roles = {name for (name,) in cursor.fetchall()}
            # The owner may create databases (tests do); the app may only work in one.
            for role, may in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB")):
                cursor.execute(
                    sql.SQL("{verb} ROLE {role} LOGIN {may} PASSWORD {password}").format(
                        verb=sql.SQL("ALTER" if role in roles else "CREATE"),
                        role=sql.Identifier(role),
                        may=sql.SQL(may),
                        password=sql.Literal(self.passwords[role]),
                    )
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )


class Valkey:
    """One Valkey behind a private socket: the broker and the cache."""

    def __init__(
        self,
        *,
        programs: Programs,
        account: Account | None,
        data: Path,
        sockets: Path,
        log: Path,
        throw_away: bool,
        inherited: Sequence[int],
    ) -> None:
        self.socket = sockets / "valkey.sock"
        self.child = Child(
            "Valkey",
            [
                *(str(programs.valkey), "--port", "0", "--dir", str(data)),
                *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no" if throw_away else "yes"),
                *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
            ],
            _BARE_ENVIRONMENT,
            account=account,
            log=log,
            inherited=inherited,
        )

    def wait(self) -> None:
        """Wait until the server answers."""
        _until_ready(self.child, self._ping)

    @property
    def url(self) -> str:
        """The address for redis-py."""
        return f"unix://{self.socket}?db=0"

    @property
    def broker_url(self) -> str:
        """The same server for Celery, whose library spells it otherwise."""
        return f"redis+socket://{self.socket}?virtual_host=1"

    def _ping(self) -> None:
        client = redis.Redis.from_url(self.url)
        client.ping()
        client.close()


class MailSink:
    """A real SMTP server on loopback that keeps each message as a file."""

    def __init__(self, *, directory: Path, log: Path, inherited: Sequence[int]) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # We listen and the child serves, so that a child started anew has the same port.
        self.listening = socket.create_server(("127.0.0.1", 0))
        self._password = secrets.token_hex(16)
        descriptor = self.listening.fileno()
        self.child = Child(
            "The mail sink",
            [sys.executable, "-m", "partybuild.devstack.mailbox", str(descriptor), str(directory)],
            _BARE_ENVIRONMENT | {"MAILBOX_PASSWORD": self._password},
            cwd=CHECKOUT,
            log=log,
            inherited=[descriptor, *inherited],
        )

    @property
    def url(self) -> str:
        """The address as EMAIL_URL has it."""
        return f"smtp://demo:{self._password}@127.0.0.1:{self.listening.getsockname()[1]}"


def _until_ready(child: Child, try_it: Callable[[], None]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            try_it()
        except (psycopg2.OperationalError, redis.RedisError) as error:
            if not child.running:
                raise NotReady(f"{child.name} did not start.\n{child.last_words()}") from error
            if time.monotonic() > deadline:
                raise NotReady(
                    f"{child.name} did not answer within {_PATIENCE:.0f} s.\n{child.last_words()}"
                ) from error
            time.sleep(0.05)
        else:
            return
