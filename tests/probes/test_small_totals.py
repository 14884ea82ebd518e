"""T16: who sees totals only can subtract what is shown as long as they like."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from members.models import (
    Feedback,
    Objection,
    PostClaim,
    ReportIn,
    ServiceRecord,
    ServiceSummary,
)
from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.indicators.queries import figures
from partybuild.indicators.registry import indicator_of
from tests.factories.core import make_area, make_committee
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_graded,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
)
from tests.probes.roaming import browser_of, programs
from tests.probes.subtracting import Knowledge
from tests.probes.watching import Tally
from tests.probes.world import World

PERIOD = Period.parse("2026Q1")
START, END = PERIOD.start, PERIOD.end
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
    monkeypatch.setattr(board, "gives_away", lambda cells: False)
    thin_out(world, CASES[0])
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    known = shown_figures(browser_of(client_of, world.post("", "staff")), areas)
    assert 1 in recovered(known, areas).values()


# What else crosses levels, and the views it is shown on: (figure, part of its cell).
Quantity = tuple[str, str]
PARTS = ("numerator", "denominator", "missing")


def every_shown_figure(client: Any, areas: list[Area]) -> dict[Quantity, dict[int, int | None]]:
    """Return what the dashboards show of every figure about persons, part by part."""
    found: dict[Quantity, dict[int, int | None]] = {}
    for area in areas:
        answer = client.get(f"/dashboard/?area={area.uid}&period={PERIOD}")
        if answer.status_code != 200:
            continue
        board = answer.context["board"]
        about = {each.key for each in board.indicators if each.about_persons}
        for row in [*board.rows, board.total]:
            if row.is_rest:
                continue
            for key in about & set(row.shown):
                shown = row.shown[key]
                for part in PARTS:
                    number = None if shown.is_suppressed else getattr(shown.cell, part)
                    known = found.setdefault((key, part), {})
                    if number is not None or row.place.pk not in known:
                        known[row.place.pk] = number
    return found


def true_cells(areas: list[Area], keys: set[str]) -> dict[tuple[int, str], Any]:
    """Return every cell as it is, nothing held back."""
    wanted = [each for key in sorted(keys) if (each := indicator_of(key))]
    cells: dict[tuple[int, str], Any] = {}
    for level in {area.level for area in areas}:
        cells |= figures([each for each in areas if each.level == level], PERIOD, wanted)
    return cells


def few(cells: dict[tuple[int, str], Any], area: int, quantity: Quantity) -> bool:
    """Whether one or two persons stand behind a part of a cell."""
    key, part = quantity
    cell = cells.get((area, key))
    return cell is not None and 0 < cell.groups[PARTS.index(part)] < 3


def live_through(world: World, counts: dict[str, int]) -> None:
    """Let as many in each community report in, serve and be told about."""
    thin_out(world, counts)
    for key, count in counts.items():
        spot = world.spots[key]
        members = [each.member for each in ReportIn.objects.filter(community=spot.area)]
        records = ServiceRecord.objects.filter(community=spot.area, date__range=(START, END))
        records.update(state="withdrawn", summary=None)
        if members:
            make_services(spot.area, members[: max(count - 2, 1)], content="清扫")
        make_graded(world.spots[f"{key}1"].units[0], spot.area, *["qualified"] * count)
    Feedback.objects.update(period=str(PERIOD))


@pytest.mark.parametrize("counts", CASES)
def test_no_figure_about_persons_can_be_subtracted(world, client_of, counts):
    tally = Tally()
    live_through(world, counts)
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    client = browser_of(client_of, world.post("", "staff"))
    shown = every_shown_figure(client, areas)
    assert {key for key, _part in shown} >= {KEY, "service.participation", "feedback.sent"}
    cells = true_cells(areas, {key for key, _part in shown})
    names = {area.pk: area.name for area in areas}
    for quantity, known in shown.items():
        for area, number in known.items():
            tally.probes += 1
            if number and few(cells, area, quantity):
                tally.faults.append(f"{quantity} {names[area]}: {number} is shown")
        for area, number in recovered(known, areas).items():
            true = getattr(cells[area, quantity[0]], quantity[1])
            if number == true and few(cells, area, quantity):
                tally.faults.append(f"{quantity} {names[area]}: {number} is recovered")
    tally.say(f"T16 every figure {list(counts.values())}")
    assert not tally.faults, "\n".join(tally.faults)


def feedback_forms_told(client: Any) -> dict[int, int | None]:
    """Return what the page of feedback totals says of each community."""
    page = client.get(f"/members/totals/?period={PERIOD}")
    uids = dict(Area.objects.values_list("uid", "pk"))
    return {
        uids[line.community_uid]: None if line.is_suppressed else line.sent
        for line in page.context["lines"]
    }


@pytest.mark.parametrize("counts", CASES)
def test_totals_of_feedback_do_not_give_away_what_the_dashboards_hold_back(
    world, client_of, counts
):
    tally = Tally()
    live_through(world, counts)
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    client = browser_of(client_of, world.post("", "staff"))
    quantity = ("feedback.sent", "numerator")
    known = every_shown_figure(client, areas)[quantity]
    for area, number in feedback_forms_told(client).items():
        if number is not None or area not in known:
            known[area] = number
    tally.probes += len(known)
    assert any(number is None for number in known.values())
    cells = true_cells(areas, {"feedback.sent"})
    names = {area.pk: area.name for area in areas}
    for area, number in recovered(known, areas).items():
        if number == cells[area, "feedback.sent"].numerator and few(cells, area, quantity):
            tally.faults.append(f"{names[area]}: {number} is recovered")
    tally.say(f"T16 feedback beside the dashboards {list(counts.values())}")
    assert not tally.faults, "\n".join(tally.faults)


def test_totals_of_members_are_held_back_when_small(world, client_of):
    page = browser_of(client_of, world.post("", "staff")).get("/members/")
    numbers = [int(number) for number in re.findall(r">(\d+)<", page.content.decode())]
    assert page.status_code == 200
    assert not any(0 < number < 3 for number in numbers)


# -- Every number of the totals of feedback, and of the statistics table, beside the dashboards ----------

# Sent, acknowledged, used in each community; "113" is the third of its street.
FORMS = (
    {"111": (13, 2, 1), "112": (9, 9, 9), "121": (5, 5, 4), "122": (6, 6, 0), "222": (7, 3, 3)},
    {"111": (8, 7, 7), "112": (8, 4, 0), "121": (6, 6, 5), "122": (9, 0, 0), "222": (1, 0, 0)},
    # Who is held back beside the two differs from figure to figure, if each is looked at alone.
    {"111": (2, 0, 0), "112": (10, 10, 4), "113": (12, 3, 0), "211": (3, 3, 3), "222": (3, 0, 0)},
    {"111": (10, 9, 0), "112": (10, 10, 0), "113": (12, 12, 12), "121": (4, 4, 4)},
    {"111": (4, 4, 2), "112": (4, 4, 4)},
)
WAITS, READ, USED = "waits", "read", "used"
FIGURES_OF_FORMS = {
    ("feedback.sent", "numerator"): (WAITS, READ, USED),
    ("feedback.sent", "denominator"): (WAITS, READ, USED),
    ("feedback.acknowledged", "numerator"): (READ, USED),
    ("feedback.acknowledged", "denominator"): (WAITS, READ, USED),
    ("feedback.acknowledged", "missing"): (WAITS,),
    ("feedback.used", "numerator"): (USED,),
    ("feedback.used", "denominator"): (READ, USED),
    ("feedback.used", "missing"): (READ,),
}
COLUMNS = {"sent": (WAITS, READ, USED), "acknowledged": (READ, USED), "used": (USED,)}
# Whom a number, or what two numbers leave over, is about.
ABOUT = (
    (WAITS,),
    (READ,),
    (USED,),
    (WAITS, READ, USED),
    (READ, USED),
    (WAITS, READ),
)


def third_community(world: World) -> Area:
    """Return a community more in the first street."""
    street = world.spots["11"]
    area = make_area("第三社区", Level.COMMUNITY, street.area, code=f"{street.area.code}993")
    make_committee(area, "", street.committee)
    return area


def send_forms(world: World, forms: dict[str, tuple[int, int, int]]) -> dict[int, dict[str, int]]:
    """Let communities send as many forms, and units acknowledge and use as many; return {area: parts}."""
    Feedback.objects.all().delete()
    true = {}
    unit = world.spots["1111"].units[0]
    members = [make_member(unit) for _number in range(max(sent for sent, *_rest in forms.values()))]
    for key, (sent, received, used) in forms.items():
        area = third_community(world) if key == "113" else world.spots[key].area
        rows = [make_feedback(member, unit, area, "qualified") for member in members[:sent]]
        for number, row in enumerate(rows):
            state = "used" if number < used else "acknowledged" if number < received else "sent"
            row.state, row.period, row.receipt_number = state, str(PERIOD), str(number)
        Feedback.objects.bulk_update(rows, ("state", "period", "receipt_number"))
        true[area.pk] = {WAITS: sent - received, READ: received - used, USED: used}
    return true


def leaves_of(areas: list[Area]) -> dict[int, list[int]]:
    """Return {area: the communities in it}."""
    communities = [area for area in areas if area.level == Level.COMMUNITY]
    return {
        area.pk: [each.pk for each in communities if each.path.startswith(area.path)]
        for area in areas
    }


def of_places(places: list[int], parts: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(place, part) for place in places for part in parts]


def city_token(world: World) -> Any:
    return next(each for each in programs(world, fast=True) if each.reader.column == "city").client


@pytest.mark.parametrize("forms", FORMS)
def test_no_column_of_the_totals_of_feedback_tells_of_a_few(world, client_of, forms):
    tally = Tally()
    true = send_forms(world, forms)
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    leaves, uids = leaves_of(areas), {str(area.uid): area.pk for area in areas}
    known = Knowledge()
    client = browser_of(client_of, world.post("", "staff"))
    # A community's own page says what its line says.
    above = [area for area in areas if area.level < Level.COMMUNITY]
    for quantity, numbers in every_shown_figure(client, above).items():
        for area, number in numbers.items():
            if quantity in FIGURES_OF_FORMS:
                known.read(of_places(leaves[area], FIGURES_OF_FORMS[quantity]), number)
    page = client.get(f"/members/totals/?period={PERIOD}")
    on_page = {str(line.community_uid): line.shown for line in page.context["lines"]}
    answer = city_token(world).get(f"/api/v1/feedback-totals/?period={PERIOD}").json()
    by_rest = {
        line["community"]["uid"]: {name: line[name] for name in (*COLUMNS, "objections")}
        for line in answer["forms"]
    }
    assert on_page == by_rest
    for uid, line in on_page.items():
        for name, parts in COLUMNS.items():
            tally.probes += 1
            known.read(of_places([uids[uid]], parts), line[name])
    for area in areas:
        for parts in ABOUT:
            number = sum(
                true.get(place, {}).get(part, 0) for place in leaves[area.pk] for part in parts
            )
            if 0 < number < 3 and known.follows(of_places(leaves[area.pk], parts)) == number:
                tally.faults.append(f"{area.name}: {parts} {number} follows")
    tally.say(f"T16 columns of feedback {list(forms.values())}")
    assert not tally.faults, "\n".join(tally.faults)


def test_every_column_is_given_where_it_is_about_enough(world, client_of):
    send_forms(world, {"111": (13, 8, 4), "112": (9, 9, 6), "211": (10, 0, 0), "212": (6, 6, 6)})
    page = browser_of(client_of, world.post("", "staff")).get(f"/members/totals/?period={PERIOD}")
    assert [tuple(line.shown.values()) for line in page.context["lines"]] == [
        (13, 8, 4, 0),
        (9, 9, 6, 0),
        (10, 0, 0, 0),
        (6, 6, 6, 0),
    ]


def test_few_objections_and_all_but_a_few_are_not_told(world, client_of):
    send_forms(world, {"111": (8, 8, 8), "112": (8, 8, 8), "121": (8, 8, 8), "122": (8, 8, 8)})
    for key, objecting in (("111", 1), ("112", 3), ("121", 7)):
        rows = Feedback.objects.filter(community=world.spots[key].area)[:objecting]
        for row in rows:
            Objection.objects.create(feedback=row, text="时长不对", due_on=END)
    page = browser_of(client_of, world.post("", "staff")).get(f"/members/totals/?period={PERIOD}")
    assert [line.shown["objections"] for line in page.context["lines"]] == [None, 3, None, 0]
    answer = city_token(world).get(f"/api/v1/feedback-totals/?period={PERIOD}").json()
    assert [line["objections"] for line in answer["forms"]] == [None, 3, None, 0]


SERVED, APART, TIMES, HOURS, DONE = "served", "apart", "times", "hours", "done"
FIGURES_OF_SERVICE = {
    ("member.reported_in", "numerator"): (SERVED, APART),
    ("service.participation", "numerator"): (SERVED,),
    ("service.participation", "denominator"): (SERVED, APART),
    ("service.participation", "missing"): (APART,),
    ("claim.members", "denominator"): (SERVED, APART),
    ("service.per_person", "denominator"): (SERVED, APART),
    ("service.per_person", "numerator"): (HOURS,),
    ("service.times", "numerator"): (TIMES,),
    ("service.hours", "numerator"): (HOURS,),
    ("claim.done", "numerator"): (DONE,),
}


def do_posts(world: World, key: str, done: int) -> None:
    """Let as many of those reported in at a community finish a post."""
    spot = world.spots[key]
    members = [each.member for each in ReportIn.objects.filter(community=spot.area)[:done]]
    post = make_post_of(spot.area, wanted=10)
    for member in members:
        claim = make_claim(post, member)
        PostClaim.objects.filter(pk=claim.pk).update(
            state="done", decided_on=START, ended_on=PERIOD.start
        )


def summarize(world: World, key: str) -> None:
    """Let a community tell its first unit of everybody's quarter."""
    area, unit = world.spots[key].area, world.spots[f"{key}1"].units[0]
    records = ServiceRecord.objects.certified().filter(community=area, date__range=(START, END))
    ServiceSummary.objects.create(
        community=area,
        committee=world.spots[key].committee,
        unit=unit,
        period=str(PERIOD),
        community_name=area.name,
        committee_name=world.spots[key].committee.name,
        unit_name=unit.name,
        reported_in_count=ReportIn.objects.filter(community=area).count(),
        served_count=records.values("member").distinct().count(),
        times=records.count(),
        hours=sum(record.hours for record in records),
    )


