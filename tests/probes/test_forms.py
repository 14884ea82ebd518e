"""T05, T13: ids from elsewhere, columns nobody offered, and nonsense in every field of every form."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from tests.probes.crawling import UID, crawl, route_of
from tests.probes.reading import Field, Form, body_of
from tests.probes.roaming import Visitor, browser_of, holders_of_links, roam, signed_in
from tests.probes.watching import Tally, business, figures, fingerprint, tables, watched
from tests.probes.world import World

_OWN = {"csrfmiddlewaretoken", "nonce", "post"}
# Of what a browser sends the server chooses none of these itself.
_CONTROLS = {"select", "radio", "checkbox", "hidden", "text", "search", "textarea"}
_SIGN_OUT = {"accounts:sign-out"}

# Who has a form of each kind; the others only in the long form.
WRITERS = {
    "street",
    "community_secretary",
    "unit_secretary",
    "unit_liaison",
    "member",
    "security_admin",
    "system_admin",
}

NONSENSE = (
    "\x00",
    "9" * 40,
    "-1",
    "1e400",
    "2026-99-99",
    "0001-01-01",
    "9999-12-31",
    "x" * 10_000,
    "'; DROP TABLE x; --",
    "\u202e\u200b\ufeff\U0001f4a5",
    '{"a": [1]}',
    "../../etc/passwd",
)


def undone() -> ExitStack:
    """Return a context whose writes are taken back at its end."""
    stack = ExitStack()
    stack.enter_context(transaction.atomic())
    stack.callback(transaction.set_rollback, True)
    return stack


def send(visitor: Visitor, path: str, data: dict[str, Any]) -> Any:
    """Send a form as its page does, each time as a form of its own."""
    data = {name: value for name, value in data.items() if name not in {"nonce"}}
    data["nonce"] = str(uuid.uuid4())
    # What was said after the form before is no part of this answer.
    visitor.client.cookies.pop("messages", None)
    if visitor.post is not None:
        data["post"] = str(visitor.post.uid)
    return visitor.client.post(path, data)


def plain(answer: Any) -> tuple[int, str]:
    """Return an answer without what differs from one sending to the next."""
    text = body_of(answer).decode("utf-8", "replace")
    text = re.sub(r'(value|content)="[A-Za-z0-9]{64}"', "", text)
    text = UID.sub("", re.sub(r"\b[0-9a-f]{32}\b", "", text))
    # One-time links are drawn anew each time.
    text = re.sub(r"copy-[0-9a-f]{1,8}|[A-Za-z0-9_-]{32,}", "", text)
    return answer.status_code, text + UID.sub("", answer.headers.get("Location", ""))


@dataclass
class Found:
    """A form as somebody stands before it."""

    visitor: Visitor
    form: Form

    @property
    def name(self) -> str:
        """Who and where."""
        reader = self.visitor.reader
        return f"{reader.column} {reader.key} {route_of(self.form.path)} {self.form.path}"


def forms_of(world: World, client_of: Any, *, fast: bool) -> list[Found]:
    """Crawl once, keep the forms: each route once per role."""
    kept: dict[bool, list[Found]] = world.__dict__.setdefault("_forms", {})
    if fast not in kept:
        people = signed_in(world, client_of, fast=fast)
        writers = [each for each in people if not fast or each.reader.column in WRITERS]
        visitors = [*writers, *holders_of_links(world)]
        roam(
            visitors,
            lambda visitor, tally: lambda address, answer, content: None,
            per_shape=1 if fast else 3,
            most=260 if fast else 300,
            routes_only=fast,
        )
        kept[fast] = [
            Found(visitor, form)
            for visitor in visitors
            for form in visitor.forms.values()
            if route_of(form.path) not in _SIGN_OUT
        ]
    for visitor in {id(found.visitor): found.visitor for found in kept[fast]}.values():
        # Sessions went with the test before.
        if visitor.post is not None:
            visitor.client = browser_of(client_of, visitor.post)
        visitor.client.raise_request_exception = False
    return kept[fast]


def by_route(found: list[Found], *, fast: bool) -> list[Found]:
    """Keep each form of a route once where time is short, by whichever post it was met first."""
    if not fast:
        return found
    once: dict[tuple[str, frozenset[str]], Found] = {}
    for each in found:
        key = (route_of(each.form.path), frozenset(each.form.names))
        once.setdefault(key, each)
    return list(once.values())


# -- Nonsense -------------------------------------------------------------------------------------


def run_nonsense(found: list[Found], words: tuple[str, ...], *, each_field: bool) -> Tally:
    """Send nonsense in every field at once, and in each field beside plausible others."""
    tally = Tally()
    for one in found:
        filled = one.form.filled()
        names = [name for name in filled if name not in _OWN]
        trials = [dict.fromkeys(names, word) for word in words]
        trials.append({})
        trials.append({name: ["a", "b"] for name in names})
        if each_field:
            trials += [{**filled, name: word} for name in names for word in words]
        else:
            dice = random.Random(len(names))
            some = dice.sample(names, min(4, len(names)))
            trials += [{**filled, name: dice.choice(words)} for name in some]
        for trial in trials:
            with undone():
                answer = send(one.visitor, one.form.path, trial)
            tally.responses += 1
            if answer.status_code >= 500:
                what = {name: str(value)[:30] for name, value in trial.items() if name not in _OWN}
                raised = getattr(answer, "exc_info", None) or ("", "", "")
                tally.faults.append(f"{one.name}: {answer.status_code} {raised[1]!r} {what}"[:600])
    return tally


def test_no_form_breaks_on_nonsense(world, client_of):
    found = by_route(forms_of(world, client_of, fast=True), fast=True)
    routes: dict[str, Found] = {}
    for one in found:
        routes.setdefault(route_of(one.form.path), one)
    tally = run_nonsense(list(routes.values()), NONSENSE[:5], each_field=False)
    tally.say(f"Nonsense in {len(routes)} routes that take forms")
    assert not tally.faults, "\n".join(tally.faults)
    assert len(routes) > 25


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_form_breaks_on_nonsense_at_length(world, client_of):
    found = forms_of(world, client_of, fast=False)
    tally = run_nonsense(by_route(found, fast=True), NONSENSE, each_field=True)
    tally.say(f"Nonsense in {len(found)} forms")
    assert not tally.faults, "\n".join(tally.faults)


# -- Ids from elsewhere -----------------------------------------------------------------------------


class Rows:
    """Every row that has a uid, by uid and by model."""

    def __init__(self) -> None:
        self.models: dict[str, Any] = {}
        self.uids: dict[Any, list[str]] = {}
        for model in apps.get_models():
            if any(each.name == "uid" for each in model._meta.concrete_fields):
                uids = [str(uid) for uid in model._base_manager.values_list("uid", flat=True)]
                self.uids[model] = uids
                self.models.update(dict.fromkeys(uids, model))

    def foreign(self, uid: str, visitor: Visitor) -> list[str]:
        """Return rows like this one that its sender may not see."""
        model = self.models.get(uid)
        manager = getattr(model, "objects", None)
        if model is None or not hasattr(manager, "visible_to") or visitor.post is None:
            return []
        seen = set(
            map(
                str,
                manager.visible_to(actor_in(visitor.post).scope).values_list("uid", flat=True),
            )
        )
        return [each for each in self.uids[model] if each not in seen]


def relations(form: Form) -> Iterator[tuple[Field, str]]:
    """Yield the fields that name rows, and a row that each of them offers."""
    done = set()
    for each in form.fields:
        if each.name in _OWN or each.name in done or each.kind not in _CONTROLS:
            continue
        for text in (*each.options, each.value):
            if UID.fullmatch(text or ""):
                done.add(each.name)
                yield each, text
                break


def run_foreign_ids(found: list[Found], *, most: int) -> Tally:
    """Put rows from elsewhere where a form names rows, and in its address."""
    tally, rows, dice = Tally(), Rows(), random.Random(3)
    relations_seen, before = set(), fingerprint()
    for one in found:
        visitor, form = one.visitor, one.form
        filled = form.filled()
        for each, known in relations(form):
            # What the form itself offers is theirs to choose, whether they may open it or not.
            offered = {
                text
                for field in form.fields
                if field.name == each.name
                for text in (*field.options, field.value)
            }
            others = [uid for uid in rows.foreign(known, visitor) if uid not in offered]
            if not others:
                continue
            relations_seen.add((route_of(form.path), each.name))
            nobody = str(uuid.uuid4())
            for other in dice.sample(others, min(most, len(others))):
                for values in ([], [known]) if each.kind == "checkbox" else ([],):
                    tally.probes += 1
                    told = [
                        _try(one, form.path, {**filled, each.name: [*values, uid]}, before)
                        for uid in (other, nobody)
                    ]
                    if told[0][0] != told[1][0]:
                        tally.faults.append(f"{one.name} {each.name}: tells {other} from nobody")
                    if not values and told[0][1] and form.path != "/ui/preferences/":
                        tally.faults.append(f"{one.name} {each.name}: {told[0][1]} changed")
                    if told[0][1] != told[1][1]:
                        tally.faults.append(f"{one.name} {each.name}: other rows changed")
        for known in UID.findall(form.path):
            for other in rows.foreign(known, visitor)[:most]:
                tally.probes += 1
                nobody = str(uuid.uuid4())
                told = [
                    _try(one, form.path.replace(known, uid), filled, before)
                    for uid in (other, nobody)
                ]
                if told[0] != told[1] or told[0][0][0] not in {403, 404} or told[0][1]:
                    tally.faults.append(
                        f"{one.name}: {other} answers {told[0][0][0]}, nobody {told[1][0][0]}"
                    )
    figures.append(f"T05 relations: {len(relations_seen)}")
    tally.faults = list(dict.fromkeys(tally.faults))
    return tally


def _try(
    one: Found, path: str, data: dict[str, Any], before: dict[str, tuple[int, int]]
) -> tuple[tuple[int, str], dict[str, int]]:
    with undone(), watched() as writes:
        answer = plain(send(one.visitor, path, data))
        after = fingerprint() if business(writes) else before
    changed = {
        name: after[name][0] - before[name][0] for name in after if after[name] != before[name]
    }
    return answer, changed


def test_ids_from_elsewhere_are_as_good_as_none(world, client_of):
    found = by_route(forms_of(world, client_of, fast=True), fast=True)
    tally = run_foreign_ids(found, most=1)
    tally.say("T05 foreign ids")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes >= 30


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ids_from_elsewhere_are_as_good_as_none_at_length(world, client_of):
    tally = run_foreign_ids(forms_of(world, client_of, fast=False), most=6)
    tally.say("T05 foreign ids")
    assert not tally.faults, "\n".join(tally.faults)


def test_the_probe_sees_a_chooser_without_scope(world, client_of, monkeypatch):
    from partybuild.areas.models import Area
    from units.forms import UnitForm

    found = [
        each
        for each in forms_of(world, client_of, fast=True)
        if route_of(each.form.path) == "units:unit-create"
    ][:1]
    make = UnitForm.__init__

    def unscoped(form: Any, *args: Any, **kwargs: Any) -> None:
        make(form, *args, **kwargs)
        form.fields["area"].queryset = Area._base_manager.all()

    monkeypatch.setattr(UnitForm, "__init__", unscoped)
    assert run_foreign_ids(found, most=1).faults


# -- Columns that nobody offered ----------------------------------------------------------------------

_ALWAYS = {
    "id": "987654",
    "pk": "987654",
    "uid": "11111111-1111-4111-8111-111111111111",
    "owner": "987654",
    "area": "987654",
    "area_id": "987654",
    "organization": "987654",
    "organization_id": "987654",
    "person": "987654",
    "person_id": "987654",
    "state": "zqmass",
    "status": "zqmass",
    "role": "system_admin",
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "1",
    "created_at": "2001-01-01",
    "changed_at": "2001-01-01",
    "score": "987654",
    "by": "987654",
    "actor": "987654",
}


def extras_for(form: Form, touched: set[str]) -> dict[str, str]:
    """Return a value for every column of the tables that a form writes, but those it offers."""
    extras = dict(_ALWAYS)
    for model in apps.get_models():
        if model._meta.db_table not in touched:
            continue
        for each in model._meta.concrete_fields:
            match each:
                case models.BooleanField():
                    value = "1"
                case models.DateTimeField() | models.DateField():
                    value = "2001-01-01"
                case models.UUIDField():
                    value = "11111111-1111-4111-8111-111111111111"
                case models.IntegerField() | models.ForeignKey() | models.DecimalField():
                    value = "987654"
                case _:
                    value = "zqmass"
            extras[each.name] = value
            extras[each.attname] = value
    return {name: value for name, value in extras.items() if name not in form.names}


def snapshot() -> dict[str, dict[str, dict[str, Any]]]:
    """Return every row of every table as text."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{name}" t')
            rows = [orjson.loads(line) for (line,) in cursor.fetchall()]
            key = "id" if rows and "id" in rows[0] else next(iter(rows[0])) if rows else "id"
            found[name] = {str(row[key]): row for row in rows}
    return found


