"""Two secretaries and several units at once, each on a connection of their own."""

from __future__ import annotations

import pytest

from meetings.enums import Audience, CirculationState, Countersigned
from meetings.exceptions import (
    MinutesNotCirculating,
    TextChangedMeanwhile,
)
from meetings.models import Countersignature, Minutes, MinutesCirculation
from meetings.services import (
    circulate_minutes,
    close_circulations,
    combine_minutes,
    countersign_minutes,
    issue_minutes,
    recall_circulation,
    reopen_minutes,
    save_minutes,
)
from meetings.services.minuting import Combined
from partybuild.audit.models import Event
from partybuild.documents.models import OfficialDocument
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held
from tests.meetings.services.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PARAGRAPHS = [f"{number}、第{number}项。" for number in range(1, 9)]
TEXT = "\n".join(PARAGRAPHS)


def test_of_eight_who_change_a_paragraph_each_at_once_all_are_kept(council, secretary):
    meeting = make_held(council)
    save_minutes(meeting, text=TEXT, version=0, by=SYSTEM)
    texts = [TEXT.replace(f"第{n}项", f"第{n}项已议定") for n in range(1, 9)]
    results = at_once(
        *(
            lambda text=text: combine_minutes(meeting, text=text, version=1, by=secretary)
            for text in texts
        )
    )
    assert all(isinstance(each, Combined) for each in results)
    assert sum(each.is_merged for each in results) == 7
    minutes = Minutes.objects.get(meeting=meeting)
    assert minutes.text == TEXT.replace("项。", "项已议定。")
    assert minutes.version == 9


def test_of_two_who_change_one_paragraph_at_once_one_is_asked(council, secretary):
    meeting = make_held(council)
    save_minutes(meeting, text=TEXT, version=0, by=SYSTEM)
    results = at_once(
        *(
            lambda word=word: combine_minutes(
                meeting, text=TEXT.replace("第1项", word), version=1, by=secretary
            )
            for word in ("甲", "乙")
        )
    )
    assert sum(isinstance(each, TextChangedMeanwhile) for each in results) == 1
    minutes = Minutes.objects.get(meeting=meeting)
    kept = next(each for each in results if isinstance(each, Combined))
    assert minutes.text == kept.minutes.text


def test_control_without_the_version_a_text_is_lost(council, secretary):
    """Take the version out of the update, and of two who write at once one's paragraph is gone."""
    meeting = make_held(council)
    save_minutes(meeting, text=TEXT, version=0, by=SYSTEM)
    texts = [TEXT.replace("第1项", "甲"), TEXT.replace("第2项", "乙")]
    at_once(
        *(
            lambda text=text: Minutes.objects.filter(meeting=meeting).update(text=text)
            for text in texts
        )
    )
    text = Minutes.objects.get(meeting=meeting).text
    assert ("甲" in text) != ("乙" in text)


@pytest.fixture
def circulation(council, secretary):
    """Minutes that are being countersigned."""
    council.rules = {**council.rules, "minutes.countersign": True}
    council.save(update_fields=["rules"])
    minutes = save_minutes(make_held(council), text=TEXT, version=0, by=SYSTEM)
    return circulate_minutes(minutes, audience=Audience.PRESENT, version=1, by=secretary)


def test_the_last_two_answers_at_once_end_the_round_once(circulation, cast, secretary):
    results = at_once(
        *(
            lambda body=body: countersign_minutes(
                Countersignature.objects.get(circulation=circulation, organization=body),
                answer=Countersigned.AGREED,
                channel="phone",
                by=secretary,
            )
            for body in (cast.unit, cast.second_unit)
        )
    )
    assert all(isinstance(each, Countersignature) for each in results)
    circulation.refresh_from_db()
    assert circulation.state == CirculationState.CLOSED
    assert Event.objects.filter(kind="minutes.circulation_closed").count() == 1


def test_a_round_is_recalled_or_ended_never_both(circulation, secretary, clock):
    clock(2026, 3, 20, 9)
    swept, recalled = at_once(
        lambda: close_circulations(by=SYSTEM),
        lambda: recall_circulation(circulation, reason="数量有误", by=secretary),
    )
    circulation.refresh_from_db()
    if isinstance(recalled, MinutesCirculation):
        assert (swept, circulation.state) == (0, CirculationState.RECALLED)
    else:
        assert isinstance(recalled, MinutesNotCirculating)
        assert (swept, circulation.state) == (1, CirculationState.CLOSED)
    debts = Obligation.objects.filter(duty="minutes.countersign")
    assert {debt.state for debt in debts} == {"not_applicable"}
    assert Minutes.objects.get().state == "draft"


def test_two_sweeps_at_once_end_a_round_once(circulation, clock):
    clock(2026, 3, 20, 9)
    results = at_once(*(lambda: close_circulations(by=SYSTEM) for _number in range(3)))
    assert sorted(results) == [0, 0, 1]
    assert Event.objects.filter(kind="minutes.circulation_closed").count() == 1


def test_signed_by_two_at_once_there_is_one_number_and_one_paper(council, cast):
    minutes = save_minutes(make_held(council), text=TEXT, version=0, by=SYSTEM)
    results = at_once(
        *(
            lambda: issue_minutes(
                Minutes.objects.get(pk=minutes.pk), signer=cast.secretary, version=1, by=SYSTEM
            )
            for _number in range(2)
        )
    )
    assert sum(isinstance(each, Minutes) for each in results) == 1
    assert OfficialDocument.objects.filter(subject_uid=minutes.uid).count() == 1


def test_saving_and_issuing_at_once_do_not_wait_for_each_other_for_ever(council, cast):
    minutes = save_minutes(make_held(council), text=TEXT, version=0, by=SYSTEM)
    meeting = minutes.meeting
    for round_ in range(3):
        version = Minutes.objects.get(pk=minutes.pk).version
        saved, issued = at_once(
            lambda version=version, n=round_: save_minutes(
                meeting, text=f"{TEXT}{n}", version=version, by=SYSTEM
            ),
            lambda version=version: issue_minutes(
                Minutes.objects.get(pk=minutes.pk),
                signer=cast.secretary,
                version=version,
                by=SYSTEM,
            ),
        )
        assert isinstance(saved, Minutes) != isinstance(issued, Minutes)
        if isinstance(issued, Minutes):
            reopen_minutes(issued, reason="再试", by=SYSTEM)
