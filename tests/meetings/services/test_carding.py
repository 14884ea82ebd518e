"""Yellow and red cards: on working days, by parameter, told once, lifted when paid or extended."""

from datetime import date

import pytest
from django.core.management import call_command

from meetings import tasks
from meetings.enums import CardClock, CardColor
from meetings.exceptions import CardStandsAlready, CardWasLifted, ReasonIsMissing, ResolutionMovedOn
from meetings.models import Card, Resolution, ResolutionParty
from meetings.queries.cards import card_of, late_parties, with_cards
from meetings.services import (
    accept_resolution,
    ask_extension,
    assign_resolution,
    close_resolution,
    decide_extension,
    lift_card,
    raise_card,
    report_completion,
    stop_resolution,
    sweep_cards,
)
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Parameter
from partybuild.audit.models import Event
from partybuild.calendar.models import WorkingDay
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt
from tests.factories.meetings import make_held, make_resolution

pytestmark = pytest.mark.django_db

SWEEP = Actor.system("sweep_cards")
YELLOW, RED = CardColor.YELLOW, CardColor.RED


@pytest.fixture
def resolution(council, cast, secretary):
    """Assigned on Thursday, March 5: to be accepted by Tuesday 10, done by Thursday 26."""
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    return resolution


@pytest.fixture
def lead(resolution, cast, liaison):
    party = ResolutionParty.objects.get(resolution=resolution, organization=cast.unit)
    return accept_resolution(party, by=liaison)


@pytest.fixture
def street(cast):
    return actor_in(cast.street_staff)


def _standing(resolution):
    return list(
        Card.objects.standing()
        .filter(resolution=resolution)
        .order_by("pk")
        .values_list("clock", "color")
    )


@pytest.mark.parametrize(
    ("day", "color"),
    [
        ((2026, 3, 10), ""),
        ((2026, 3, 11), YELLOW),
        ((2026, 3, 12), RED),
    ],
)
def test_the_clock_of_acceptance_counts_working_days_after_the_date(resolution, clock, day, color):
    clock(*day)
    assert card_of(resolution) == color


@pytest.mark.parametrize(
    ("day", "color"),
    [
        # Due on Thursday, March 26; April 4–6 is a holiday here, Saturday April 11 a working day.
        ((2026, 4, 1), ""),
        ((2026, 4, 2), YELLOW),
        ((2026, 4, 9), YELLOW),
        ((2026, 4, 10), RED),
        ((2026, 4, 11), RED),
    ],
)
def test_the_clock_of_handling_leaves_out_holidays(resolution, lead, clock, day, color):
    WorkingDay.objects.update_or_create(day=date(2026, 4, 6), defaults={"is_working": False})
    clock(*day)
    assert card_of(resolution) == color


def test_a_make_up_saturday_counts(resolution, lead, clock):
    clock(2026, 4, 4)
    before = late_parties([resolution])[resolution.pk][0].days
    WorkingDay.objects.update_or_create(day=date(2026, 4, 4), defaults={"is_working": True})
    assert late_parties([resolution])[resolution.pk][0].days == before + 1


def test_places_set_their_own_days_the_nearest_wins(resolution, cast, clock):
    clock(2026, 3, 11)
    Parameter.objects.create(area=cast.street, key="resolution.accept_yellow", value=3)
    assert card_of(resolution) == ""
    Parameter.objects.create(area=cast.community, key="resolution.accept_red", value=1)
    assert card_of(resolution) == RED
    # The list's condition and the single delay are the same rule.
    assert late_parties([resolution])[resolution.pk][0].color == RED


def test_the_sweep_raises_each_card_once_and_tells_unit_convener_and_at_red_the_street(
    resolution, cast, clock
):
    clock(2026, 3, 11)
    assert sweep_cards(by=SWEEP) == 1
    assert sweep_cards(by=SWEEP) == 0
    assert _standing(resolution) == [(CardClock.ACCEPT, YELLOW)]
    told = Notice.objects.filter(kind="resolution.carded")
    assert set(told.values_list("organization", flat=True)) == {cast.unit.pk, cast.committee.pk}
    clock(2026, 3, 12)
    assert sweep_cards(by=SWEEP) == 1
    assert sweep_cards(by=SWEEP) == 0
    assert _standing(resolution) == [(CardClock.ACCEPT, RED)]
    assert set(told.values_list("organization", flat=True)) == {
        cast.unit.pk,
        cast.committee.pk,
        cast.street_committee.pk,
    }
    assert Event.objects.filter(kind="card.raised", object_uid=resolution.uid).count() == 2


def test_only_who_works_on_it_gets_the_link(resolution, cast, clock):
    clock(2026, 3, 12)
    sweep_cards(by=SWEEP)
    told = Notice.objects.filter(kind="resolution.carded")
    assert set(told.exclude(link_action="").values_list("organization", flat=True)) == {
        cast.unit.pk
    }


def test_accepting_lifts_the_card_in_the_same_moment(resolution, cast, liaison, clock):
    clock(2026, 3, 11)
    sweep_cards(by=SWEEP)
    party = ResolutionParty.objects.get(resolution=resolution, organization=cast.unit)
    accept_resolution(party, by=liaison)
    assert (_standing(resolution), card_of(resolution)) == ([], "")
    assert Card.objects.get().lifted_why == "已接件"


