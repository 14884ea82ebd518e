"""Annual forms: compiled from the record, completed by the member, filed by the unit."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from members.enums import AnnualFormState, MemberEndReason
from members.exceptions import (
    AnnualFormAlreadyDecided,
    AnnualFormNotExplained,
    AnnualFormTooEarly,
    DecidesOnOneself,
    NotOnRosterHere,
)
from members.models import AnnualForm, ClaimEvaluation, PartyMember, PostClaim
from members.queries.year_records import FORM_DUTY, in_words, year_record
from members.services import (
    end_member,
    file_annual_forms,
    return_annual_form,
    sign_annual_form,
    start_annual_forms,
    withdraw_annual_form,
)
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period, now
from partybuild.documents.composition import Table
from partybuild.documents.registry import Issue, Style, kind_of
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.people.services import erase_person
from tests.factories.members import make_claim, make_post_of, make_report_in, make_services

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2026")


@pytest.fixture
def december(world, clock):
    """The end of the year."""
    clock(2026, 12, 7)
    return world


def _start(world, *members, period=YEAR):
    return start_annual_forms(
        unit=world.cast.unit,
        members=members,
        period=period,
        due_on=date(2026, 12, 21),
        by=actor_in(world.cast.liaison),
    )


def _sign(world, form, **values):
    values = {"account": "为楼道老人义务维修。", "conduct": "遵守居民公约。", **values}
    return sign_annual_form(form, by=actor_in(world.member_post), **values)


def _debt(form):
    return Obligation.objects.get(duty=FORM_DUTY, subject_uid=form.uid)


def test_a_started_form_is_owed_by_the_member_to_the_unit(december):
    [form] = _start(december, december.a)
    debt = _debt(form)
    assert (debt.bearer_person, debt.owed_to, debt.due_on) == (
        december.a.person,
        december.cast.unit,
        date(2026, 12, 21),
    )
    assert debt.title == "填写2026年进社区联系服务群众情况表"
    notice = Notice.objects.get(
        kind="annual_form.asked", person=december.a.person, channel="in_app"
    )
    assert notice.path == form.get_absolute_url()


def test_starting_twice_asks_once(december):
    _start(december, december.a)
    started = _start(december, december.a, december.b)
    assert [form.member for form in started] == [december.b]
    assert Obligation.objects.filter(duty=FORM_DUTY).count() == 2


def test_a_unit_asks_its_own_people_only(december):
    with pytest.raises(NotOnRosterHere), transaction.atomic():
        _start(december, december.a, december.c)
    assert not AnnualForm.objects.exists()


def test_no_form_of_a_year_that_has_not_begun(december):
    with pytest.raises(AnnualFormTooEarly):
        _start(december, december.a, period=Period.parse("2027"))


def test_the_record_of_a_year_names_every_community_and_counts_its_own(december, cast):
    make_report_in(december.d, cast.sibling, on=date(2026, 3, 1))
    make_services(cast.sibling, [december.d], date=date(2026, 3, 7))
    make_services(cast.sibling, [december.d], date=date(2026, 3, 8), certified=False)
    record = year_record(december.d, YEAR)
    assert [
        (place["community"], place["reported_on"], place["times"]) for place in record["places"]
    ] == [(cast.sibling.name, "2026-03-01", 1)]
    assert (record["times"], record["hours"], record["is_reported_in"]) == (1, "2.5", True)
    before = year_record(december.d, Period.parse("2025"))
    assert (before["places"], before["hours"], before["is_reported_in"]) == ([], "0", False)


def test_the_record_says_in_words_how_posts_stand(december, cast):
    post = make_post_of(cast.community, title="巡逻岗")
    make_claim(post, december.a)
    [place] = in_words(year_record(december.a, YEAR))["places"]
    assert place["posts"] == [{"title": "巡逻岗", "state": "已认领"}]


def test_signing_freezes_the_record_and_pays_the_debt(december, cast):
    [form] = _start(december, december.a)
    signed = _sign(december, form)
    make_services(cast.community, [december.a], date=date(2026, 12, 1))
    signed.refresh_from_db()
    assert (signed.state, signed.facts["times"], signed.facts["hours"]) == (
        AnnualFormState.SIGNED,
        2,
        "5.0",
    )
    assert _debt(form).state == "filed"
    assert year_record(december.a, YEAR)["times"] == 3


def test_whoever_did_nothing_says_why(december):
    [form] = _start(december, december.d)
    with pytest.raises(AnnualFormNotExplained):
        _sign(december, form, explanation="  ")
    assert AnnualForm.objects.get().state == AnnualFormState.OPEN
    _sign(december, form, explanation="全年外派。")
    assert AnnualForm.objects.get().explanation == "全年外派。"


def test_a_form_is_signed_once(december):
    [form] = _start(december, december.a)
    _sign(december, form)
    with pytest.raises(AnnualFormAlreadyDecided), transaction.atomic():
        _sign(december, form, account="另一份")
    assert AnnualForm.objects.get().account == "为楼道老人义务维修。"


def test_paper_handed_in_on_time_and_entered_late_was_in_time(december, clock):
    [form] = _start(december, december.a)
    clock(2026, 12, 25)
    sign_annual_form(
        form,
        account="维修",
        conduct="遵守",
        channel="paper",
        on=date(2026, 12, 18),
        by=actor_in(december.cast.liaison),
    )
    debt = _debt(form)
    assert (debt.paid_on, debt.is_late) == (date(2026, 12, 18), False)


def test_a_returned_form_is_owed_again_and_told_anew(december):
    [form] = _start(december, december.a)
    _sign(december, form)
    return_annual_form(form, reason="请补充微心愿", by=actor_in(december.cast.liaison))
    form.refresh_from_db()
    assert (form.state, form.facts, form.account) == (
        AnnualFormState.OPEN,
        {},
        "为楼道老人义务维修。",
    )
    assert _debt(form).state == "returned"
    told = Notice.objects.filter(
        kind="annual_form.asked", person=december.a.person, channel="in_app"
    )
    assert sorted(told.values_list("round", flat=True)) == [1, 2]
    _sign(december, form)
    return_annual_form(form, reason="再补充", by=actor_in(december.cast.liaison))
    assert told.count() == 3


def test_filing_gives_a_number_and_leaves_open_forms_alone(december):
    one, other = _start(december, december.a, december.b)
    _sign(december, one)
    filed = file_annual_forms([one, other], opinion="属实", by=actor_in(december.cast.liaison))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (filed, one.state, one.opinion, other.state) == (1, "filed", "属实", "open")
    assert one.number == "情况表〔2026〕1号"


def test_nobody_files_or_returns_their_own_form(december):
    [form] = _start(december, december.a)
    _sign(december, form)
    PartyMember.objects.filter(pk=december.a.pk).update(person=december.cast.liaison.person)
    form = AnnualForm.objects.select_related("member").get()
    for refused in (
        lambda: file_annual_forms([form], by=actor_in(december.cast.liaison)),
        lambda: return_annual_form(form, reason="x", by=actor_in(december.cast.liaison)),
    ):
        with pytest.raises(DecidesOnOneself), transaction.atomic():
            refused()
    assert file_annual_forms([form], by=actor_in(december.cast.unit_secretary)) == 1


def test_a_withdrawn_form_is_not_owed_and_may_be_asked_for_again(december):
    [form] = _start(december, december.a)
    withdraw_annual_form(form, reason="选错了人", by=actor_in(december.cast.liaison))
    assert _debt(form).state == "not_applicable"
    assert len(_start(december, december.a)) == 1


def test_who_leaves_the_roster_owes_no_form(december, system):
    [form] = _start(december, december.a)
    end_member(december.a, on=date(2026, 12, 8), reason=MemberEndReason.RETIRED, by=system)
    form.refresh_from_db()
    assert (form.state, _debt(form).state) == ("withdrawn", "not_applicable")


def test_erasing_keeps_figures_and_no_words(december, system):
    [form] = _start(december, december.a)
    _sign(december, form)
    erase_person(december.a.person, reason="本人要求", by=system)
    form.refresh_from_db()
    assert (form.member_name, form.account, form.facts["times"]) == ("已删除", "", 2)
    assert "清扫楼道" not in str(form.facts)


@pytest.mark.django_db(transaction=True)
def test_of_two_signing_at_once_one_does(december):
    import threading

    [form] = _start(december, december.a)
    gate, outcomes = threading.Barrier(2), []

    def sign(words):
        try:
            gate.wait(60)
            _sign(december, AnnualForm.objects.get(pk=form.pk), account=words)
            outcomes.append("signed")
        except AnnualFormAlreadyDecided:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(word,)) for word in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["refused", "signed"]


def test_the_paper_says_what_residents_said_of_the_year(december):
    [form] = _start(december, december.a)
    kind = kind_of("annual_form.sheet")

    def lines():
        [table] = [
            block
            for block in kind.compose(form, style=Style(), issue=Issue()).blocks
            if isinstance(block, Table)
        ]
        return next(row[1] for row in table.rows if row[0] == "认领和服务情况")

    assert "评价" not in lines()
    post = make_post_of(december.cast.community)
    claim = make_claim(post, december.a)
    for grade in ("satisfied", "satisfied", "mostly"):
        ClaimEvaluation.objects.create(
            claim=claim, side="resident", grade=grade, via="link", given_at=now()
        )
    PostClaim.objects.filter(pk=claim.pk).update(state="evaluated", ended_on=date(2026, 6, 1))
    assert "居民和服务对象评价（份）：满意2、基本满意1。" in lines()
    assert in_words(year_record(december.a, YEAR))["said"] == "满意2、基本满意1"
    # Signed before answers were counted.
    record = year_record(december.a, YEAR)
    for place in record["places"]:
        del place["said"]
    form.facts = record
    assert "评价" not in lines()
