"""The house in the storm: its own PostgreSQL, Valkey, mail server, and the nursery of its programs."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import redis

from partybuild.devstack import places
from partybuild.devstack.children import Child
from partybuild.devstack.environment import base_environment, environment_with, make_secrets
from partybuild.devstack.places import CHECKOUT, TemporaryPlace, make_private
from partybuild.devstack.stack import Stack
from partybuild.devstack.supervisor import prepare
from tests.chaos import nursery, sink

# Short, so that what a dead worker held comes back within a trial; the product's own are minutes.
LEASE_SECONDS = 4
PATIENCE_SECONDS = 1
MARGIN_SECONDS = 1
# What may lie between the last look at a row and its final dot.
SLACK_SECONDS = LEASE_SECONDS + 2 * PATIENCE_SECONDS + MARGIN_SECONDS
BEAT_SECONDS = 1.0

PROGRAMS = (
    ("worker", "worker-1"),
    ("worker", "worker-2"),
    ("beat", "beat-1"),
    ("beat", "beat-2"),
    ("planner", "planner-1"),
    ("planner", "planner-2"),
    ("sweeper", "sweeper-1"),
    ("web", "web-1"),
)


@dataclass
class House:
    """What runs, by name, and the ways to hurt it."""

    stack: Stack
    sink_log: Path
    port: int
    variables: dict[str, str]
    running: dict[str, int] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    kills: int = 0

    def __post_init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    # -- programs ---------------------------------------------------------------------------
    def open(self, *, control: bool = False) -> None:
        """Start the nursery; the programs come by `start`."""
        extra = {nursery.CONTROL: "1"} if control else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=CHECKOUT,
            env=environment_with(self.variables | extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"

    def close(self) -> None:
        """Stop everything that the nursery started, and it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self._order(do="clear")
            assert self.process.stdin is not None
            self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process = None
        self.running.clear()

    def start(self, role: str, name: str) -> None:
        """Start one program."""
        self.roles[name] = role
        self.running[name] = self._order(do="start", role=role, name=name)

    def start_all(self, *names: str) -> None:
        """Start the programs named, or all of them."""
        for role, name in PROGRAMS:
            if not names or name in names:
                self.start(role, name)

    def kill(self, name: str, how: str = "group") -> None:
        """Kill with -9 and start again at once."""
        done = self._order(do="kill", pid=self.running[name], how=how)
        self.kills += bool(done)
        if how != "child" or not done:
            self.start(self.roles[name], name)

    def look_after(self) -> list[str]:
        """Start again what ended by itself, as a service manager would; returns its names."""
        ended: list[str] = self._order(do="ended")
        for name in ended:
            self.start(self.roles[name], name)
        return ended

    def _order(self, **words: Any) -> Any:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process is not None
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has died")
        return json.loads(line)

    def last_words(self, name: str, lines: int = 12) -> str:
        """The end of a program's log."""
        path = Path(self.variables["CHAOS_PLACE"]) / f"{name}.log"
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    # -- servers ----------------------------------------------------------------------------
    def crash_database(self, *, away: float = 0.0) -> float:
        """Stop PostgreSQL at once, as `pg_ctl -m immediate` does, and start it; returns when it was back."""
        database = self.stack.database
        assert database is not None
        assert database.child.process is not None
        database.child.process.send_signal(signal.SIGQUIT)
        database.child.process.wait(timeout=30)
        time.sleep(away)
        database.child.start()
        database.wait()
        forget_connections()
        return time.monotonic()

    def stop_broker(self) -> None:
        """Kill Valkey with -9; what it held is gone."""
        broker = self.stack.broker
        assert broker is not None
        assert broker.child.process is not None
        broker.child.process.kill()
        broker.child.process.wait(timeout=30)

    def start_broker(self) -> None:
        """Start Valkey empty."""
        broker = self.stack.broker
        assert broker is not None
        for left in (self.stack.data / "valkey").iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        broker.child.start()
        broker.wait()

    def broker(self) -> redis.Redis:
        """A client of Valkey."""
        assert self.stack.broker is not None
        return redis.Redis.from_url(self.stack.broker.url)

    def flush_broker(self) -> None:
        """FLUSHALL."""
        with contextlib.closing(self.broker()) as client:
            client.flushall()


