"""T16: who sees totals only can subtract what is shown as long as they like."""

from __future__ import annotations

import re
from typing import Any

import pytest

from members.models import ReportIn
from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.calendar import Period
from tests.factories.members import make_member, make_report_in
from tests.probes.roaming import browser_of, programs
from tests.probes.watching import Tally
from tests.probes.world import World

PERIOD = Period.parse("2026Q1")
KEY = "member.reported_in"


def shown_figures(client: Any, areas: list[Area]) -> dict[int, int | None]:
    """Return what the dashboards show of each area: a number, or None where it is held back."""
    found: dict[int, int | None] = {}
    for area in areas:
        answer = client.get(f"/dashboard/?area={area.uid}&period={PERIOD}")
        if answer.status_code != 200:
            continue
        board = answer.context["board"]
        for row in [*board.rows, board.total]:
            shown = row.shown.get(KEY)
            if shown is None or row.is_rest:
                continue
            number = None if shown.is_suppressed else shown.cell.numerator
            if number is not None or row.place.pk not in found:
                found[row.place.pk] = number
    return found


def recovered(known: dict[int, int | None], areas: list[Area]) -> dict[int, int]:
    """Return what the held-back numbers must be, by subtracting until nothing new comes out."""
    numbers = dict(known)
    children = {area.pk: [each.pk for each in areas if each.parent_id == area.pk] for area in areas}
    moved = True
    while moved:
        moved = False
        for parent, below in children.items():
            if not below or any(child not in numbers for child in below):
                continue
            whole = [parent, *below]
            open_ones = [each for each in whole if numbers.get(each) is None]
            if len(open_ones) == 1:
                parts = [numbers[child] or 0 for child in below]
                at = open_ones[0]
                numbers[at] = sum(parts) if at == parent else (numbers[parent] or 0) - sum(parts)
                moved = True
            elif numbers.get(parent) is not None and open_ones:
                left = (numbers[parent] or 0) - sum(numbers[child] or 0 for child in below)
                # As many persons as places: one in each.
                if left == len(open_ones):
                    numbers.update(dict.fromkeys(open_ones, 1))
                    moved = True
    return {
        area: number
        for area, number in numbers.items()
        if known.get(area) is None and number is not None
    }


def thin_out(world: World, counts: dict[str, int]) -> None:
    """Leave so many report-ins in each community."""
    for key, count in counts.items():
        rows = ReportIn.objects.filter(community=world.spots[key].area)
        keep = rows.values_list("pk", flat=True)[:count]
        rows.exclude(pk__in=list(keep)).delete()
        for _number in range(count - rows.count()):
            member = make_member(world.spots[f"{key}1"].units[0])
            make_report_in(member, world.spots[key].area)


CASES = (
    {"111": 1, "112": 9, "121": 5, "122": 6, "211": 4, "212": 4, "221": 4, "222": 4},
    {"111": 2, "112": 0, "121": 0, "122": 0, "211": 4, "212": 4, "221": 4, "222": 4},
    {"111": 1, "112": 1, "121": 5, "122": 6, "211": 1, "212": 0, "221": 4, "222": 4},
    {"111": 1, "112": 0, "121": 1, "122": 0, "211": 9, "212": 4, "221": 4, "222": 4},
    {"111": 2, "112": 2, "121": 2, "122": 2, "211": 2, "212": 2, "221": 2, "222": 2},
    {"111": 0, "112": 0, "121": 0, "122": 1, "211": 0, "212": 0, "221": 0, "222": 7},
    {"111": 3, "112": 3, "121": 3, "122": 1, "211": 0, "212": 0, "221": 0, "222": 0},
)


@pytest.mark.parametrize("counts", CASES)
def test_nothing_held_back_can_be_subtracted(world, client_of, counts):
    tally = Tally()
    thin_out(world, counts)
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    client = browser_of(client_of, world.post("", "staff"))
    known = shown_figures(client, areas)
    truth = {area.pk: _truth(area) for area in areas}
    names = {area.pk: area.name for area in areas}
    for area, number in known.items():
        tally.probes += 1
        if number is not None and 0 < number < 3:
            tally.faults.append(f"{names[area]}: {number} is shown")
    for area, number in recovered(known, areas).items():
        if 0 < number < 3 and truth[area] == number:
            tally.faults.append(f"{names[area]}: {number} is recovered")
    tally.say(f"T16 small totals {list(counts.values())}")
    assert any(number is None for number in known.values())
    assert not tally.faults, "\n".join(tally.faults)


def _truth(area: Area) -> int:
    return ReportIn.objects.filter(community__path__startswith=area.path).count()


def test_the_rest_interface_holds_back_the_same(world, client_of):
    thin_out(world, CASES[0])
    token = next(each for each in programs(world, fast=True) if each.reader.column == "city")
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    known: dict[int, int | None] = {}
    by_uid = {str(area.uid): area.pk for area in areas}
    for area in areas:
        answer = token.client.get(f"/api/v1/figures/?area={area.uid}&period={PERIOD}").json()
        for line in [*answer["totals"], *answer["results"]]:
            if line["indicator"] == KEY:
                at = by_uid[line["place"]["uid"]]
                if line["numerator"] is not None or at not in known:
                    known[at] = line["numerator"]
                assert line["is_suppressed"] == (line["numerator"] is None)
    assert all(number is None or number == 0 or number >= 3 for number in known.values())
    assert [number for number in recovered(known, areas).values() if 0 < number < 3] == []


def test_the_probe_subtracts(world, client_of, monkeypatch):
    from partybuild.indicators.queries import board

    monkeypatch.setattr(board, "_withheld", lambda *place: set())
    monkeypatch.setattr(board, "_gives_away", lambda cells: False)
    thin_out(world, CASES[0])
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    known = shown_figures(browser_of(client_of, world.post("", "staff")), areas)
    assert 1 in recovered(known, areas).values()


def test_totals_of_members_are_held_back_when_small(world, client_of):
    page = browser_of(client_of, world.post("", "staff")).get("/members/")
    numbers = [int(number) for number in re.findall(r">(\d+)<", page.content.decode())]
    assert page.status_code == 200
    assert not any(0 < number < 3 for number in numbers)