_VOLATILE = {"id", "uid", "created_at", "changed_at", "changed_xid", "token", "digest"}


def changes_between(before: Any, after: Any) -> set[tuple[str, ...]]:
    """Return which columns of which tables changed, and what new rows hold in those of no chance."""
    found: set[tuple[str, ...]] = set()
    for table, rows in after.items():
        for key, row in rows.items():
            old = before[table].get(key)
            for column, value in row.items():
                text = str(value)
                if (
                    "zqmass" in text
                    or "987654" in text
                    or "2001-01-01" in text
                    or "11111111-" in text
                ):
                    found.add((table, column, "taken"))
                if old is not None and old[column] != value and column not in _VOLATILE:
                    found.add((table, column, "changed"))
                if old is None and isinstance(value, bool | type(None)):
                    found.add((table, column, text))
    return found


def run_mass_assignment(found: list[Found]) -> tuple[Tally, set[str]]:
    """Send each form that goes through once as it is, once with every other column beside."""
    tally, written = Tally(), set()
    before = snapshot()
    for one in found:
        filled = one.form.filled()
        for button in one.form.submits()[:1] or [("", "")]:
            data = {**filled, **({button[0]: [button[1]]} if button[0] else {})}
            with undone(), watched() as writes:
                answer = send(one.visitor, one.form.path, data)
                touched = {table for _verb, table in business(writes)}
                if answer.status_code >= 400 or not touched:
                    continue
                base = changes_between(before, snapshot())
            extras = extras_for(one.form, touched)
            with undone():
                send(one.visitor, one.form.path, {**extras, **data})
                more = changes_between(before, snapshot()) - base
            written.add(route_of(one.form.path))
            tally.probes += len(extras)
            tally.faults += [f"{one.name}: {each}" for each in sorted(more)]
    return tally, written


