"""Which probes are made, and what stands outside the matrix, each with its reason."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from tests.matrix.deeds import POSTS, Deed, looks
from tests.matrix.engine import Engine, Probe, expected, probes_of
from tests.matrix.law import AREA_COLUMNS, UNIT_COLUMNS

Cells = set[tuple[str, str]]


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
    wanted: dict[tuple[object, ...], Probe] = {}
    for probe in probes:
        allowed = expected(engine.law, probe).allowed
        keys: list[tuple[object, ...]] = [(str(probe.deed), probe.deed.thing, allowed)]
        keys += [(*cell, allowed) for cell in probe.cells]
        for key in keys:
            wanted.setdefault(key, probe)
    chosen = {id(probe) for probe in wanted.values()}
    return [probe for probe in probes if id(probe) in chosen]


def wrong_of(engine: Engine, probes: Iterable[Probe]) -> list[str]:
    """Make the probes; return what was wrong, in words."""
    return [fault for probe in probes if (fault := engine.fault_of(probe))]


def cells_of(probes: Iterable[Probe]) -> Cells:
    """Return the cells of access.csv that the probes ask."""
    return {cell for probe in probes for cell in probe.cells}
