"""Two at once around councils: terms, approvals, turns, leaving; each with a control where the lock can be taken away."""

from datetime import date
from threading import Barrier

import pytest

from meetings.exceptions import NotInOffice, PartTimeMovedOn
from meetings.models import CouncilTurn, PartTimeMember
from meetings.queries.rotation import on_turn
from meetings.services import (
    appoint_part_time_member,
    approve_part_time_member,
    change_charter,
    end_part_time_member,
    move_turn,
    part_time_terms,
    renew_part_time_member,
    set_rotation,
)
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_part_time
from tests.meetings.services.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(member):
    return PartTimeMember.objects.get(pk=member.pk)


def test_of_two_approving_at_once_one_approves(cast, council):
    member = make_part_time(council, cast.unit, state="reported")
    results = at_once(
        *(
            lambda number=number: approve_part_time_member(fresh(member), number=number, by=SYSTEM)
            for number in ("5号", "6号")
        )
    )
    assert sum(isinstance(each, PartTimeMovedOn) for each in results) == 1, results
    winner = next(each for each in results if isinstance(each, PartTimeMember))
    member.refresh_from_db()
    assert (member.state, member.approval_number) == ("approved", winner.approval_number)
    assert Event.objects.filter(kind="part_time.approved", object_uid=member.uid).count() == 1
    assert Obligation.objects.get(duty="part_time.approve").state == "filed"


def test_of_two_appointing_at_once_one_appoints(cast, council):
    member = make_part_time(council, cast.unit, state="published")
    results = at_once(
        *(
            lambda year=year: appoint_part_time_member(
                fresh(member), term_from=today(), term_to=date(year, 3, 4), by=SYSTEM
            )
            for year in (2029, 2030)
        )
    )
    assert sum(isinstance(each, PartTimeMovedOn) for each in results) == 1, results
    assert Event.objects.filter(kind="part_time.appointed", object_uid=member.uid).count() == 1


def _renew_and_end(member):
    return at_once(
        lambda: renew_part_time_member(fresh(member), term_to=date(2033, 3, 4), by=SYSTEM),
        lambda: end_part_time_member(fresh(member), kind="transferred", reason="调离", by=SYSTEM),
    )


def test_term_is_renewed_or_ended_never_both(cast, council):
    member = make_part_time(council, cast.unit)
    results = _renew_and_end(member)
    assert sum(isinstance(each, NotInOffice) for each in results) == 1, results
    in_office = PartTimeMember.objects.in_office().count()
    assert (fresh(member).state, in_office) in {("renewed", 1), ("ended", 0)}


def test_without_the_lock_a_term_is_both(cast, council, monkeypatch):
    """Control: the same two, looking first and writing afterwards."""
    member = make_part_time(council, cast.unit)
    seen = Barrier(2)

    def only_looks(term):
        assert PartTimeMember.objects.get(pk=term.pk).state == "appointed"
        seen.wait(timeout=60)

    monkeypatch.setattr(part_time_terms, "_claim_office", only_looks)
    results = _renew_and_end(member)
    assert sum(isinstance(each, NotInOffice) for each in results) == 0, results


def test_turn_moved_by_two_at_once_stands_once(cast, council):
    change_charter(council, rules={"rotation": "meeting"}, version=council.version, by=SYSTEM)
    set_rotation(council, organizations=[cast.unit, cast.second_unit], by=SYSTEM)
    results = at_once(
        *(
            lambda unit=unit: move_turn(council, organization=unit, reason="调整", by=SYSTEM)
            for unit in (cast.unit, cast.second_unit)
        )
    )
    assert all(isinstance(each, CouncilTurn) for each in results), results
    standing = CouncilTurn.objects.get(council=council, ended_on=None)
    council.refresh_from_db()
    assert on_turn(council, today()) == standing.organization
