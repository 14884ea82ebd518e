"""Faults planted in the product one at a time: a matrix that cannot fail proves nothing."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields
from typing import Any
from unittest import mock

from django.apps import apps
from django.urls import resolve, reverse

from partybuild.access import Visibility
from partybuild.access.rights import parse_cell, table
from partybuild.access.visibility import EVERYTHING, Part
from tests.matrix.engine import Engine, Probe, expected
from tests.matrix.law import PEOPLE_COLUMNS, flipped

MOST = 60


@dataclass(frozen=True)
class Planted:
    """A fault, and the probes that could see it."""

    name: str
    cell: tuple[str, str] | None
    plant: Callable[[], AbstractContextManager[Any]]
    probes: tuple[Probe, ...]


def is_caught(engine: Engine, fault: Planted) -> bool:
    """Tell whether any of the probes turns red."""
    with fault.plant():
        return any(engine.fault_of(probe) for probe in fault.probes[:MOST])


# Cells that may be turned over without a difference: the code is narrower than they, each for its
# reason. The whole matrix proves that these make none, and that every other one does.
INERT: dict[tuple[str, str], str] = {}
for _reason, _names in {
    "the line alone imports nothing: each sheet asks for its object's own line too": (
        "import.rows auditor member",
    ),
    "a post without an area finds no area to act in": (
        "organization.change system_admin security_admin auditor member",
        "parameter.edit unit_secretary unit_liaison member",
    ),
    "the city sees totals of persons, so it finds no row to act on": (
        "feedback.acknowledge_proxy city",
        "feedback.object city",
        "feedback.object_proxy city",
        "feedback.review city",
        "feedback.sign city",
        "feedback.use_proxy city",
        "member.end city",
        "member.erase city",
        "member.id_number city",
        "member.phone city",
        "report_in.end city",
        "report_in.renew city",
        "service.certify city",
        "service_post.claim city",
        "summary.acknowledge city",
        "summary.acknowledge_proxy city",
    ),
    "a liaison reads no feedback form, so it finds none to act on": (
        "feedback.object unit_liaison",
        "feedback.object_proxy unit_liaison",
        "feedback.review unit_liaison",
        "feedback.sign unit_liaison",
        "feedback.use_proxy unit_liaison",
    ),
    "it speaks only for its own body, which is none of the units": (
        "activity.draft_unit street community_secretary community_worker",
        "council.answer city district",
        "meeting.sign_in city",
    ),
    "one checks in as the member one is, which a post of a body is not": (
        "activity.check_in *-system_admin-security_admin-auditor-member",
    ),
    "the row has no path along which this column could reach it": (
        "obligation.exempt unit_liaison",
        "report.file_proxy member",
    ),
    "the form offers what the post may do for itself only": (
        "summary.sign city",
        "topic.propose_proxy city",
    ),
}.items():
    for _name in _names:
        _key, *_columns = _name.split()
        if _columns[0].startswith("*"):
            _columns = [each for each in PEOPLE_COLUMNS if each not in _columns[0].split("-")]
        for _column in _columns:
            INERT[_key, _column] = _reason


# -- Cells turned over ------------------------------------------------------------------------------


@contextmanager
def _turned(key: str, column: str, text: str) -> Iterator[None]:
    with mock.patch.dict(table()[key], {column: parse_cell(text)}):
        yield


def turned_cells(engine: Engine, probes: list[Probe]) -> list[Planted]:
    """Return each cell turned over with the probes whose answer should then be another."""
    by_cell: dict[tuple[str, str], list[Probe]] = {}
    for probe in probes:
        for cell in probe.cells:
            by_cell.setdefault(cell, []).append(probe)
    found = []
    for (key, column), asked in sorted(by_cell.items()):
        if column not in PEOPLE_COLUMNS:
            continue
        text = flipped(engine.law, key, column)
        other = {**engine.law, key: {**engine.law[key], column: text}}
        turned = [
            probe
            for probe in asked
            if expected(engine.law, probe).allowed != expected(other, probe).allowed
        ]
        random.Random(key + column).shuffle(turned)
        if turned:
            plant = lambda key=key, column=column, text=text: _turned(key, column, text)  # noqa: E731
            found.append(
                Planted(
                    f"{key} {column}: {engine.law[key][column]} → {text}",
                    (key, column),
                    plant,
                    tuple(turned),
                )
            )
    return found


# -- Filters dropped --------------------------------------------------------------------------------


class _Everything(Visibility):
    """What a model without its filter would be."""

    def rows(self, label: str, scope: Any, reach: Any, *, reading: bool) -> Any:
        """Show everything."""
        return EVERYTHING

    def parts(self, label: str, scope: Any, reach: Any, *, reading: bool) -> Any:
        """The same, with a reason."""
        return [Part("", EVERYTHING)]


def _without_filter(model: Any) -> Callable[[], AbstractContextManager[Any]]:
    declared = model.visibility
    values = {each.name: getattr(declared, each.name) for each in fields(declared)}
    return lambda: mock.patch.object(model, "visibility", _Everything(**values))


def _nothing_asked(*args: Any, **kwargs: Any) -> None:
    return None


def dropped_filters(engine: Engine, probes: list[Probe]) -> list[Planted]:
    """Return models whose filter is gone, and files of pages that ask for no right any more."""
    refused = [probe for probe in probes if not expected(engine.law, probe).allowed]
    found: list[Planted] = []
    by_model: dict[str, list[Probe]] = {}
    by_module: dict[str, list[Probe]] = {}
    for probe in refused:
        label = probe.thing.row._meta.label if probe.thing else ""
        if label and label not in BY_LINE_ONLY | FOUND_TWICE:
            by_model.setdefault(label, []).append(probe)
        by_module.setdefault(_module_of(probe), []).append(probe)
    for label, asked in sorted(by_model.items()):
        model = apps.get_model(label)
        found.append(
            Planted(
                f"{label} shows every row",
                None,
                _without_filter(model),
                _outside_first(engine, asked),
            )
        )
    for name, asked in sorted(by_module.items()):
        module = importlib.import_module(name)
        if hasattr(module, "require") and name not in ASKS_TWICE:
            plant = lambda module=module: mock.patch.object(  # noqa: E731
                module, "require", _nothing_asked
            )
            found.append(
                Planted(f"{name} asks for no right", None, plant, _inside_first(engine, asked))
            )
    return found


# Pages that find their row, or what they offer, by the same right: without the question they still
# find nothing. The page of 谁能看到 shows what one sees: everybody who sees a row may ask.
ASKS_TWICE = frozenset(
    {
        # Whose party it is decides: for another's one is led to the proxy's page, which asks again.
        "meetings.views.resolution_work",
        "partybuild.accounts.views.users",
        "partybuild.indicators.views.lists",
        "partybuild.portal.views.explain",
    }
)
# Rows that only administrators' lines reach: nobody's scope could let in another.
BY_LINE_ONLY = frozenset({"accounts.ApiToken", "notices.Notice"})
# Rows reached together with their resolution, which is looked up through its own filter.
FOUND_TWICE = frozenset({"meetings.Card", "meetings.Extension"})


def _module_of(probe: Probe) -> str:
    deed = probe.deed
    args = deed.args(probe.thing) if callable(deed.args) else deed.args
    view = resolve(reverse(deed.route, args=args)).func
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return str((cls or view).__module__)


def _outside_first(engine: Engine, probes: list[Probe]) -> tuple[Probe, ...]:
    return _taking_turns(probes, lambda probe: 404 not in expected(engine.law, probe).codes)


def _inside_first(engine: Engine, probes: list[Probe]) -> tuple[Probe, ...]:
    return _taking_turns(
        probes, lambda probe: expected(engine.law, probe).codes != frozenset({403})
    )


def _taking_turns(probes: list[Probe], late: Callable[[Probe], bool]) -> tuple[Probe, ...]:
    """Return the probes with one of each deed first, those that can see the fault before others."""
    turns: dict[str, int] = {}
    order: list[tuple[bool, int, Probe]] = []
    mixed = list(probes)
    random.Random(len(mixed)).shuffle(mixed)
    for probe in sorted(mixed, key=late):
        name = str(probe.deed)
        turns[name] = turns.get(name, 0) + 1
        order.append((late(probe), turns[name], probe))
    order.sort(key=lambda each: each[:2])
    return tuple(probe for _late, _turn, probe in order)


def sample(faults: list[Planted], count: int, seed: int) -> list[Planted]:
    """Return some of the faults, the same for the same seed."""
    return random.Random(seed).sample(faults, min(count, len(faults)))