def test_reporting_stops_the_clock_and_so_do_closing_and_stopping(
    resolution, lead, liaison, secretary, clock
):
    clock(2026, 4, 10)
    sweep_cards(by=SWEEP)
    assert card_of(resolution) == RED
    report_completion(lead, text="已装好", by=liaison)
    assert (_standing(resolution), card_of(resolution)) == ([], "")


@pytest.mark.parametrize("end", ["close", "stop"])
def test_closing_and_stopping_lift_all_cards(resolution, lead, secretary, street, clock, end):
    clock(2026, 4, 10)
    sweep_cards(by=SWEEP)
    raise_card(resolution, color=YELLOW, reason="居民多次反映", by=street)
    if end == "close":
        close_resolution(resolution, closing="procedural", by=secretary)
    else:
        stop_resolution(resolution, reason="另有安排", by=secretary)
    assert (_standing(resolution), card_of(resolution)) == ([], "")
    assert sweep_cards(by=SWEEP) == 0


def test_an_extension_lifts_and_a_wish_in_time_stops_the_clock(
    resolution, lead, liaison, secretary, clock
):
    clock(2026, 3, 26, 10)
    extension = ask_extension(lead, due_on=date(2026, 4, 20), reason="缺材料", by=liaison)
    # The convener has not answered: that is not the unit's delay.
    clock(2026, 4, 10)
    assert (card_of(resolution), sweep_cards(by=SWEEP)) == ("", 0)
    decide_extension(extension, grant=False, opinion="不能再等", by=secretary)
    assert (card_of(resolution), sweep_cards(by=SWEEP)) == (RED, 1)
    late = ask_extension(lead, due_on=date(2026, 4, 20), reason="仍缺材料", by=liaison)
    # Asked after the date, the clock goes on until it is granted.
    assert card_of(resolution) == RED
    decide_extension(late, grant=True, by=secretary)
    assert (_standing(resolution), card_of(resolution)) == ([], "")
    clock(2026, 4, 27)
    assert card_of(resolution) == YELLOW


def test_the_exempt_have_no_card(resolution, lead, street, clock):
    clock(2026, 4, 10)
    sweep_cards(by=SWEEP)
    debt = Obligation.objects.get(duty="resolution.report", subject_uid=resolution.uid)
    exempt(debt, reason="单位搬迁", by=street)
    assert card_of(resolution) == ""
    sweep_cards(by=SWEEP)
    assert _standing(resolution) == []


def test_the_street_raises_a_card_by_hand_with_a_reason_and_lifts_it(
    resolution, lead, street, cast
):
    with pytest.raises(ReasonIsMissing):
        raise_card(resolution, color=YELLOW, reason=" ", by=street)
    card = raise_card(resolution, color=YELLOW, reason="居民多次反映", by=street)
    assert card_of(resolution) == YELLOW
    with pytest.raises(CardStandsAlready):
        raise_card(resolution, color=YELLOW, reason="再说一次", by=street)
    red = raise_card(resolution, color=RED, reason="仍无进展", by=street)
    assert (card_of(resolution), _standing(resolution)) == (RED, [(CardClock.HAND, RED)])
    with pytest.raises(CardWasLifted):
        lift_card(card, reason="已有进展", by=street)
    # The sweep leaves it alone.
    sweep_cards(by=SWEEP)
    assert card_of(resolution) == RED
    with pytest.raises(ReasonIsMissing):
        lift_card(red, reason="", by=street)
    lift_card(red, reason="已有进展", by=street)
    assert card_of(resolution) == ""
    assert set(
        Notice.objects.filter(kind="resolution.carded").values_list("organization", flat=True)
    ) == {cast.unit.pk, cast.committee.pk}


def test_a_card_of_the_clock_is_not_lifted_by_hand(resolution, street, clock):
    clock(2026, 3, 11)
    sweep_cards(by=SWEEP)
    with pytest.raises(CardWasLifted):
        lift_card(Card.objects.get(), reason="算了", by=street)


def test_no_card_before_it_is_out(council, cast, street):
    resolution = make_resolution(make_held(council), cast.unit)
    with pytest.raises(ResolutionMovedOn):
        raise_card(resolution, color=YELLOW, reason="太慢", by=street)


def test_cards_of_a_list_cost_the_same_for_one_and_for_many(
    resolution, council, cast, secretary, clock, django_assert_max_num_queries
):
    for number in range(3):
        more = make_resolution(make_held(council), cast.unit, text=f"事项{number}")
        assign_resolution(more, by=secretary)
    clock(2026, 3, 12)
    with django_assert_max_num_queries(8):
        rows = with_cards(Resolution.objects.all()).filter(card=RED)
        assert rows.count() == len(list(rows)) == 4


def test_task_and_command_run_twice_raise_once(resolution, clock, capsys):
    clock(2026, 3, 11)
    tasks.sweep_cards()
    tasks.sweep_cards()
    call_command("sweep_cards")
    assert (Card.objects.count(), capsys.readouterr().out) == (1, "0 raised\n")
