"""The main job, small: ledger and mailbox agree to the row, and the tally would see it if not."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.play import city as play_city
from config.play.sink import Mailbox
from config.play.tally import faults, tally_of
from partybuild.calendar import Period
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(play_city, "COMMUNITIES", 3)
    monkeypatch.setattr(play_city, "UNITS", 7)
    monkeypatch.setattr(play_city, "MEMBERS_PER_UNIT", 2)


def play(seed):
    out = StringIO()
    call_command("play_quarter", "--seed", str(seed), stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_a_small_street_lives_through_a_quarter(small):
    tally = play(3)
    parts = ("paid", "late", "nil", "exempt", "open")
    assert tally["owed"] == sum(tally[part] for part in parts)
    assert tally["owed"] > 40
    assert tally["sent"] > tally["owed"] // 2
    assert (tally["unknown"], tally["lost"], tally["duplicates"]) == (0, 0, 0)
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


def test_a_database_in_use_is_left_alone(cast):
    with pytest.raises(CommandError):
        call_command("play_quarter")