def test_only_what_a_form_offers_is_taken(world, client_of):
    routes: dict[str, Found] = {}
    for one in forms_of(world, client_of, fast=True):
        routes.setdefault(route_of(one.form.path), one)
    tally, written = run_mass_assignment(list(routes.values()))
    tally.say(f"T13 mass assignment, {len(written)} of {len(routes)} routes went through")
    assert not tally.faults, "\n".join(tally.faults)
    assert len(written) > 12


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_only_what_a_form_offers_is_taken_at_length(world, client_of):
    tally, written = run_mass_assignment(
        by_route(forms_of(world, client_of, fast=False), fast=True)
    )
    tally.say(f"T13 mass assignment, {len(written)} routes went through")
    assert not tally.faults, "\n".join(tally.faults)


def test_the_probe_sees_a_form_that_takes_everything(world, client_of, monkeypatch):
    from partybuild.portal.models import Suggestion
    from partybuild.portal.views import suggestions

    suggestions_request: dict[str, Any] = {}

    original, sends = suggestions.SuggestionForm, suggestions.send_suggestion

    def takes_all(*, by: Any, **values: Any) -> Any:
        sent = sends(by=by, **values)
        asked = suggestions_request["data"]
        Suggestion.objects.filter(pk=sent.pk).update(answer=asked.get("answer", [""])[0])
        return sent

    def keeps(data: Any, **kwargs: Any) -> Any:
        suggestions_request["data"] = dict(data.lists()) if data else {}
        return original(data, **kwargs)

    monkeypatch.setattr(suggestions, "SuggestionForm", keeps)
    monkeypatch.setattr(suggestions, "send_suggestion", takes_all)
    visitor = next(
        each for each in signed_in(world, client_of, fast=True) if each.reader.column in WRITERS
    )
    page = reverse("portal:suggestion-create")
    _count, _visited, forms = crawl(
        visitor.client, lambda *_answer: None, per_shape=1, most=1, begin=[page]
    )
    found = [Found(visitor, form) for form in forms.values() if form.path == page]
    assert len(found) == 1
    assert run_mass_assignment(found)[0].faults