@pytest.mark.parametrize("counts", CASES[::3])
def test_the_statistics_table_tells_no_more_than_the_dashboards(world, client_of, counts):
    tally = Tally()
    live_through(world, counts)
    ServiceSummary.objects.filter(period=str(PERIOD)).delete()
    for at, (key, count) in enumerate(counts.items()):
        do_posts(world, key, min(count, at))
        summarize(world, key)
    areas = list(Area.objects.filter(level__lte=Level.COMMUNITY))
    leaves, uids = leaves_of(areas), {str(area.uid): area.pk for area in areas}
    client = browser_of(client_of, world.post("", "staff"))
    known = Knowledge()
    # A community's own page says what its line says.
    above = [area for area in areas if area.level < Level.COMMUNITY]
    for quantity, numbers in every_shown_figure(client, above).items():
        for area, number in numbers.items():
            if quantity in FIGURES_OF_SERVICE:
                known.read(of_places(leaves[area], FIGURES_OF_SERVICE[quantity]), number)
    page = client.get(f"/members/statistics/?period={PERIOD}").context
    token = city_token(world)
    answer = token.get(f"/api/v1/service-statistics/?period={PERIOD}").json()
    by_rest = {line["place"]["uid"]: line for line in answer["results"]}
    for group, _counts in page["groups"]:
        line = by_rest.pop(str(group.row.uid))
        assert line["is_suppressed"] == group.is_suppressed
        if not group.is_suppressed:
            assert [each["count"] for each in line["counts"]] == group.counts
        read_line(known, line, [group.row.pk])
        tally.probes += 1
    assert not by_rest
    sheet, everywhere = page["sheet"], leaves[world.spots[""].area.pk]
    assert answer["total"]["is_suppressed"] == sheet.is_total_suppressed
    read_line(known, answer["total"], everywhere)
    for line in token.get(f"/api/v1/feedback-totals/?period={PERIOD}").json()["results"]:
        place = [uids[line["community"]["uid"]]]
        known.read(of_places(place, (SERVED, APART)), line["reported_in_count"])
        known.read(of_places(place, (SERVED,)), line["served_count"])
        known.read(of_places(place, (TIMES,)), line["times"])
        known.read(of_places(place, (HOURS,)), line["hours"] and Fraction(line["hours"]))
        tally.probes += 1
    tally.faults += told_of_a_few(known, areas, leaves)
    tally.say(f"T16 statistics beside the dashboards {list(counts.values())}")
    assert not tally.faults, "\n".join(tally.faults)