def forget_connections() -> None:
    """Let go of connections that a restart has cut."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        with contextlib.suppress(Exception):
            connection.close()
        connection.connection = None


def _sink(place: Path, descriptor: int, seed: int, inherited: list[int]) -> Child:
    return Child(
        "The mail server of the storm",
        [
            *(sys.executable, "-m", "tests.chaos.sink"),
            *(str(descriptor), str(place / "sink.jsonl"), str(seed)),
        ],
        {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd=CHECKOUT,
        log=place / "sink.log",
        inherited=[descriptor, *inherited],
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def house(*, seed: int = 1, system_servers: bool = False, disk_mb: int = 0) -> Iterator[House]:
    """Servers that keep what is committed, with empty tables; gone without a trace afterwards.

    With `disk_mb` their data lies on a disk of that size in memory, which only root can make.
    """
    account = places.server_account()
    programs = places.system_programs() if system_servers else places.find_programs(account)
    kept = make_secrets()
    place = TemporaryPlace(account)
    port = _free_port()
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    mail = _sink(place.path, listening.fileno(), seed, [place.lock.descriptor])
    disk = contextlib.ExitStack()
    try:
        if disk_mb:
            disk.enter_context(small_disk(place.path / "data", disk_mb))
        variables = base_environment(kept, deployment="demo", port=port)
        variables |= {
            "MEDIA_ROOT": str(make_private(place.path / "media", None)),
            "MAIL_LEASE_SECONDS": str(LEASE_SECONDS),
            "MAIL_HANDOVER_SECONDS": str(MARGIN_SECONDS),
            "MAIL_ASK": "tests.chaos.sink.ask",
            "MAIL_ASK_AFTER_SECONDS": "1",
            "EMAIL_TIMEOUT": str(PATIENCE_SECONDS),
            "AUDIT_ANCHOR_DIR": str(make_private(place.path / "anchors", None)),
            "CHAOS_PLACE": str(place.path),
            sink.LOG: str(place.path / "sink.jsonl"),
            nursery.PORT: str(port),
            nursery.BEAT_SECONDS: str(BEAT_SECONDS),
        }
        stack = Stack(
            account=account,
            programs=programs,
            place=place,
            data=make_private(place.path / "data", account),
            logs=place.path,
            mailbox=place.path / "mailbox",
            kept=kept,
            # What is committed must stand after a crash: fsync and synchronous_commit on.
            throw_away=False,
            inherited=[place.lock.descriptor],
            variables=variables,
            outside={"EMAIL_URL": f"smtp://127.0.0.1:{listening.getsockname()[1]}"},
        )
        mail.start()
        with stack.running():
            _sync_once(stack)
            prepare(stack, demo=False)
            built = House(stack, place.path / "sink.jsonl", port, dict(stack.variables))
            try:
                yield built
            finally:
                built.close()
    finally:
        mail.stop()
        listening.close()
        disk.close()
        place.remove()


def _sync_once(stack: Stack) -> None:
    """After a crash one call for the whole disk, not one for each of the thousands of files."""
    assert stack.database is not None
    with contextlib.closing(psycopg2.connect(stack.database.url("postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM SET recovery_init_sync_method = 'syncfs'")
            cursor.execute("SELECT pg_reload_conf()")


@contextlib.contextmanager
def small_disk(path: Path, megabytes: float) -> Iterator[Path]:
    """Mount a disk of its own in memory, so that it can be full; root only."""
    path.mkdir(parents=True, exist_ok=True)
    size = f"size={int(megabytes * 1024)}k,mode=0711"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(path)], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


def fill(directory: Path) -> Path:
    """Fill the disk below a directory to the last byte; returns the file that does."""
    filler = directory / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65536) == 65536:
            pass
    return filler


def take_the_variables(built: House) -> None:
    """Let this process work on the house's database too."""
    os.environ.update(environment_with(built.variables))
    import django

    django.setup()
    # The duties of the wave.
    import tests.factories.obligations
    from partybuild.audit.furniture import let_app_move_clock

    assert tests.factories.obligations
    let_app_move_clock()
