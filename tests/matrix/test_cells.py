"""The fast form: each cell of access.csv that the product asks for, allowed and refused once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

from tests.matrix.engine import Engine
from tests.matrix.faults import INERT, dropped_filters, is_caught, sample, turned_cells
from tests.matrix.plan import all_probes, cells_of, few_probes, wrong_of

# On a machine that does other things beside, a minute or two become several.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
SEED = 20260305


def test_each_cell_is_answered_as_the_law_says(
    engine: Engine, record_property: Callable[[str, object], None]
) -> None:
    probes = few_probes(engine)
    wrong = wrong_of(engine, probes)
    record_property("cells", len(cells_of(probes)))
    assert not wrong, "\n".join(wrong)


def test_planted_faults_turn_it_red(engine: Engine) -> None:
    probes = all_probes(engine)
    cells = [each for each in turned_cells(engine, probes) if each.cell not in INERT]
    faults = [*sample(cells, 20, SEED), *sample(dropped_filters(engine, probes), 6, SEED)]
    missed = [fault.name for fault in faults if not is_caught(engine, fault)]
    assert missed == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_whole_matrix(engine: Engine, record_property: Callable[[str, object], None]) -> None:
    """Every deed × post × row, then every cell turned over and every filter dropped in turn."""
    number, shares = (int(each) for each in os.environ.get("MATRIX_SHARE", "0/1").split("/"))
    every = all_probes(engine)
    probes = every[number::shares]
    wrong = wrong_of(engine, probes)
    turned = turned_cells(engine, every)
    faults = [each for each in turned if each.cell not in INERT]
    faults += dropped_filters(engine, every)
    faults, cells = faults[number::shares], turned[number::shares]
    missed = [fault.name for fault in faults if not is_caught(engine, fault)]
    figures = {
        "cells": len(cells_of(every)),
        "probes": len(probes),
        "wrong": len(wrong),
        "faults": len(faults),
        "caught": len(faults) - len(missed),
    }
    record_property("figures", json.dumps(figures))
    lively = [each.name for each in cells if each.cell in INERT and is_caught(engine, each)]
    assert not wrong + missed, "\n".join([*wrong, "Not caught:", *missed])
    assert lively == [], "these make a difference after all: take them off INERT"