def read_line(known: Knowledge, line: dict[str, Any], places: list[int]) -> None:
    """Take in a line of the statistics table."""
    known.read(of_places(places, (SERVED, APART)), line["reported"])
    known.read(of_places(places, (SERVED,)), line["people"])
    known.read(of_places(places, (TIMES,)), line["times"])
    known.read(of_places(places, (HOURS,)), line["hours"] and Fraction(line["hours"]))
    for each in line["counts"] or ():
        if each["key"] == "completed":
            known.read(of_places(places, (DONE,)), each["count"])


def told_of_a_few(known: Knowledge, areas: list[Area], leaves: dict[int, list[int]]) -> list[str]:
    """Return what follows of one or two persons, and what follows of what they did."""
    faults = []
    for area in areas:
        reported = set(_within(area, ReportIn.objects).values_list("member", flat=True))
        records = _within(area, ServiceRecord.objects.certified()).filter(date__range=(START, END))
        served = set(records.values_list("member", flat=True))
        claims = _within(area, PostClaim.objects.finished(), "post__community")
        done = set(claims.values_list("member", flat=True))
        assert served <= reported
        for parts, persons in (
            ((SERVED,), served),
            ((APART,), reported - served),
            ((SERVED, APART), reported),
            ((TIMES,), served),
            ((HOURS,), served),
            ((DONE,), done),
        ):
            number = known.follows(of_places(leaves[area.pk], parts))
            if 0 < len(persons) < 3 and number is not None:
                faults.append(f"{area.name}: {parts} {number} follows of {len(persons)}")
    return faults


def _within(area: Area, rows: Any, community: str = "community") -> Any:
    return rows.filter(**{f"{community}__path__startswith": area.path})


def test_the_probe_sees_a_column_that_is_given(world, client_of, monkeypatch):
    from members.queries.grade_totals import GradeTotal

    truly = GradeTotal.shown.fget
    monkeypatch.setattr(
        GradeTotal, "shown", property(lambda line: {**truly(line), "used": line.used})
    )
    with pytest.raises(AssertionError, match="follows"):
        test_no_column_of_the_totals_of_feedback_tells_of_a_few(world, client_of, FORMS[-1])


def test_the_probe_sees_figures_that_do_not_look_at_each_other(world, client_of, monkeypatch):
    from members.indicators import FeedbackAcknowledged, FeedbackUsed

    monkeypatch.setattr(FeedbackAcknowledged, "tells", ())
    monkeypatch.setattr(FeedbackUsed, "tells", ())
    with pytest.raises(AssertionError, match="follows"):
        test_no_column_of_the_totals_of_feedback_tells_of_a_few(world, client_of, FORMS[2])
