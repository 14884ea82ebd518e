"""What residents and those served say of a member's service in a post: 已完成 → 已评价."""

from __future__ import annotations

import threading
import uuid
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from members.exceptions import ClaimNotServed, DecidesOnOneself, NobodyToEvaluate
from members.models import ClaimEvaluation, PostClaim, ServiceRecord
from members.queries.cards import cards_of
from members.queries.evaluations import called_in_public, verdict_of_claim
from members.queries.facts import facts_of
from members.queries.statistics import Cut
from members.services import (
    close_post_evaluation,
    enter_claim_evaluations,
    evaluate_post,
    finish_claim,
    merge_members,
    open_post_evaluation,
    propose_claim,
    say_claim_asked,
    show_pledge,
    sign_pledge,
)
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import standing_link
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.evaluations.exceptions import MoreAnswersThanAsked
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import (
    make_claim,
    make_member,
    make_post_of,
    make_report_in,
    make_services,
)

pytestmark = pytest.mark.django_db

Q1 = Period.parse("2026Q1")


@pytest.fixture
def served(world, clock):
    """A post for two in which a has served; the claim stands."""
    clock(2026, 3, 5, 9)
    claim = make_claim(make_post_of(world.cast.community, wanted=2), world.a)
    serve(claim)
    return claim


def serve(claim, **values):
    """Enter certified service in a post."""
    values = {"content": "法律咨询", "date": date(2026, 3, 5), **values}
    (record,) = make_services(claim.post.community, [claim.member], **values)
    ServiceRecord.objects.filter(pk=record.pk).update(claim=claim)
    return record


def say(claim, grade="satisfied", **values):
    values = {"side": "served", "ballot": uuid.uuid4(), **values}
    return evaluate_post(claim.post, claim=claim, grade=grade, by=SYSTEM, **values)


def state_of(claim):
    return PostClaim.objects.get(pk=claim.pk).state


def events_of(claim):
    return list(Event.objects.filter(object_uid=claim.uid).values_list("kind", flat=True))


def test_what_is_done_is_evaluated_with_the_first_answer(served):
    finish_claim(served, by=SYSTEM)
    assert state_of(served) == "done"
    say(served)
    say(served, "mostly")
    assert state_of(served) == "evaluated"
    assert events_of(served).count("claim.evaluated") == 1
    assert verdict_of_claim(served).words == "满意1、基本满意1"


def test_an_answer_on_the_spot_ends_nothing_and_counts_once_it_is_done(served):
    say(served)
    assert state_of(served) == "accepted"
    finish_claim(served, by=SYSTEM)
    assert state_of(served) == "evaluated"


def test_nobody_need_answer(served):
    finish_claim(served, by=SYSTEM)
    say_claim_asked(served, asked=5, by=SYSTEM)
    verdict = verdict_of_claim(PostClaim.objects.get(pk=served.pk))
    assert (state_of(served), verdict.unanswered, verdict.rate) == ("done", 5, None)


def test_paper_is_counted_anew_and_may_be_taken_back(served):
    finish_claim(served, by=SYSTEM)
    enter_claim_evaluations(served, counts={("resident", "satisfied"): 12}, by=SYSTEM)
    enter_claim_evaluations(
        served, counts={("resident", "satisfied"): 9, ("served", "dissatisfied"): 1}, by=SYSTEM
    )
    verdict = verdict_of_claim(served)
    assert (verdict.answers, verdict.rate, state_of(served)) == (10, 0.9, "evaluated")
    enter_claim_evaluations(served, counts={("resident", "satisfied"): 0}, by=SYSTEM)
    assert (state_of(served), verdict_of_claim(served).answers) == ("done", 0)
    assert "claim.evaluation_cleared" in events_of(served)
    # What came in behind the link is no paper.
    say(served)
    enter_claim_evaluations(served, counts={("resident", "satisfied"): 0}, by=SYSTEM)
    assert state_of(served) == "evaluated"


def test_fewer_cannot_have_been_asked_than_answered(served):
    say(served)
    say(served)
    with pytest.raises(MoreAnswersThanAsked):
        say_claim_asked(served, asked=1, by=SYSTEM)
    say_claim_asked(served, asked=2, by=SYSTEM)
    with pytest.raises(MoreAnswersThanAsked):
        enter_claim_evaluations(served, counts={("resident", "mostly"): 1}, by=SYSTEM)
    assert verdict_of_claim(served).answers == 2


def test_one_form_sent_twice_is_one_answer(served):
    ballot = uuid.uuid4()
    say(served, "mostly", ballot=ballot)
    say(served, "satisfied", ballot=ballot)
    assert ClaimEvaluation.objects.get().grade == "mostly"


def test_what_was_not_served_is_not_evaluated(world, clock):
    clock(2026, 3, 5, 9)
    claim = make_claim(make_post_of(world.cast.community), world.a)
    with pytest.raises(NobodyToEvaluate):
        open_post_evaluation(claim.post, by=SYSTEM)
    with pytest.raises(NobodyToEvaluate):
        say(claim)
    with pytest.raises(ClaimNotServed):
        enter_claim_evaluations(claim, counts={("resident", "satisfied"): 1}, by=SYSTEM)
    # Service that was entered by mistake and taken back is none.
    record = serve(claim)
    ServiceRecord.objects.filter(pk=record.pk).update(state="withdrawn")
    with pytest.raises(NobodyToEvaluate):
        say(claim)
    assert not ClaimEvaluation.objects.exists()


