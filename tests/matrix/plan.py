"""Which probes are made, and what stands outside the matrix, each with its reason."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable, Iterator

from tests.matrix.deeds import POSTS, Deed, looks
from tests.matrix.engine import Engine, Probe, expected, probes_of
from tests.matrix.law import AREA_COLUMNS, UNIT_COLUMNS

Cells = set[tuple[str, str]]
Question = tuple[object, ...]


def deeds() -> list[Deed]:
    """Return everything that the product can be asked to do."""
    return [*looks(), *POSTS]


def all_probes(engine: Engine) -> list[Probe]:
    """Return every deed × post × row, and every action again from other places of the tree."""
    found: list[Probe] = []
    for deed in deeds():
        found += probes_of(engine.world, deed, engine.world.whos)
        if deed.method == "POST":
            found += probes_of(engine.world, deed, engine.world.others)
    return [*found, *token_probes(engine)]


def token_probes(engine: Engine) -> Iterator[Probe]:
    """Yield the REST operations, asked by tokens of both columns."""
    for deed in deeds():
        if not deed.route.startswith("api:") or deed.route in {"api:schema", "api:docs"}:
            continue
        for who in engine.world.whos:
            if who.column not in (*AREA_COLUMNS, *UNIT_COLUMNS):
                continue
            for probe in probes_of(engine.world, deed, [who]):
                # Reading is the same line for both columns: one row is enough to tell them apart.
                columns = ("api_read", "api_write") if _is_first(probe) else ("api_read",)
                for column in columns:
                    yield Probe(deed, who, probe.thing, api=column)


def _is_first(probe: Probe) -> bool:
    return probe.thing is None or probe.thing.site.startswith(("111", "211"))


def few_probes(engine: Engine, seed: int = 0) -> list[Probe]:
    """Return each cell once allowed and once refused where both can be, each deed both ways."""
    probes = all_probes(engine)
    random.Random(seed).shuffle(probes)
    asks = [_questions(engine, probe) for probe in probes]
    # The probe that answers most questions still open comes next: a count made before may only fall.
    waiting = [(-len(questions), number) for number, questions in enumerate(asks)]
    heapq.heapify(waiting)
    chosen: set[int] = set()
    answered: set[Question] = set()
    while waiting:
        count, number = heapq.heappop(waiting)
        left = len(asks[number] - answered)
        if left == -count:
            chosen.add(number)
            answered |= asks[number]
        elif left:
            heapq.heappush(waiting, (-left, number))
    return [probe for number, probe in enumerate(probes) if number in chosen]


def _questions(engine: Engine, probe: Probe) -> set[Question]:
    allowed = expected(engine.law, probe).allowed
    return {
        (str(probe.deed), probe.deed.thing, allowed),
        *((*cell, allowed) for cell in probe.cells),
    }


def wrong_of(engine: Engine, probes: Iterable[Probe]) -> list[str]:
    """Make the probes; return what was wrong, in words."""
    return [fault for probe in probes if (fault := engine.fault_of(probe))]


def cells_of(probes: Iterable[Probe]) -> Cells:
    """Return the cells of access.csv that the probes ask."""
    return {cell for probe in probes for cell in probe.cells}
