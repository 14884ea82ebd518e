"""The servers together: throw-away ones, or the demo's own and those the caller names."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from partybuild.devstack import places
from partybuild.devstack.children import Child, stop_all
from partybuild.devstack.environment import (
    base_environment,
    kept_secrets,
    make_secrets,
    passwords,
    write_private,
)
from partybuild.devstack.exceptions import StackError
from partybuild.devstack.places import DEMO, Account, Programs, TemporaryPlace, make_private
from partybuild.devstack.servers import APP, OWNER, MailSink, Postgres, Valkey

_ENVIRONMENT_FILE = DEMO / "environment.json"


@dataclass
class Stack:
    """Servers, the variables that lead to them, and the locks that their users hold too."""

    account: Account | None
    programs: Programs
    place: TemporaryPlace
    data: Path
    logs: Path
    mailbox: Path
    kept: Mapping[str, str]
    throw_away: bool
    inherited: Sequence[int]
    variables: dict[str, str]
    outside: Mapping[str, str]

    def __post_init__(self) -> None:
        self.children: list[Child] = []
        self.database: Postgres | None = None
        self.broker: Valkey | None = None
        self.mail: MailSink | None = None

    @contextlib.contextmanager
    def running(self) -> Iterator["Stack"]:
        """Start what the caller did not name; stop it afterwards."""
        try:
            # Broker and mail come up while the database is made.
            self._start_mail()
            self._start_broker()
            self._start_database()
            for server in (self.broker, self.database):
                if server is not None:
                    server.wait()
            self.variables |= self.outside
            yield self
        finally:
            stop_all(self.children)

    def _start(self, child: Child) -> None:
        self.children.append(child)
        child.start()

    def _start_mail(self) -> None:
        if "EMAIL_URL" in self.outside:
            return
        if self.variables["DEPLOYMENT"] == "test":
            # Tests bring mail servers of their own, well behaved and not; nobody listens here.
            self.variables["EMAIL_URL"] = "smtp://127.0.0.1:1"
            return
        # Kept as long as the stack: its listening socket is handed to a sink started anew.
        self.mail = MailSink(
            directory=self.mailbox, log=self.logs / "mailbox.log", inherited=self.inherited
        )
        self._start(self.mail.child)
        self.variables |= {"EMAIL_URL": self.mail.url, "MAILBOX_DIR": str(self.mailbox)}

    def _start_broker(self) -> None:
        if "REDIS_URL" in self.outside:
            return
        self.broker = Valkey(
            programs=self.programs,
            account=self.account,
            data=make_private(self.data / "valkey", self.account),
            sockets=make_private(self.place.path / "sockets", self.account),
            log=self.logs / "valkey.log",
            throw_away=self.throw_away,
            inherited=self.inherited,
        )
        self._start(self.broker.child)
        self.variables |= {"REDIS_URL": self.broker.url, "BROKER_URL": self.broker.broker_url}

    def _start_database(self) -> None:
        if "DATABASE_URL" in self.outside:
            return
        self.database = Postgres(
            programs=self.programs,
            account=self.account,
            data=self.data / "postgres",
            sockets=make_private(self.place.path / "sockets", self.account),
            log=self.logs / "postgres.log",
            passwords=passwords(self.kept),
            throw_away=self.throw_away,
            inherited=self.inherited,
        )
        self.database.create()
        self._start(self.database.child)
        self.variables |= {
            "DATABASE_URL": self.database.url(APP),
            "DATABASE_OWNER_URL": self.database.url(OWNER),
        }


@contextlib.contextmanager
def throw_away_stack(*, deployment: str, system_servers: bool = False) -> Iterator[Stack]:
    """Servers with nothing in them, gone without a trace afterwards."""
    account = places.server_account()
    programs = places.system_programs() if system_servers else places.find_programs(account)
    kept = make_secrets()
    place = TemporaryPlace(account)
    try:
        variables = base_environment(kept, deployment=deployment, port=8000)
        variables["MEDIA_ROOT"] = str(make_private(place.path / "media", None))
        stack = Stack(
            account=account,
            programs=programs,
            place=place,
            data=make_private(place.path / "data", account),
            logs=place.path,
            mailbox=place.path / "mailbox",
            kept=kept,
            throw_away=True,
            inherited=[place.lock.descriptor],
            variables=variables,
            outside={},
        )
        with stack.running():
            yield stack
    finally:
        place.remove()


@contextlib.contextmanager
def demo_stack(*, port: int) -> Iterator[Stack]:
    """The demo's servers on the demo's data; servers named in the environment come first."""
    with places.demo_locks() as servers_lock:
        outside = _outside_servers()
        account = places.server_account()
        kept = kept_secrets(DEMO / "secrets")
        place = TemporaryPlace(account)
        try:
            variables = base_environment(kept, deployment="demo", port=port)
            variables["MEDIA_ROOT"] = str(make_private(DEMO / "media", None))
            stack = Stack(
                account=account,
                programs=places.find_programs(account),
                place=place,
                data=make_private(places.demo_data(account) / "data", account),
                logs=_log_directory(),
                mailbox=DEMO / "mailbox",
                kept=kept,
                throw_away=False,
                inherited=[servers_lock, place.lock.descriptor],
                variables=variables,
                outside=outside,
            )
            with stack.running():
                write_private(_ENVIRONMENT_FILE, json.dumps(stack.variables))
                yield stack
        finally:
            _ENVIRONMENT_FILE.unlink(missing_ok=True)
            place.remove()


def running_demo_variables() -> dict[str, str] | None:
    """The variables of a demo that runs now, or None."""
    if not places.demo_is_running():
        return None
    try:
        published: dict[str, str] = json.loads(_ENVIRONMENT_FILE.read_text())
    except FileNotFoundError:
        raise StackError("The demo is just starting or stopping. Please try again.") from None
    return published


def throw_demo_away() -> None:
    """Delete the demo's data, wherever it lives."""
    if "DATABASE_URL" in os.environ:
        raise StackError("DATABASE_URL names a server of yours: please drop its database yourself.")
    with places.demo_locks():
        for directory in (DEMO, places.OUTSIDE):
            if directory.exists():
                shutil.rmtree(directory)
        places.sweep(places.temporary_parent(places.server_account()))


def _outside_servers() -> dict[str, str]:
    named = {
        name: os.environ[name]
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BROKER_URL", "EMAIL_URL")
        if os.environ.get(name)
    }
    if ("DATABASE_URL" in named) != ("DATABASE_OWNER_URL" in named):
        raise StackError(
            "DATABASE_URL and DATABASE_OWNER_URL belong together: "
            "the owner's role makes the tables, the app's role works in them."
        )
    if "REDIS_URL" in named:
        named.setdefault("BROKER_URL", named["REDIS_URL"])
    else:
        named.pop("BROKER_URL", None)
    return named


def _log_directory() -> Path:
    """The directory of the demo's logs, with those of the last start put aside."""
    logs = make_private(DEMO / "log", None)
    for last in logs.glob("*.log"):
        last.replace(last.with_suffix(".log.1"))
    return logs