def test_those_served_are_asked_of_late_and_paper_is_counted_later(served, clock):
    clock(2026, 7, 5, 9)
    with pytest.raises(NobodyToEvaluate):
        open_post_evaluation(served.post, by=SYSTEM)
    enter_claim_evaluations(served, counts={("resident", "satisfied"): 3}, by=SYSTEM)
    assert verdict_of_claim(served).answers == 3


def test_an_address_answers_about_its_own_post_alone(served, world):
    other = make_claim(make_post_of(world.cast.community, title="巡逻岗"), world.b)
    serve(other)
    with pytest.raises(NobodyToEvaluate):
        evaluate_post(
            served.post,
            claim=other,
            side="served",
            grade="satisfied",
            ballot=uuid.uuid4(),
            by=SYSTEM,
        )
    assert not ClaimEvaluation.objects.exists()


def test_nobody_enters_answers_about_oneself(served, world):
    own = actor_in(
        make_post(Role.COMMUNITY_WORKER, organization=world.cast.committee, person=world.a.person)
    )
    with pytest.raises(DecidesOnOneself):
        enter_claim_evaluations(served, counts={("resident", "satisfied"): 9}, by=own)
    with pytest.raises(DecidesOnOneself):
        say_claim_asked(served, asked=9, by=own)
    assert not ClaimEvaluation.objects.exists()


def test_the_address_stays_until_it_is_closed(served):
    first = open_post_evaluation(served.post, by=SYSTEM)
    assert open_post_evaluation(served.post, by=SYSTEM).pk == first.pk
    assert close_post_evaluation(served.post, by=SYSTEM) == 1
    assert standing_link(served.post, "service_post.evaluate") is None
    assert open_post_evaluation(served.post, by=SYSTEM).pk != first.pk


def test_residents_read_a_name_only_as_the_public_board_shows_it(served):
    assert called_in_public(served) == "1号岗在职党员"
    pledge = sign_pledge(served, text="每月一次", due_on=date(2026, 12, 31), by=SYSTEM)
    served.refresh_from_db()
    assert called_in_public(served) == "1号岗 安**"
    show_pledge(pledge, is_public=False, by=SYSTEM)
    assert called_in_public(PostClaim.objects.get(pk=served.pk)) == "1号岗在职党员"


def test_an_evaluated_claim_goes_on_counting_as_done(served, world):
    finish_claim(served, by=SYSTEM)
    say(served)
    facts = facts_of(world.a, world.cast.community, Q1)
    assert (facts.claims, facts.completed, facts.posts[0]["state"]) == (1, 1, "done")
    assert (facts.said.satisfied, facts.as_json()["said"]["satisfied"]) == (1, 1)
    # It keeps its place, and is not claimed again.
    with pytest.raises(ValidationError):
        propose_claim(served.post, member=world.a, by=SYSTEM)
    # A duplicate who serves in the same post gives way to what was done.
    twin = make_member(world.cast.unit, "安一")
    make_report_in(twin, world.cast.community)
    make_claim(served.post, twin, accepted=False)
    merge_members(world.a, twin, reason="重复", by=SYSTEM)
    assert list(
        PostClaim.objects.filter(member=world.a).order_by("pk").values_list("state", flat=True)
    ) == ["evaluated", "withdrawn"]


def test_answers_belong_to_the_period_in_which_they_were_given(served, world, clock):
    clock(2026, 4, 2, 9)
    say(served)
    assert facts_of(world.a, world.cast.community, Q1).said.answers == 0
    assert facts_of(world.a, world.cast.community, Period.parse("2026Q2")).said.answers == 1


def test_the_record_card_says_once_what_was_said_of_the_post(served, world, clock):
    clock(2026, 3, 8, 9)
    serve(served, date=date(2026, 3, 6), content="第二次")
    say(served)
    say(served, "mostly")
    cards = cards_of(Cut(actor_in(world.cast.secretary).scope, Q1))
    [card] = [each for each in cards if each.line.member == world.a]
    assert [card.evaluations.get(each.pk, "") for each in card.records] == [
        "",
        "",
        "",
        "满意1、基本满意1",
    ]


@pytest.mark.django_db(transaction=True)
def test_finishing_and_answering_at_once_never_lose_the_evaluation(world, clock):
    clock(2026, 3, 5, 9)
    claims = []
    for number in range(6):
        member = make_member(world.cast.unit, f"同时{number}")
        make_report_in(member, world.cast.community)
        claim = make_claim(make_post_of(world.cast.community, title=f"岗{number}"), member)
        serve(claim)
        claims.append(claim)

    def run(call, start):
        start.wait()
        try:
            call()
        finally:
            connection.close()

    for claim in claims:
        start = threading.Barrier(2)
        threads = [
            threading.Thread(target=run, args=(call, start))
            for call in (lambda c=claim: finish_claim(c, by=SYSTEM), lambda c=claim: say(c))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {state_of(claim) for claim in claims} == {"evaluated"}
