"""The nursery: one process with everything imported that forks the programs of the house.

Worker, beat, planner, sweeper and web run the same code as from the command line; only the
importing is done before, so that a hundred of them can be killed in a minute. Commands come as
lines of JSON on standard input, answers go out on standard output. It kills nothing but its own
children, and those before it has reaped them: a number cannot have been given to another by then.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

CONTROL = "CHAOS_CONTROL"
PORT = "CHAOS_WEB_PORT"
BEAT_SECONDS = "CHAOS_BEAT_SECONDS"
_PLACE = "CHAOS_PLACE"
# How many groups may live on without their first process at a time.
ORPHANS = 4


def run_worker(name: str) -> None:
    """celery worker, with two processes of its own."""
    from config.celery import app

    words = ["worker", "--concurrency=2", f"--hostname={name}@chaos", "--loglevel=WARNING"]
    app.worker_main([*words, "--without-mingle", "--without-gossip"])


def run_beat(name: str) -> None:
    """celery beat, with a schedule file of its own."""
    from config.celery import app

    path = Path(os.environ[_PLACE]) / f"{name}-schedule"
    app.start(["beat", "--loglevel=WARNING", "--pidfile=", f"--schedule={path}"])


def run_planner(name: str) -> None:
    """manage.py plan_reminders, over and over."""
    from django.core.management import call_command
    from django.db import DatabaseError, close_old_connections

    while True:
        try:
            call_command("plan_reminders", stdout=sys.stderr)
        except DatabaseError:
            close_old_connections()
        time.sleep(0.3)


def run_sweeper(name: str) -> None:
    """manage.py send_notices: the sender that needs no Celery."""
    from django.core.management import call_command

    from partybuild.notices.management.commands import send_notices

    send_notices._EVERY_SECONDS = 1
    call_command("send_notices")


def run_web(name: str) -> None:
    """gunicorn with two processes, as the product is served."""
    from gunicorn.app.base import BaseApplication

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for key, value in {
                "bind": f"127.0.0.1:{os.environ[PORT]}",
                "workers": 2,
                "threads": 4,
                "worker_class": "gthread",
                "loglevel": "warning",
                "control_socket_disable": True,
            }.items():
                if key in self.cfg.settings:
                    self.cfg.set(key, value)

        def load(self) -> Any:
            from config.wsgi import application

            return application

    Web().run()


ROLES: dict[str, Callable[[str], None]] = {
    "worker": run_worker,
    "beat": run_beat,
    "planner": run_planner,
    "sweeper": run_sweeper,
    "web": run_web,
}


def warm_up() -> None:
    """Import what the programs would import one by one."""
    import django

    django.setup()
    import gunicorn.app.base
    import gunicorn.workers.gthread
    import kombu.transport.redis
    from celery.apps import beat, worker
    from celery.concurrency import prefork
    from django.urls import get_resolver

    import config.wsgi
    import tests.factories.obligations  # registers the duties of the wave
    from config.celery import app

    app.loader.import_default_modules()
    get_resolver().url_patterns  # noqa: B018
    _modules = (gunicorn, kombu, beat, worker, prefork, config, tests)
    from partybuild.notices.services import sending

    # Small claims, so that every sender has something in hand most of the time.
    sending.BATCH = 6
    seconds = float(os.environ[BEAT_SECONDS])
    for name in ("plan-reminders", "send-notices"):
        app.conf.beat_schedule[name]["schedule"] = timedelta(seconds=seconds)
    if os.environ.get(CONTROL):
        take_the_handover_away()


def take_the_handover_away() -> None:
    """The control: claim, send, mark as sent; nothing is committed before the final dot."""
    from partybuild.notices.models import Notice
    from partybuild.notices.services import sending

    sending.hand_over = lambda notice: True
    sending._mine = lambda notice, *states: Notice.objects.filter(
        pk=notice.pk, claim=notice.claim, claim__isnull=False
    )


class Nursery:
    """Starts, counts and kills the children."""

    def __init__(self) -> None:
        self.alive: dict[int, str] = {}
        # Groups whose first process was killed alone: what it left lives on for a while.
        self.left: list[int] = []

    def start(self, role: str, name: str) -> int:
        """Fork one program into a group of its own; returns its number."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(role, name, parent)
        self.alive[pid] = name
        return pid

    def _become(self, role: str, name: str, parent: int) -> None:
        try:
            os.setsid()
            ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
            null = os.open(os.devnull, os.O_RDONLY)
            log = os.open(
                Path(os.environ[_PLACE]) / f"{name}.log",
                os.O_WRONLY | os.O_CREAT | os.O_APPEND,
                0o600,
            )
            os.dup2(null, 0)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.closerange(3, 64)
            random.seed()
            ROLES[role](name)
        except BaseException:  # noqa: BLE001 - said in the log, and the child ends
            import traceback

            traceback.print_exc()
        finally:
            os._exit(1)

    def kill(self, pid: int, how: str) -> bool:
        """Kill with -9: "group", "child" (one of its own processes), or "alone"."""
        if pid not in self.alive:
            return False
        if how == "child":
            children = children_of(pid)
            if children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(random.choice(children), signal.SIGKILL)
            return bool(children)
        if how == "alone":
            os.kill(pid, signal.SIGKILL)
            self.left.append(pid)
        else:
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        del self.alive[pid]
        self._bury(all_but=ORPHANS)
        return True

    def ended(self) -> list[str]:
        """Reap and name those that ended by themselves."""
        names = []
        for pid, name in list(self.alive.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                self.left.append(pid)
                names.append(name)
                del self.alive[pid]
        return names

    def clear(self) -> None:
        """Kill whatever is left."""
        for pid in list(self.alive):
            self.kill(pid, "group")
        self._bury(all_but=0)

    def _bury(self, *, all_but: int) -> None:
        """Kill what the oldest groups left: a thousand kills must not fill the machine."""
        while len(self.left) > all_but:
            for each in members_of(self.left.pop(0)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def obey(self, order: dict[str, Any]) -> Any:
        """Carry out one command."""
        match order["do"]:
            case "start":
                return self.start(order["role"], order["name"])
            case "kill":
                return self.kill(order["pid"], order["how"])
            case "ended":
                return self.ended()
            case "clear":
                return self.clear()
        raise ValueError(order)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process of ours has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(word) for word in found.split()]


def members_of(session: int) -> list[int]:
    """Return what still runs in a session that we began."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, IndexError):
            words = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            mine = f"{_PLACE}={os.environ[_PLACE]}".encode()
            if int(words[3]) == session and mine in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def main() -> None:
    """Obey until standard input ends, then leave nothing behind."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warm_up()
    nursery = Nursery()
    answers.write('"ready"\n')
    answers.flush()
    try:
        while line := sys.stdin.readline():
            answers.write(json.dumps(nursery.obey(json.loads(line))) + "\n")
            answers.flush()
    finally:
        nursery.clear()


if __name__ == "__main__":
    main()
