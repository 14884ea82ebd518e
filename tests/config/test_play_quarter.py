"""The main job, small: ledger and mailbox agree to the row, and the tally would see it if not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db.models import F

from activities.models import Activity, Seat
from config.management.commands import play_quarter
from config.play import checks
from config.play import city as play_city
from config.play.checks import checked
from config.play.sink import Mailbox
from config.play.tally import faults, tally_of
from members.models import Feedback, ServiceRecord
from partybuild.calendar import Period
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice

# A hundred and thirty days pass, whatever else the machine does meanwhile.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]

# What must have happened in every quarter, however small the street.
ALWAYS = (
    "letters_used",
    "confirmed",
    "by_proxy",
    "renewals",
    "unit_report_ins",
    "posts",
    "claims_done",
    "claims_evaluated",
    "pledges",
    "wishes_claimed",
    "wishes_closed",
    "activities_held",
    "came",
    "evaluations",
    "records",
    "certificates",
    "summaries_acknowledged",
    "summaries_answered",
    "feedback_sent",
    "feedback_acknowledged",
    "annual_forms_filed",
    "opinions_answered",
    "cells_of_statistics",
)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(play_city, "COMMUNITIES", 3)
    monkeypatch.setattr(play_city, "UNITS", 7)
    monkeypatch.setattr(play_city, "MEMBERS_PER_UNIT", 4)


@dataclass
class Played:
    """What a play printed, and what it was played with."""

    tally: dict[str, int]
    members: dict[str, Any]
    lines: list[str]
    city: Any
    days: Any


@pytest.fixture
def play(small, monkeypatch):
    def run(*arguments):
        kept = []

        def keeping(city, days):
            kept.append((city, days))
            return checked(city, days)

        monkeypatch.setattr(play_quarter, "checked", keeping)
        out = StringIO()
        call_command("play_quarter", *arguments, stdout=out)
        *lines, members, tally = out.getvalue().splitlines()
        return Played(json.loads(tally), json.loads(members), lines, *kept[0])

    return run


def assert_whole(played):
    tally, members = played.tally, played.members
    assert tally["owed"] == sum(tally[part] for part in ("paid", "late", "nil", "exempt", "open"))
    assert (tally["unknown"], tally["lost"], tally["duplicates"]) == (0, 0, 0)
    assert members["faults"] == 0
    # Each open debt is open for a reason.
    assert sum(members["debts_left"].values()) == tally["open"]
    assert not [key for key in ALWAYS if not members[key]]


def test_a_small_street_lives_through_a_quarter(play, monkeypatch):
    played = play("--seed", "3")
    assert_whole(played)
    tally = played.tally
    assert tally["owed"] > 200
    assert tally["sent"] > tally["owed"] // 2
    # The eye that compares must see what is planted: a mail the sink never got, one it got twice.
    sent = Notice.objects.filter(channel=Channel.MAIL, state=NoticeState.SENT)
    box = Mailbox()
    for notice in sent[1:]:
        box.copies[notice.message_id] = 1
        box.recipients[notice.message_id] = notice.address
    box.copies[sent[1].message_id] = 2
    found = tally_of(box, Period.parse("2026Q1"))
    assert (found.lost, found.duplicates) == (1, 1)
    assert len(faults(found, box)) == 2
    _plant_faults_of_members(played, monkeypatch)


def _plant_faults_of_members(played, monkeypatch):
    def sees(*words):
        [said] = checked(played.city, played.days).faults
        return all(word in said for word in words)

    # A place given twice over.
    limited = Activity.objects.filter(places__isnull=False, state="held").first()
    seat = Seat.objects.filter(activity=limited, sign_up__isnull=False).first()
    holder, seat.sign_up = seat.sign_up, None
    seat.save()
    assert sees(str(limited), "have a place")
    seat.sign_up = holder
    seat.save()
    # A record that says other hours than the summary in which it was sent.
    record = ServiceRecord.objects.certified().exclude(summary=None).first()
    ServiceRecord.objects.filter(pk=record.pk).update(hours=F("hours") + Decimal("0.5"))
    assert sees("hours", "its records")
    ServiceRecord.objects.filter(pk=record.pk).update(hours=F("hours") - Decimal("0.5"))
    # A form that counts other services than there are.
    form = Feedback.objects.sent().first()
    Feedback.objects.filter(pk=form.pk).update(facts={**form.facts, "times": 99})
    assert sees("says 99 times")
    Feedback.objects.filter(pk=form.pk).update(facts=form.facts)
    assert checked(played.city, played.days).faults == []
    # Debts that nobody meant to leave; statistics of which a unit reads nothing.
    left = played.days._left
    monkeypatch.setattr(played.days, "_left", {})
    assert any("Nobody knows why" in said for said in checked(played.city, played.days).faults)
    monkeypatch.setattr(played.days, "_left", left)
    monkeypatch.setattr(checks, "by_community", lambda cut: [])
    said = checked(played.city, played.days).faults
    assert len(said) == played.members["cells_of_statistics"]


@pytest.mark.slow
def test_the_last_quarter_of_the_year_gives_feedback_everywhere(play):
    played = play("--seed", "1", "--quarter", "2026Q4")
    assert_whole(played)
    told = Feedback.objects.sent().values_list("community", "period").distinct()
    areas = [community.area.pk for community in played.city.communities]
    # The first gives it each quarter, the others each year.
    assert set(told) == {(areas[0], "2026Q4"), (areas[1], "2026"), (areas[2], "2026")}
    assert played.members["feedback_used"]
    assert played.members["objections"]


@pytest.mark.slow
def test_a_street_may_give_feedback_each_half_year(play):
    played = play("--seed", "2", "--quarter", "2026Q2", "--feedback", "half_yearly")
    assert_whole(played)
    periods = set(Feedback.objects.sent().values_list("period", flat=True))
    assert periods == {"2026Q2", "2026H1"}


@pytest.mark.slow
def test_the_same_seed_plays_the_same_quarter(play):
    first = play("--seed", "2", "--quarter", "2026Q3")
    # The tables are the owner's: the app may not empty them.
    call_command("flush", "--no-input", database="owner", verbosity=0)
    cache.clear()
    second = play("--seed", "2", "--quarter", "2026Q3")
    assert (second.tally, second.members) == (first.tally, first.members)
    # All but the seconds, which stand in the first line and the last.
    assert second.lines[1:-1] == first.lines[1:-1]


def test_a_database_in_use_is_left_alone(cast):
    with pytest.raises(CommandError):
        call_command("play_quarter")
