"""Codes out of the clock: fresh ones, proofs of a scan, and codes that a phone kept."""

import uuid
from datetime import timedelta

import pytest

from partybuild.access.rotating import (
    STEP_SECONDS,
    accepted_at,
    accepts,
    code_of,
    kept_at,
    pass_of,
    proof_of,
)
from partybuild.calendar import now

pytestmark = pytest.mark.django_db

DOOR = "tests.door"
UID = uuid.UUID("11111111-1111-4111-8111-111111111111")
OTHER = uuid.UUID("22222222-2222-4222-8222-222222222222")


@pytest.fixture
def held(clock):
    """The pass that somebody's phone was given at nine."""
    clock(2026, 3, 14, 9)
    return pass_of(DOOR, UID, "me")


def _kept(said, held, *, speaker="me", minutes=15, around=None, purpose=DOOR, uid=UID):
    return kept_at(purpose, uid, said, held=held, speaker=speaker, minutes=minutes, around=around)


def test_a_code_opens_one_thing_for_one_purpose(db):
    code = code_of(DOOR, UID)
    assert accepts(DOOR, UID, code.token)
    assert accepts(DOOR, UID, code.spelled)
    assert not accepts(DOOR, OTHER, code.token)
    assert not accepts("tests.window", UID, code.token)


def test_what_was_accepted_is_of_the_half_minute_on_the_screen(clock):
    clock(2026, 3, 14, 9, 0)
    moment = now().replace(second=10, microsecond=0)
    code = code_of(DOOR, UID, moment)
    assert accepted_at(DOOR, UID, code.token) == moment.replace(second=0)


def test_a_proof_counts_from_the_scan_and_only_for_who_scanned(clock):
    clock(2026, 3, 14, 9)
    proof, moment = proof_of(DOOR, UID, "me"), now()
    clock(2026, 3, 14, 9, 8)
    at = accepted_at(DOOR, UID, proof, speaker="me")
    assert abs(at - moment) < timedelta(minutes=1)
    assert not accepts(DOOR, UID, proof, speaker="you")
    assert not accepts(DOOR, UID, proof)


def test_a_kept_code_proves_the_moment_it_stood_on_the_screen(held, clock):
    clock(2026, 3, 14, 9, 5)
    seen, code = now(), code_of(DOOR, UID)
    clock(2026, 3, 14, 9, 12)
    assert not accepts(DOOR, UID, code.token)
    for said in (code.token, code.digits, code.spelled):
        proven = _kept(said, held, around=seen)
        assert proven <= seen < proven + timedelta(seconds=STEP_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "good"),
    [(-60, False), (-30, True), (0, True), (60, True), (120, False), (420, False)],
)
def test_a_picture_that_came_by_another_way_is_refused(held, clock, seconds, good):
    """Who is sent it minutes later goes offline and keeps it then: not when it stood on the screen."""
    clock(2026, 3, 14, 9, 5)
    seen = now().replace(second=0, microsecond=0)
    code = code_of(DOOR, UID, seen)
    clock(2026, 3, 14, 9, 14)
    around = seen + timedelta(seconds=seconds)
    for said in (code.token, code.digits):
        assert (_kept(said, held, around=around) is not None) is good
        assert _kept(said, held) is None


def test_what_the_phone_says_is_never_the_time(held, clock):
    clock(2026, 3, 14, 9, 5)
    seen = now().replace(second=0, microsecond=0)
    code = code_of(DOOR, UID, seen)
    clock(2026, 3, 14, 9, 12)
    told = {_kept(code.token, held, around=seen + timedelta(seconds=n)) for n in (0, 30, 60)}
    assert told == {seen}


def test_keeping_makes_guessing_hardly_easier(held, clock, monkeypatch):
    """Of six digits four half minutes are tried at most, however long a phone may have been away."""
    from partybuild.access import rotating

    clock(2026, 3, 14, 9, 12)
    asked = []
    monkeypatch.setattr(rotating, "_code_at", lambda *which: asked.append(which))
    monkeypatch.setattr(rotating, "_is_code", lambda *both: False)
    _kept("123456", held, around=now() - timedelta(minutes=5))
    assert len(asked) == 4


@pytest.mark.parametrize("minutes", [14, 16])
def test_a_code_is_kept_for_so_many_minutes(held, clock, minutes):
    clock(2026, 3, 14, 9, 5)
    seen, code = now(), code_of(DOOR, UID)
    clock(2026, 3, 14, 9, 5 + minutes)
    assert (_kept(code.token, held, around=seen) is not None) is (minutes < 15)


def test_a_code_of_before_the_phone_had_its_pass_is_refused(held, clock):
    seen = now() - timedelta(minutes=2)
    old = code_of(DOOR, UID, seen)
    clock(2026, 3, 14, 9, 3)
    assert _kept(old.token, held, around=seen) is None


def test_a_code_to_come_is_refused(held):
    ahead = now() + timedelta(minutes=2)
    assert _kept(code_of(DOOR, UID, ahead).token, held, around=ahead) is None
    assert _kept(code_of(DOOR, UID, ahead).digits, held, around=ahead) is None


def test_a_pass_is_one_person_s_for_one_thing(held, clock):
    clock(2026, 3, 14, 9, 5)
    code, other, when = code_of(DOOR, UID), code_of(DOOR, OTHER), {"around": now()}
    clock(2026, 3, 14, 9, 8)
    assert _kept(code.token, held, **when) is not None
    assert _kept(code.token, held, speaker="you", **when) is None
    assert _kept(code.token, held, speaker="", **when) is None
    assert _kept(other.token, held, uid=OTHER, **when) is None
    assert _kept(code.token, proof_of(DOOR, UID, "me"), **when) is None
    assert _kept(code.token, "", **when) is None


def test_nothing_is_kept_where_the_parameter_says_so(held, clock):
    clock(2026, 3, 14, 9, 1)
    assert _kept(code_of(DOOR, UID).token, held, around=now()) is not None
    assert _kept(code_of(DOOR, UID).token, held, around=now(), minutes=0) is None


@pytest.mark.parametrize("held", ["-", "1-2", "９-aa", "99999999999999-aa", "x" * 400])
def test_nonsense_is_no_pass(db, held):
    assert _kept(code_of(DOOR, UID).token, held, around=now()) is None
