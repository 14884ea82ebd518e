"""Feedback from compiling itself to use, objection and revision (machine 10)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from members.enums import FeedbackException, FeedbackState, Grade, ObjectionState
from members.exceptions import (
    AlreadyObjected,
    DecidesOnOneself,
    ExcellentOverCap,
    FeedbackAlreadyAcknowledged,
    FeedbackAlreadySigned,
    FeedbackNotAcknowledged,
    GradeNotOfThePlace,
    NothingPicked,
    ObjectionAlreadyReviewed,
    ObjectionStillOpen,
    PeriodNotOver,
    ReviewerSigned,
    SaidByThemselves,
    SameUseRecorded,
    TooLateToObject,
    VoicesMissing,
)
from members.models import (
    Employment,
    Feedback,
    FeedbackDelivery,
    FeedbackPart,
    FeedbackUse,
    Objection,
)
from members.queries.facts import Facts, facts_by_member, facts_of
from members.queries.feedback import Proposal, Rules, proposal, rules_of, share_places
from members.services import (
    acknowledge_delivery,
    acknowledge_feedback,
    compile_due_feedback,
    compile_feedback,
    evaluate_feedback,
    give_part,
    grade_feedbacks,
    raise_objection,
    record_use,
    reject_objection,
    sign_feedback,
    uphold_objection,
)
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Parameter
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in, make_services

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")


@pytest.fixture
def quarter(world, clock, system):
    """The second working day after a quarter, in a street that gives feedback each quarter."""
    Parameter.objects.create(area=world.cast.street, key="feedback.cycle", value="quarterly")
    clock(2026, 4, 2)
    return world


@pytest.fixture
def drafts(quarter, system):
    """The forms of a, b (first unit) and c (second unit), not yet signed."""
    compile_feedback(quarter.cast.community, Q1, by=system)
    return quarter


def form_of(member):
    return Feedback.objects.current().select_related("community", "unit").get(member=member)


def seen(*forms):
    return {form.uid: form.mark for form in forms}


def sign_all(world, by=None, forms=None):
    forms = Feedback.objects.drafts() if forms is None else forms
    return sign_feedback(
        community=world.cast.community,
        period=Q1,
        picked=seen(*forms),
        by=actor_in(by or world.cast.secretary),
    )


@pytest.fixture
def sent(drafts):
    """All three signed and sent."""
    assert len(sign_all(drafts).sent) == 3
    return drafts


@pytest.fixture
def received(sent):
    """The first unit has acknowledged its delivery."""
    acknowledge_delivery(
        FeedbackDelivery.objects.get(unit=sent.cast.unit), by=actor_in(sent.cast.liaison)
    )
    return sent


# -- the facts and what they propose


def test_facts_count_certified_records_of_the_period_here(world):
    make_services(world.cast.community, [world.a], certified=False)
    make_services(world.cast.community, [world.a], date=date(2025, 12, 30))
    facts = facts_of(world.a, world.cast.community, Q1)
    assert (facts.times, str(facts.hours), facts.claims) == (2, "5.0", 0)
    assert [each["content"] for each in facts.services] == ["清扫楼道", "义诊"]
    assert facts_of(world.a, world.cast.other_community, Q1).times == 0


def test_facts_of_many_take_as_many_queries_as_of_one(world, django_assert_num_queries):
    for members in ([world.a.pk], [world.a.pk, world.b.pk, world.c.pk]):
        with django_assert_num_queries(7):
            facts_by_member(members, world.cast.community, Q1)


RULES = Rules(
    scale=(Grade.EXCELLENT, Grade.QUALIFIED, Grade.BASIC, Grade.UNQUALIFIED),
    cap=Fraction(1, 3),
    times_a_year=4,
    excellent_times=2,
)


@pytest.mark.parametrize(
    ("times", "wanted", "grade", "exceptions"),
    [
        (0, 4, None, ["no_service"]),
        (0, 0, None, ["no_service"]),
        (3, 4, Grade.BASIC, ["few_times"]),
        (4, 4, Grade.QUALIFIED, []),
        (8, 4, Grade.QUALIFIED, []),
    ],
)
def test_the_facts_propose_a_grade(times, wanted, grade, exceptions):
    found = proposal(Facts(times=times), wanted, RULES, has_ended=False)
    assert (found.grade, found.exceptions) == (grade, exceptions)
    assert found.might_be_excellent is (times == 8)


def test_three_grades_propose_nothing_for_who_did_less():
    three = Rules((Grade.EXCELLENT, Grade.QUALIFIED, Grade.UNQUALIFIED), Fraction(1), 4, 2)
    assert proposal(Facts(times=1), 4, three, has_ended=False).grade is None


def test_a_missed_post_and_dissatisfied_residents_ask_to_be_looked_at():
    part = SimpleNamespace(is_given=True, part="masses", dissatisfied=2, grade="")
    facts = Facts(times=9, posts=[{"title": "巡逻", "state": "absent"}])
    found = proposal(facts, 4, RULES, has_ended=True, parts=[part])
    assert found.exceptions == [
        FeedbackException.MISSED_POSTS,
        FeedbackException.ENDED,
        FeedbackException.DISSATISFIED,
    ]
    assert not found.might_be_excellent


@pytest.mark.parametrize(("grade", "differs"), [("qualified", False), ("basic", True)])
def test_a_leader_who_says_otherwise_asks_to_be_looked_at(grade, differs):
    part = SimpleNamespace(is_given=True, part="leader", dissatisfied=None, grade=grade)
    found = proposal(Facts(times=5), 4, RULES, has_ended=False, parts=[part])
    assert (FeedbackException.PARTS_DIFFER in found.exceptions) is differs


@given(candidates=st.integers(0, 40), others=st.integers(0, 80), taken=st.integers(0, 10))
def test_nobody_is_chosen_among_more_than_there_are_places(candidates, others, taken):
    found = [Proposal(Grade.QUALIFIED, [], True) for _ in range(candidates)]
    found += [Proposal(Grade.QUALIFIED) for _ in range(others)]
    places = RULES.places_among(candidates + others) - taken
    share_places(found, places)
    excellent = [each for each in found if each.grade == Grade.EXCELLENT]
    assert len(excellent) in {0, candidates}
    assert len(excellent) <= max(places, 0)
    if not excellent:
        assert all("over_cap" in each.exceptions for each in found[:candidates])


def test_a_place_sets_its_grades_and_its_cap(cast, db):
    Parameter.objects.create(area=cast.street, key="eval.grades", value="good")
    Parameter.objects.create(area=cast.street, key="eval.excellent_cap", value="none")
    rules = rules_of(cast.community)
    assert [key for key, _label in rules.choices()] == ["excellent", "good", "fair", "unqualified"]
    assert (rules.usual, rules.below, rules.places_among(7)) == ("good", "fair", 7)


# -- compiling


def test_a_period_that_runs_is_not_compiled(world, clock, system):
    clock(2026, 3, 31, 23)
    with pytest.raises(PeriodNotOver):
        compile_feedback(world.cast.community, Q1, by=system)


def test_forms_compile_themselves_once(quarter, system):
    assert compile_due_feedback(on=date(2026, 4, 2), by=system) == 3
    assert compile_due_feedback(on=date(2026, 4, 2), by=system) == 0
    rows = {form.member_id: form for form in Feedback.objects.all()}
    assert set(rows) == {quarter.a.pk, quarter.b.pk, quarter.c.pk}
    a = rows[quarter.a.pk]
    assert (a.member_name, a.unit, a.period, a.state) == (
        "安一",
        quarter.cast.unit,
        "2026Q1",
        FeedbackState.DRAFT,
    )
    assert (a.facts["times"], a.facts["hours"], a.reported_on) == (2, "5.0", date(2026, 1, 5))
    # Twice what is asked, and one of three may be excellent.
    assert [rows[each.pk].proposed for each in (quarter.a, quarter.b, quarter.c)] == [
        Grade.EXCELLENT,
        Grade.QUALIFIED,
        Grade.QUALIFIED,
    ]


def test_a_yearly_place_compiles_nothing_after_a_quarter(world, clock, system):
    clock(2026, 4, 2)
    assert compile_due_feedback(on=date(2026, 4, 2), by=system) == 0
    make_services(world.cast.community, [world.a])
    clock(2027, 1, 5)
    compile_due_feedback(on=date(2027, 1, 5), by=system)
    assert set(Feedback.objects.values_list("period", flat=True)) == {"2026"}


def test_a_period_long_over_is_left_alone(quarter, system):
    assert compile_due_feedback(on=date(2026, 6, 15), by=system) == 0


def test_a_record_certified_later_brings_the_draft_up_to_date(drafts, system):
    make_services(drafts.cast.community, [drafts.b], date=date(2026, 3, 9))
    done = compile_feedback(drafts.cast.community, Q1, by=system)
    assert (done.begun, done.renewed) == (0, 2)
    # Two might be excellent now, one may: a person decides.
    a, b = form_of(drafts.a), form_of(drafts.b)
    assert (b.facts["times"], b.proposed, b.exceptions) == (2, Grade.QUALIFIED, ["over_cap"])
    assert (a.proposed, a.exceptions) == (Grade.QUALIFIED, ["over_cap"])


def test_a_draft_follows_the_member_to_the_unit_that_the_roster_now_says(quarter, system):
    cast = quarter.cast
    Parameter.objects.create(area=cast.street, key="feedback.parts", value=["leader"])
    compile_feedback(cast.community, Q1, by=system)
    # The roster is put right after the forms were begun: in March they worked at the other unit.
    Employment.objects.filter(member=quarter.a).update(valid_to=date(2026, 3, 1))
    Employment.objects.create(
        member=quarter.a,
        unit=cast.second_unit,
        state="confirmed",
        post="工程师",
        valid_from=date(2026, 3, 1),
    )
    assert compile_feedback(cast.community, Q1, by=system).renewed == 1
    assert compile_feedback(cast.community, Q1, by=system).renewed == 0
    form = form_of(quarter.a)
    assert (form.unit, form.unit_name, form.post) == (
        cast.second_unit,
        cast.second_unit.name,
        "工程师",
    )
    send = Obligation.objects.get(duty="feedback.send", subject_uid=quarter.a.uid)
    assert (send.state, send.owed_to, send.unit) == ("open", cast.second_unit, cast.second_unit)
    part = form.parts.get(part="leader")
    asked = Obligation.objects.filter(duty="feedback.comment", subject_uid=part.uid)
    assert set(asked.values_list("bearer_organization", "state")) == {
        (cast.unit.pk, "not_applicable"),
        (cast.second_unit.pk, "open"),
    }
    # What is signed stays with whom it was sent to.
    sign_all(quarter)
    Employment.objects.filter(member=quarter.a, unit=cast.second_unit).delete()
    Employment.objects.filter(member=quarter.a).update(valid_to=None)
    compile_feedback(cast.community, Q1, by=system)
    assert form_of(quarter.a).unit == cast.second_unit


def test_a_member_without_a_unit_has_no_form(quarter, system):
    alone = make_member(None, "独一")
    make_report_in(alone, quarter.cast.community)
    assert compile_feedback(quarter.cast.community, Q1, by=system).without_unit == 1
    assert not Feedback.objects.filter(member=alone).exists()


def test_compiling_owes_the_signature_and_the_parts_asked_for(drafts):
    owed = Obligation.objects.filter(duty__startswith="feedback.")
    assert sorted(owed.values_list("duty", flat=True)) == ["feedback.send"] * 3
    send = owed.filter(duty="feedback.send", subject_uid=drafts.a.uid).get()
    assert (send.bearer_organization, send.owed_to) == (drafts.cast.committee, drafts.cast.unit)
    assert send.due_on == date(2026, 4, 21)
    assert sorted(form_of(drafts.a).parts.values_list("part", flat=True)) == [
        "community",
        "masses",
        "self",
    ]


def test_a_place_asks_for_the_parts_it_wants(quarter, system):
    Parameter.objects.create(
        area=quarter.cast.street, key="feedback.parts", value=["leader", "organization"]
    )
    compile_feedback(quarter.cast.community, Q1, by=system)
    bearers = Obligation.objects.filter(duty="feedback.comment").values_list(
        "bearer_organization__name", flat=True
    )
    assert sorted(set(bearers)) == sorted(
        {quarter.cast.unit.name, quarter.cast.second_unit.name, quarter.cast.street_committee.name}
    )


# -- evaluating


def test_a_word_of_ones_own_is_offered_once_and_owed_by_nobody(drafts, system):
    asked = Notice.objects.filter(kind="feedback.self_asked", channel=Channel.IN_APP)
    assert set(asked.values_list("person", flat=True)) == {
        drafts.a.person_id,
        drafts.b.person_id,
        drafts.c.person_id,
    }
    number = asked.count()
    compile_feedback(drafts.cast.community, Q1, by=system)
    assert asked.count() == number
    assert not Obligation.objects.filter(bearer_person__isnull=False).exists()


def test_a_place_that_wants_no_word_of_ones_own_asks_nobody(quarter, system):
    Parameter.objects.create(area=quarter.cast.street, key="feedback.parts", value=["leader"])
    compile_feedback(quarter.cast.community, Q1, by=system)
    assert not Notice.objects.filter(kind="feedback.self_asked").exists()


def test_a_member_says_a_word_of_their_own(drafts):
    part = FeedbackPart.objects.get(feedback__member=drafts.a, part="self")
    give_part(part, text="参加义诊两次", by=actor_in(drafts.member_post))
    part.refresh_from_db()
    assert (part.text, part.is_given, part.channel) == ("参加义诊两次", True, "")


def test_what_a_member_wrote_is_not_written_over_by_proxy(drafts):
    part = FeedbackPart.objects.get(feedback__member=drafts.a, part="self")
    worker = actor_in(drafts.cast.worker)
    # Told by telephone, then told anew, then written by their own hand.
    give_part(part, text="参加义诊", channel="phone", by=worker)
    give_part(part, text="参加义诊两次", channel="phone", by=worker)
    seen = FeedbackPart.objects.get(pk=part.pk)
    give_part(part, text="参加义诊三次", by=actor_in(drafts.member_post))
    with pytest.raises(SaidByThemselves):
        give_part(seen, text="没有参加", channel="phone", by=worker)
    part.refresh_from_db()
    assert (part.text, part.channel) == ("参加义诊三次", "")


def test_residents_are_counted_and_the_unanswered_kept_apart(drafts):
    part = FeedbackPart.objects.get(feedback__member=drafts.b, part="masses")
    by = actor_in(drafts.cast.worker)
    with pytest.raises(VoicesMissing):
        give_part(part, satisfied=0, unanswered=9, by=by)
    give_part(part, satisfied=10, basically=2, dissatisfied=1, unanswered=7, by=by)
    part.refresh_from_db()
    assert (part.voices, part.unanswered) == (
        {"satisfied": 10, "mostly": 2, "dissatisfied": 1},
        7,
    )


def test_nobody_evaluates_what_is_about_themselves(drafts):
    own = make_post(Role.COMMUNITY_WORKER, drafts.cast.committee, person=drafts.a.person)
    with pytest.raises(DecidesOnOneself):
        evaluate_feedback(form_of(drafts.a), grade="excellent", by=actor_in(own))
    part = FeedbackPart.objects.get(feedback__member=drafts.a, part="masses")
    with pytest.raises(DecidesOnOneself):
        give_part(part, satisfied=3, by=actor_in(own))
    with pytest.raises(DecidesOnOneself):
        grade_feedbacks([form_of(drafts.a)], grade="excellent", by=actor_in(own))
    assert form_of(drafts.a).evaluated_at is None


def test_a_grade_that_the_place_does_not_use_is_refused(drafts):
    with pytest.raises(GradeNotOfThePlace):
        evaluate_feedback(form_of(drafts.a), grade="basic", by=actor_in(drafts.cast.worker))


def test_what_the_community_says_is_its_part(drafts):
    evaluate_feedback(
        form_of(drafts.a), grade="qualified", opinion="热心", by=actor_in(drafts.cast.worker)
    )
    part = FeedbackPart.objects.get(feedback__member=drafts.a, part="community")
    assert (part.grade, part.text, part.is_given) == ("qualified", "热心", True)


# -- signing


def test_one_signature_sends_one_delivery_to_each_unit(sent):
    deliveries = {each.unit: each for each in FeedbackDelivery.objects.all()}
    assert {unit: each.count for unit, each in deliveries.items()} == {
        sent.cast.unit: 2,
        sent.cast.second_unit: 1,
    }
    a = form_of(sent.a)
    assert (a.state, a.grade, a.signer, a.object_until) == (
        FeedbackState.SENT,
        Grade.EXCELLENT,
        sent.cast.secretary.person,
        date(2026, 4, 9),
    )
    assert "参加服务2次、共5小时" in a.opinion
    assert a.frozen_street == sent.cast.street
    assert not Obligation.objects.filter(duty="feedback.send").unpaid().exists()
    owed = Obligation.objects.filter(
        duty="feedback.acknowledge", bearer_organization=sent.cast.unit
    )
    assert [each.due_on for each in owed] == [date(2026, 4, 16)] * 2


def test_the_units_notice_says_how_many_and_nothing_of_what(sent):
    notice = Notice.objects.filter(kind="feedback.sent").first()
    told = Notice.objects.filter(kind="feedback.sent").values_list("title", "body")
    assert notice.link_action == "feedback.acknowledge"
    for title, body in told:
        for secret in ("安一", "白二", "陈三", "优秀", "合格"):
            assert secret not in title + body
    people = Notice.objects.filter(kind="feedback.told").values_list("person", flat=True)
    assert set(people) == {sent.a.person_id, sent.b.person_id, sent.c.person_id}


def test_nobody_signs_what_has_changed_since_they_saw_it(drafts):
    forms = list(Feedback.objects.drafts())
    make_services(drafts.cast.community, [drafts.c], date=date(2026, 3, 9))
    done = sign_all(drafts, forms=forms)
    left = {form.member_id for form in done.stale}
    assert drafts.c.pk in left
    assert form_of(drafts.c).state == FeedbackState.DRAFT
    assert form_of(drafts.b).state == FeedbackState.SENT


def test_an_exception_is_opened_before_it_is_signed(drafts, system):
    idle = make_member(drafts.cast.unit, "静五")
    make_report_in(idle, drafts.cast.community)
    compile_feedback(drafts.cast.community, Q1, by=system)
    done = sign_all(drafts)
    assert [form.member_id for form in done.unopened] == [idle.pk]
    assert len(done.sent) == 3
    evaluate_feedback(form_of(idle), grade="qualified", by=actor_in(drafts.cast.worker))
    assert len(sign_all(drafts).sent) == 1


def test_the_signers_own_form_waits_for_another_secretary(drafts):
    own = make_post(Role.COMMUNITY_SECRETARY, drafts.cast.committee, person=drafts.a.person)
    done = sign_all(drafts, by=own)
    assert [form.member_id for form in done.own] == [drafts.a.pk]
    assert form_of(drafts.a).state == FeedbackState.DRAFT
    assert len(sign_all(drafts).sent) == 1


def test_more_excellent_than_the_cap_sends_nothing(drafts):
    by = actor_in(drafts.cast.worker)
    grade_feedbacks([form_of(drafts.a), form_of(drafts.b)], grade="excellent", by=by)
    with pytest.raises(ExcellentOverCap) as refused:
        sign_all(drafts)
    assert refused.value.messages[0].startswith("优秀名额1个，现已评2个。请把其中1份")
    assert not Feedback.objects.sent().exists()
    Parameter.objects.create(area=drafts.cast.street, key="eval.excellent_cap", value="none")
    assert len(sign_all(drafts).sent) == 3


def test_a_signed_form_is_not_evaluated_again(sent):
    by = actor_in(sent.cast.worker)
    with pytest.raises(FeedbackAlreadySigned):
        evaluate_feedback(form_of(sent.a), grade="unqualified", by=by)
    part = FeedbackPart.objects.get(feedback__member=sent.a, part="masses")
    with pytest.raises(FeedbackAlreadySigned):
        give_part(part, satisfied=1, by=by)
    assert grade_feedbacks([form_of(sent.a)], grade="unqualified", by=by) == 0
    assert form_of(sent.a).grade == Grade.EXCELLENT


def test_nothing_picked_is_said(drafts):
    with pytest.raises(NothingPicked):
        sign_all(drafts, forms=[])


def test_a_signature_that_fails_leaves_nothing(drafts, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the ledger is away")

    monkeypatch.setattr("members.services.feedback_signing.pay_many", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        sign_all(drafts)
    assert Feedback.objects.drafts().count() == 3
    assert not FeedbackDelivery.objects.exists()
    assert not Notice.objects.filter(kind="feedback.sent").exists()


# -- receipt, use, answer


def test_one_receipt_covers_a_delivery(received):
    forms = Feedback.objects.filter(unit=received.cast.unit)
    assert {form.state for form in forms} == {FeedbackState.ACKNOWLEDGED}
    assert len({form.receipt_number for form in forms}) == 1
    assert forms[0].receipt_number == "回执〔2026〕1号"
    assert form_of(received.c).state == FeedbackState.SENT
    acknowledge_feedback([form_of(received.c)], by=actor_in(received.cast.liaison))
    assert form_of(received.c).receipt_number == "回执〔2026〕2号"


def test_what_a_receipt_pays_and_what_is_owed_then(received):
    unpaid = Obligation.objects.filter(duty="feedback.acknowledge").unpaid()
    assert [each.bearer_organization for each in unpaid] == [received.cast.second_unit]
    use = Obligation.objects.filter(duty="feedback.use")
    assert [each.bearer_organization for each in use] == [received.cast.unit] * 2


def test_forms_are_numbered_in_a_row(sent):
    numbers = Feedback.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"反馈〔2026〕{each}号" for each in (1, 2, 3)]


def test_a_receipt_is_given_once(received):
    with pytest.raises(FeedbackAlreadyAcknowledged):
        acknowledge_feedback([form_of(received.a)], by=actor_in(received.cast.liaison))


def test_a_receipt_by_proxy_says_how_it_came(sent):
    acknowledge_feedback([form_of(sent.a)], channel="phone", by=actor_in(sent.cast.worker))
    a = form_of(sent.a)
    assert (a.acknowledge_channel, a.state) == ("phone", FeedbackState.ACKNOWLEDGED)
    assert form_of(sent.b).state == FeedbackState.SENT


def test_use_is_recorded_for_many_at_once_and_answers_back(received):
    forms = list(Feedback.objects.filter(unit=received.cast.unit))
    by = actor_in(received.cast.unit_secretary)
    day = date(2026, 4, 2)
    assert record_use(forms, kind="review", used_on=day, answer="已在支部通报", by=by) == 2
    a = form_of(received.a)
    assert (a.state, a.answer) == (FeedbackState.USED, "已在支部通报")
    assert not Obligation.objects.filter(duty="feedback.use").unpaid().exists()
    with pytest.raises(SameUseRecorded):
        record_use(forms, kind="review", used_on=day, by=by)
    record_use([a], kind="award", used_on=day, by=by)
    assert FeedbackUse.objects.filter(feedback=a).count() == 2
    told = Notice.objects.filter(kind="feedback.answered", organization=received.cast.committee)
    assert told.values("subject_uid").distinct().count() == 1


def test_use_follows_receipt(sent):
    with pytest.raises(FeedbackNotAcknowledged):
        record_use(
            [form_of(sent.c)],
            kind="review",
            used_on=date(2026, 4, 2),
            by=actor_in(sent.cast.unit_secretary),
        )
    assert not FeedbackUse.objects.exists()


# -- objection and revision


def _object(world, text="漏记一次义诊"):
    return raise_objection(form_of(world.a), text=text, by=actor_in(world.member_post))


def test_an_objection_is_owed_to_somebody_who_did_not_sign(sent):
    objection = _object(sent)
    debt = Obligation.objects.get(duty="feedback.review")
    assert (debt.bearer_organization, debt.owed_to) == (sent.cast.street_committee, sent.cast.unit)
    assert debt.subject_uid == objection.uid
    with pytest.raises(AlreadyObjected):
        _object(sent)


def test_only_who_may_review_is_asked_to(sent):
    cast = sent.cast
    other = make_post(Role.COMMUNITY_SECRETARY, cast.committee)
    # A secretary who is spoken of on the form reviews it no more than its signer.
    itself = make_post(Role.COMMUNITY_SECRETARY, cast.committee, person=sent.a.person)
    objection = _object(sent)

    def told(kind):
        rows = Notice.objects.filter(kind=kind, subject_uid=objection.uid, channel="in_app")
        return set(rows.values_list("person", flat=True))

    assert told("feedback.objected") == {other.person_id, cast.street_staff.person_id}
    assert told("feedback.objection_noted") == {cast.secretary.person_id, cast.worker.person_id}
    assert itself.person_id == sent.a.person_id


def test_an_objection_has_a_term(sent, clock):
    clock(2026, 4, 10)
    with pytest.raises(TooLateToObject):
        _object(sent)
    clock(2026, 4, 9, 23)
    assert _object(sent).is_open


def test_the_signer_does_not_review(sent):
    objection = _object(sent)
    with pytest.raises(ReviewerSigned):
        reject_objection(objection, review="维持", by=actor_in(sent.cast.secretary))
    again = make_post(Role.COMMITTEE, sent.cast.street_committee, person=sent.cast.secretary.person)
    with pytest.raises(ReviewerSigned):
        reject_objection(objection, review="维持", by=actor_in(again))
    objection.refresh_from_db()
    assert objection.is_open


def test_what_is_under_review_is_not_used(received):
    objection = _object(received)
    by = actor_in(received.cast.unit_secretary)
    with pytest.raises(ObjectionStillOpen):
        record_use([form_of(received.a)], kind="award", used_on=date(2026, 4, 2), by=by)
    reject_objection(objection, review="记录属实", by=actor_in(received.cast.street_staff))
    assert record_use([form_of(received.a)], kind="award", used_on=date(2026, 4, 2), by=by) == 1
    told = Notice.objects.filter(kind="feedback.reviewed").values_list("person", flat=True)
    assert set(told) == {received.a.person_id}


def test_a_revised_version_keeps_the_old(received):
    objection = _object(received)
    make_services(received.cast.community, [received.a], date=date(2026, 3, 20), content="义诊二")
    old = form_of(received.a)
    revised = uphold_objection(
        objection,
        review="确有漏记",
        grade="excellent",
        opinion="补记一次",
        by=actor_in(received.cast.street_staff),
    )
    old.refresh_from_db()
    assert (old.state, old.version, old.facts["times"]) == (FeedbackState.REPLACED, 1, 2)
    assert revised.number == old.number != ""
    assert (revised.state, revised.version, revised.replaces, revised.facts["times"]) == (
        FeedbackState.SENT,
        2,
        old,
        3,
    )
    assert revised.parts.count() == old.parts.count() == 3
    assert revised.delivery.is_revision
    debts = {
        (each.duty, each.subject_uid): each.state
        for each in Obligation.objects.filter(subject_uid__in=(old.uid, revised.uid))
    }
    assert debts == {
        ("feedback.acknowledge", old.uid): ObligationState.FILED,
        ("feedback.use", old.uid): ObligationState.NOT_APPLICABLE,
        ("feedback.acknowledge", revised.uid): ObligationState.OPEN,
    }
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    with pytest.raises(ObjectionAlreadyReviewed):
        reject_objection(objection, review="维持", by=actor_in(received.cast.other_street_staff))


def test_what_a_form_wrote_by_itself_is_written_anew_in_its_revision(received):
    objection = _object(received)
    make_services(received.cast.community, [received.a], date=date(2026, 3, 20), content="义诊二")
    old = form_of(received.a)
    assert "参加服务2次" in old.opinion
    revised = uphold_objection(
        objection,
        review="确有漏记",
        grade=old.grade,
        opinion=old.opinion,
        by=actor_in(received.cast.street_staff),
    )
    assert "参加服务3次" in revised.opinion
    assert [part.text for part in revised.parts.filter(part="community")] == [revised.opinion]
    old.refresh_from_db()
    assert "参加服务2次" in old.opinion


def test_a_revision_keeps_to_the_cap(sent):
    objection = raise_objection(
        form_of(sent.b), text="应为优秀", by=actor_in(sent.cast.worker), channel="phone"
    )
    with pytest.raises(ExcellentOverCap), transaction.atomic():
        uphold_objection(
            objection,
            review="同意",
            grade="excellent",
            opinion="优秀",
            by=actor_in(sent.cast.street_staff),
        )
    assert form_of(sent.b).version == 1
    objection.refresh_from_db()
    assert objection.is_open


def test_each_step_is_told(received):
    objection = _object(received)
    reject_objection(objection, review="属实", by=actor_in(received.cast.street_staff))
    kinds = set(
        Event.objects.filter(object_uid=form_of(received.a).uid).values_list("kind", flat=True)
    )
    assert {
        "feedback.sent",
        "feedback.acknowledged",
        "feedback.objected",
        "feedback.reviewed",
    } <= kinds


@pytest.mark.django_db(transaction=True)
def test_of_two_signing_at_once_each_form_is_sent_once(drafts):
    forms = list(Feedback.objects.drafts())
    other = make_post(Role.COMMUNITY_SECRETARY, drafts.cast.committee)
    barrier = Barrier(2)
    found = []

    def sign(post):
        try:
            barrier.wait(60)
            found.append(len(sign_all(drafts, by=post, forms=forms).sent))
        finally:
            connections.close_all()

    threads = [Thread(target=sign, args=(post,)) for post in (drafts.cast.secretary, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == [0, 3]
    assert FeedbackDelivery.objects.count() == 2
    assert Objection.objects.count() == 0


def _queries(act):
    with CaptureQueriesContext(connection) as queries:
        result = act()
    return len(queries), result


def test_a_list_of_many_costs_what_a_list_of_few_costs(quarter, system):
    """Signed, acknowledged and used: the queries do not grow with the list, each form has its own events."""
    community, secretary = quarter.cast.community, actor_in(quarter.cast.unit_secretary)

    def one_round(number):
        for _each in range(number):
            make_report_in(make_member(quarter.cast.unit), community, on=date(2026, 1, 10))
        compile_feedback(community, Q1, by=system)
        forms = list(Feedback.objects.drafts().filter(unit=quarter.cast.unit))
        for form in forms:
            evaluate_feedback(form, grade=Grade.QUALIFIED, by=system)
        forms = list(Feedback.objects.drafts().filter(unit=quarter.cast.unit))
        signing, done = _queries(lambda: sign_all(quarter, forms=forms))
        [delivery] = done.deliveries
        assert delivery.count == len(done.sent) == len(forms)
        receiving, _number = _queries(lambda: acknowledge_delivery(delivery, by=secretary))
        using, used = _queries(
            lambda: record_use(done.sent, kind="review", used_on=date(2026, 4, 2), by=secretary)
        )
        assert used == len(forms)
        return len(forms), (signing, receiving, using)

    # What the first press alone asks for is asked for.
    one_round(2)
    few, cost_of_few = one_round(4)
    many, cost_of_many = one_round(12)
    assert many == 3 * few
    assert cost_of_many == cost_of_few
    for kind in ("feedback.sent", "feedback.acknowledged", "feedback.used"):
        told = Event.objects.filter(kind=kind).values_list("object_uid", flat=True)
        assert sorted(told) == sorted(
            Feedback.objects.filter(unit=quarter.cast.unit, state=FeedbackState.USED).values_list(
                "uid", flat=True
            )
        )
    duties = ("feedback.send", "feedback.acknowledge", "feedback.use")
    paid = Obligation.objects.filter(duty__in=duties, unit=quarter.cast.unit)
    assert set(paid.values_list("state", flat=True)) == {ObligationState.FILED}
    assert Event.objects.filter(
        kind="obligation.paid", object_uid__in=paid.values("uid")
    ).count() == (paid.count())
