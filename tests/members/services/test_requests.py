"""Asking a community for its opinion, and its answer from the record."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from members.exceptions import (
    AsksAboutOneself,
    DecidesOnOneself,
    NotReportedInThere,
    ReplyChangedMeanwhile,
    RequestAlreadyDecided,
    RequestAlreadyWaiting,
    RequestNotOfAUnit,
    UseAlreadyRecorded,
)
from members.models import FeedbackRequest, PartyMember
from members.queries.replies import RECEIVE_DUTY, REPLY_DUTY, reply_record
from members.services import (
    acknowledge_reply,
    answer_request,
    decline_request,
    draft_reply,
    end_report_in,
    record_reply_use,
    withdraw_request,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.people.services import erase_person
from tests.factories.members import make_reply, make_request, make_services

pytestmark = pytest.mark.django_db
SAID = {"conduct": "遵守公约。", "problems": "", "opinion": "同意推荐。"}


def _ask(world, **values):
    values = {"asker": world.cast.unit, "by": actor_in(world.cast.unit_secretary), **values}
    return make_request(world.a, world.cast.community, **values)


def _answer(world, asked, **values):
    values = {**SAID, "version": asked.version, "by": actor_in(world.cast.secretary), **values}
    return answer_request(asked, **values)


def _debt(duty, asked):
    return Obligation.objects.get(duty=duty, subject_uid=asked.uid)


def test_the_committee_owes_the_answer_and_no_list_of_debts_names_the_member(world):
    asked = _ask(world)
    debt = _debt(REPLY_DUTY, asked)
    assert (debt.bearer_organization, debt.owed_to, debt.due_on) == (
        asked.committee,
        world.cast.unit,
        date(2026, 3, 19),
    )
    told = Notice.objects.filter(subject_uid=asked.uid)
    assert told.exists()
    texts = [debt.title, *(f"{each.title}{each.body}" for each in told)]
    assert [text for text in texts if "安一" in text] == []


def test_only_communities_where_the_member_reported_in_are_asked(world, cast):
    with pytest.raises(NotReportedInThere):
        make_request(world.a, cast.sibling, asker=cast.unit)
    with pytest.raises(NotReportedInThere):
        make_request(world.d, cast.community, asker=cast.unit)


def test_a_report_in_that_ended_is_still_asked_about(world, cast, system):
    end_report_in(world.report_in, reason="moved", by=system)
    assert _ask(world).community == cast.community


def test_nobody_asks_about_themselves(world):
    PartyMember.objects.filter(pk=world.a.pk).update(person=world.cast.unit_secretary.person)
    world.a.refresh_from_db()
    with pytest.raises(AsksAboutOneself):
        _ask(world)


def test_one_question_waits_at_a_time(world):
    _ask(world)
    with pytest.raises(RequestAlreadyWaiting), transaction.atomic():
        _ask(world)
    assert FeedbackRequest.objects.count() == 1


def test_the_answer_freezes_the_record_of_each_year(world, cast):
    asked = _ask(world)
    _answer(world, asked)
    asked.refresh_from_db()
    make_services(cast.community, [world.a], date=date(2026, 3, 1))
    assert [(year["label"], year["times"], year["hours"]) for year in asked.facts["years"]] == [
        ("2024年", 0, "0"),
        ("2025年", 0, "0"),
        ("2026年", 2, "5.0"),
    ]
    assert reply_record(asked)["times"] == 3
    assert (asked.facts["times"], asked.facts["report_ins"][0]["reported_on"]) == (2, "2026-01-05")
    assert _debt(REPLY_DUTY, asked).state == "filed"
    assert asked.number == "答复〔2026〕1号"


def test_the_unit_owes_its_receipt_and_a_district_does_not(world, cast):
    asked = _answer(world, _ask(world))
    assert _debt(RECEIVE_DUTY, asked).bearer_organization == cast.unit
    acknowledge_reply(asked, by=actor_in(cast.unit_secretary))
    assert (_debt(RECEIVE_DUTY, asked).state, asked.state) == ("filed", "acknowledged")
    district = make_request(
        world.a, cast.community, asker=cast.district_committee, by=actor_in(cast.district_staff)
    )
    _answer(world, district)
    assert not Obligation.objects.filter(duty=RECEIVE_DUTY, subject_uid=district.uid).exists()
    with pytest.raises(RequestNotOfAUnit):
        acknowledge_reply(district, by=actor_in(cast.secretary))


def test_who_asked_or_is_asked_about_does_not_answer(world, cast):
    asked = _ask(world)
    FeedbackRequest.objects.filter(pk=asked.pk).update(asking_person=cast.secretary.person)
    asked.refresh_from_db()
    with pytest.raises(DecidesOnOneself):
        _answer(world, asked)
    FeedbackRequest.objects.filter(pk=asked.pk).update(asking_person=None)
    PartyMember.objects.filter(pk=world.a.pk).update(person=cast.secretary.person)
    asked = FeedbackRequest.objects.get()
    with pytest.raises(DecidesOnOneself):
        _answer(world, asked)
    with pytest.raises(DecidesOnOneself):
        decline_request(asked, reason="x", by=actor_in(cast.secretary))


def test_nobody_signs_over_what_a_colleague_wrote_meanwhile(world, cast):
    asked = _ask(world)
    seen = asked.version
    draft_reply(asked, **SAID, version=seen, by=actor_in(cast.worker))
    with pytest.raises(ReplyChangedMeanwhile):
        _answer(world, asked, version=seen, opinion="另一句")
    asked.refresh_from_db()
    assert (asked.state, asked.opinion) == ("asked", "同意推荐。")
    assert _answer(world, asked).state == "answered"


def test_withdrawn_or_declined_nothing_is_owed(world, cast):
    asked = _ask(world)
    withdraw_request(asked, reason="不需要了", by=actor_in(cast.unit_secretary))
    assert _debt(REPLY_DUTY, asked).state == "not_applicable"
    with pytest.raises(RequestAlreadyDecided):
        _answer(world, asked)
    other = _ask(world)
    decline_request(other, reason="已搬离", by=actor_in(cast.secretary))
    assert (other.state, _debt(REPLY_DUTY, other).state) == ("declined", "not_applicable")


def test_the_use_is_recorded_once_and_the_community_hears_it(world, cast):
    asked = make_reply(world.a, cast.community, asker=cast.unit)
    by = actor_in(cast.unit_secretary)
    record_reply_use(asked, use="inspection", on=date(2026, 3, 5), by=by)
    with pytest.raises(UseAlreadyRecorded):
        record_reply_use(asked, use="award", on=date(2026, 3, 5), by=by)
    assert FeedbackRequest.objects.get().use == "inspection"
    assert Notice.objects.filter(
        kind="feedback_request.used", organization=asked.committee
    ).exists()


def test_the_member_reads_the_answer_unless_the_place_keeps_it_quiet(world, cast, system):
    scope = actor_in(world.member_post).scope
    asked = _ask(world)
    assert not FeedbackRequest.objects.visible_to(scope).exists()
    _answer(world, asked)
    assert FeedbackRequest.objects.visible_to(scope).get() == asked
    assert Notice.objects.filter(kind="feedback_request.about_you").exists()
    Notice.objects.all().delete()
    set_parameter(cast.district, key="request.is_shown", value=False, by=system)
    quiet = make_reply(world.b, cast.community, asker=cast.unit)
    assert (quiet.is_shown, Notice.objects.filter(kind="feedback_request.about_you").count()) == (
        False,
        0,
    )


def test_the_liaison_and_other_units_do_not_see_it(world, cast):
    make_reply(world.a, cast.community, asker=cast.unit)
    seen = {
        name: FeedbackRequest.objects.visible_to(actor_in(getattr(cast, name)).scope).count()
        for name in ("unit_secretary", "liaison", "secretary", "outsider", "city_staff")
    }
    assert seen == {
        "unit_secretary": 1,
        "liaison": 0,
        "secretary": 1,
        "outsider": 0,
        "city_staff": 0,
    }


def test_erasing_leaves_that_somebody_was_asked_about(world, cast, system):
    asked = make_reply(world.a, cast.community, asker=cast.unit)
    erase_person(world.a.person, reason="本人要求", by=system)
    asked.refresh_from_db()
    assert (asked.member_name, asked.opinion, asked.facts, asked.state) == (
        "已删除",
        "已删除",
        {},
        "answered",
    )


@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_answered_at_once_one_of_them_holds(world, cast):
    asked = _ask(world)
    gate, outcomes = threading.Barrier(2), []

    def run(deed):
        row = FeedbackRequest.objects.get(pk=asked.pk)
        try:
            gate.wait(60)
            outcomes.append(str(deed(row).state))
        except (RequestAlreadyDecided, ReplyChangedMeanwhile):
            outcomes.append("refused")
        finally:
            connection.close()

    deeds = (
        lambda row: _answer(world, row),
        lambda row: withdraw_request(row, reason="不需要", by=actor_in(cast.unit_secretary)),
    )
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    asked.refresh_from_db()
    assert sorted(outcomes) == sorted(["refused", asked.state])
