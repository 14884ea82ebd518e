"""One probe: a request in a savepoint, its answer's code and what the database shows afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from partybuild.accounts.actors import POST_KEY
from partybuild.accounts.models import Appointment
from partybuild.accounts.services.tokens import issue_token
from partybuild.accounts.signing_in import FACTOR, PASSED
from partybuild.audit.furniture import APPEND_ONLY
from partybuild.calendar import SHANGHAI
from partybuild.calendar.clock import set_play_clock
from tests.conftest import ActingClient
from tests.factories import core
from tests.matrix.deeds import Deed
from tests.matrix.law import AREA_COLUMNS, UNIT_COLUMNS, Law, holds
from tests.matrix.world import Thing, Who, World

# Not business: events of what was refused, sessions, the clock itself.
FURNITURE = ("audit_", "django_session", "accounts_formnonce", "accounts_session", "business_clock")
MOMENT = datetime(2026, 3, 5, 9, tzinfo=SHANGHAI)
# What a cell marked 2 writes instead.
ASKED = "approvals.Approval"
AWAY = ("/sign-in/", "/security/", "/privacy/first/")
DONE = frozenset({200, 201, 204, 302})


@dataclass(frozen=True)
class Probe:
    """Who tries what on which row."""

    deed: Deed
    who: Who
    thing: Thing | None
    # "" for a session; the token's column.
    api: str = ""

    def __str__(self) -> str:
        row = f" {self.thing}" if self.thing else ""
        door = f" by {self.api}" if self.api else ""
        return f"{self.deed}{row}: {self.who}{door}"

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Return the cells of access.csv that this asks."""
        column = self.api or self.who.column
        return [(key, column) for key in self.deed.keys]


@dataclass
class Expected:
    """What an answer must be."""

    allowed: bool
    codes: frozenset[int]


def own_holds(law: Law, key: str, probe: Probe) -> bool:
    """Tell whether a post holds a line on a row, in the narrower words of the deed."""
    deed, who, thing = probe.deed, probe.who, probe.thing
    if who.column in deed.without:
        return False
    if thing is not None and deed.units is not None:
        thing = Thing(**{**thing.__dict__, "units": deed.units, "parties": frozenset()})
    held = holds(law, key, who, thing, reading=deed.reading)
    if held and deed.as_body and who.column in AREA_COLUMNS:
        bodies = thing.more.get("bodies", {f"c{thing.site}"}) if thing is not None else ()
        held = who.body in bodies
    if held and deed.sees:
        held = thing is not None and holds(law, thing.view, who, thing, reading=True)
    if held and deed.own_post:
        held = thing is not None and thing.more["owner"] == f"{who.column}:{who.node}"
    if held and probe.api:
        held = law[key].get(probe.api, "-") != "-"
    return held


def expected(law: Law, probe: Probe) -> Expected:
    """Say what the law and the fixture's own tree ask for: 404 outside, 403 inside without the right."""
    deed, who, thing = probe.deed, probe.who, probe.thing
    if any(own_holds(law, key, probe) for key in deed.keys):
        return Expected(True, DONE)
    never = not any(law[key].get(who.column, "-") != "-" for key in deed.keys)
    if probe.api:
        never = never or all(law[key].get(probe.api, "-") == "-" for key in deed.keys)
    if thing is None:
        # No row that could be missing: a function that the post never has is refused as such.
        return Expected(False, frozenset({403} if never else {403, 404}))
    sees = holds(law, thing.view, who, thing, reading=True)
    if probe.api:
        sees = sees and law[thing.view].get(probe.api, "-") != "-"
    codes = {403} if sees else {403, 404} if never else {404}
    if who.column in deed.without:
        codes = {403, 404}
    # A form that refuses outside by its choosers refuses the right itself before it looks.
    by_form = frozenset({403}) if 422 in deed.outside else frozenset()
    return Expected(False, frozenset(codes) | deed.outside | by_form)


@dataclass
class Engine:
    """The fixture with somebody signed in everywhere."""

    world: World
    law: Law
    clients: dict[str, Any] = field(default_factory=dict)
    probes: int = 0
    digests: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign everybody in and remember what every table holds."""
        for who in (*self.world.whos, *self.world.others):
            self.clients[str(who.post.pk)] = signed_in(who.post)
        for who in self.world.whos:
            if who.column in (*AREA_COLUMNS, *UNIT_COLUMNS):
                for column in ("api_read", "api_write"):
                    self.clients[f"{column}:{who.post.pk}"] = _speaking(who.post, column)
        tables = set(connection.introspection.table_names())
        self.labels = {
            model._meta.db_table: model._meta.label
            for model in apps.get_models()
            if model._meta.db_table in tables
        }

    def digest(self, table: str) -> Any:
        """Return what a table holds, in one value."""
        quoted = connection.ops.quote_name(table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {quoted} t")
            return cursor.fetchone()

    def remember(self) -> None:
        """Keep every table's digest: each probe is rolled back to here."""
        self.digests = {table: self.digest(table) for table in self.labels}

    def touched(self) -> dict[str, tuple[int, ...]]:
        """Return how many rows of each table this transaction has written so far."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            )
            return {name: tuple(counts) for name, *counts in cursor.fetchall()}

    def changed(self, before: Mapping[str, Any]) -> set[str]:
        """Return the tables that now hold something else than before the request."""
        suspects = {name for name, counts in self.touched().items() if before.get(name) != counts}
        return {
            name
            for name in suspects
            if name in self.labels
            # Rows are only ever added there: what was written to holds something else.
            and (name in APPEND_ONLY or self.digest(name) != self.digests[name])
        }

    def send(self, probe: Probe) -> tuple[int, set[str], bytes]:
        """Send the request; return its code, the tables that changed and the answer."""
        deed, thing = probe.deed, probe.thing
        client = self.client_of(probe)
        args = deed.args(thing) if callable(deed.args) else deed.args
        query = deed.query(self.world, thing) if callable(deed.query) else deed.query
        address = reverse(deed.route, args=args) + query
        cache.clear()
        set_play_clock(MOMENT)
        answer: Any = None
        changed: set[str] = set()
        with transaction.atomic():
            before = self.touched()
            if deed.method == "GET":
                answer = client.get(address)
            else:
                answer = client.act(address, dict(deed.data(self.world, thing, probe.who)))
            changed = self.changed(before)
            if deed.check and answer.status_code in DONE and not deed.check(self.world, thing):
                changed.clear()
            transaction.set_rollback(True)
        self.probes += 1
        content = b"" if answer.streaming else answer.content
        # Led away to sign in, to a second factor, to the privacy notice: nothing was done.
        away = answer.headers.get("Location", "").startswith(AWAY)
        return 401 if away else answer.status_code, changed, content

    def client_of(self, probe: Probe) -> Any:
        """Return the browser or program that asks."""
        if not probe.api:
            return self.clients[str(probe.who.post.pk)]
        name = f"{probe.api}:{probe.who.post.pk}"
        return self.clients[name]

    def fault_of(self, probe: Probe) -> str:
        """Return what is wrong with an answer; "" where it is as the law says."""
        wanted = expected(self.law, probe)
        try:
            code, tables, content = self.send(probe)
        except Exception as crash:  # noqa: BLE001  a crash is a wrong answer like another
            return f"{probe}: {type(crash).__name__}: {str(crash)[:200]}"
        changed = {self.labels[table] for table in tables if not table.startswith(FURNITURE)}
        if code not in wanted.codes:
            return f"{probe}: {code}, not {sorted(wanted.codes)}" + _said(code, content)
        if not wanted.allowed or probe.deed.method == "GET":
            return (
                f"{probe}: {code}, yet changed {sorted(changed)}"
                if changed
                else self._listed(probe, content, allowed=wanted.allowed)
            )
        now_else = {self.labels[table] for table in tables}
        if self._asks_a_second(probe):
            # Asked, and nothing done until somebody else has said yes.
            done = set(probe.deed.writes) & now_else
            if done:
                return f"{probe}: {code}, yet changed {sorted(done)} without a second person"
            return "" if ASKED in now_else else f"{probe}: {code}, yet nobody was asked"
        missing = set(probe.deed.writes) - now_else
        return f"{probe}: {code}, yet did not change {sorted(missing)}" if missing else ""

    def _asks_a_second(self, probe: Probe) -> bool:
        held = [key for key in probe.deed.keys if own_holds(self.law, key, probe)]
        return all("2" in self.law[key][probe.who.column] for key in held)

    def _listed(self, probe: Probe, content: bytes, *, allowed: bool) -> str:
        """A list holds what its reader sees, all of it, and nothing else."""
        if not allowed:
            return ""
        text = content.decode(errors="replace")
        for kind in probe.deed.lists:
            for thing in self.world.things[kind]:
                sees = own_sees(self.law, probe, thing)
                if (str(row_uid(thing)) in text) != sees:
                    return f"{probe}: {'lacks' if sees else 'shows'} {thing}"
        return ""


def own_sees(law: Law, probe: Probe, thing: Thing) -> bool:
    """Tell whether a list's reader sees a row."""
    return holds(law, thing.view, probe.who, thing, reading=True)


def row_uid(thing: Thing) -> Any:
    """Return the uid by which lists name a row."""
    return thing.row.uid


def _said(code: int, content: bytes) -> str:
    if code != 422:
        return ""
    import re

    found = re.findall(
        rb"<li[^>]*>\s*<a[^>]*>([^<]{2,80})</a>|data-refusal[^>]*>([^<]{2,80})<", content
    )
    return " " + " / ".join((one or other).decode() for one, other in found[:3])


def _speaking(post: Appointment, column: str) -> Any:
    """Return a program with a token of a post."""
    _token, text = issue_token(post, name="对接", column=column, days=30, by=core.SYSTEM)
    return Client(headers={"authorization": f"Token {text}"})


def signed_in(post: Appointment) -> ActingClient:
    """Return a browser signed in as the holder of a post, acting in it."""
    client = ActingClient()
    client.force_login(post.person.user)
    session = client.session
    session[POST_KEY] = str(post.uid)
    # Signed in with both factors and proved again a moment ago: what asks for the password anew has tests of its own.
    session[FACTOR] = PASSED
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    client.appointment = post
    return client


def probes_of(world: World, deed: Deed, whos: list[Who]) -> Iterator[Probe]:
    """Yield every post on every row of a deed's kind."""
    for who in whos:
        asker = who
        if who.column == "member" and who.person == "111a1" and deed.member != "111a1":
            asker = next(each for each in world.others if each.person == deed.member)
        if not deed.thing:
            # About oneself: only the member who is in the state for it.
            if who.column != "member" or asker.person == deed.member:
                yield Probe(deed, asker, None)
            continue
        for thing in world.things.get(deed.thing, ()):
            if deed.tries(thing, asker):
                yield Probe(deed, asker, thing)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Keep nothing of a block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
