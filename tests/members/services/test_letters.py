"""Letters of recommendation: issued, used once, answered with a receipt, taken back."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from members.enums import LetterState
from members.exceptions import (
    LetterNotUsable,
    LetterNotValidLong,
    NotOnOwnRoster,
)
from members.models import RecommendationLetter, ReportIn
from members.models.letter import code_hash
from members.queries.letters import letter_with_code
from members.services import (
    confirm_report_in,
    end_member,
    issue_letter,
    issue_letters,
    pass_on_report_in,
    return_report_in,
    revoke_letter,
    submit_report_in,
    submit_with_letter,
    withdraw_report_in,
)
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import SignedLink
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from tests.factories.members import make_member


@pytest.mark.django_db
def test_a_letter_carries_number_term_snapshot_and_a_code_kept_sealed(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit, "安一", post="馆员")
    letter = issue_letter(member, unit=cast.unit, by=actor_in(cast.liaison))
    assert (letter.number, letter.issued_on, letter.valid_until) == (
        "组荐〔2026〕1号",
        date(2026, 3, 5),
        date(2026, 4, 4),
    )
    assert (letter.member_name, letter.unit_name, letter.post) == ("安一", "江湾区图书馆", "馆员")
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM members_recommendationletter")
        (sealed,) = cursor.fetchone()
    assert len(letter.code) == 8
    assert letter.code.encode() not in bytes(sealed)
    assert letter_with_code(f" {letter.code_shown.lower()} ") == letter
    assert SignedLink.objects.get().person == member.person
    second = issue_letter(make_member(cast.unit), unit=cast.unit, by=system)
    assert second.number == "组荐〔2026〕2号"


@pytest.mark.django_db
def test_validity_is_a_parameter_and_a_year_at_most(cast, clock, system):
    clock(2026, 3, 5, 9)
    set_parameter(cast.street, key="letter.valid_days", value=10, by=system)
    member = make_member(cast.unit)
    assert issue_letter(member, unit=cast.unit, by=system).valid_until == date(2026, 3, 15)
    for wrong in (date(2026, 3, 4), date(2027, 3, 7)):
        with pytest.raises(LetterNotValidLong):
            issue_letter(member, unit=cast.unit, valid_until=wrong, by=system)
    assert RecommendationLetter.objects.issued().count() == 1


@pytest.mark.django_db
def test_only_for_ones_own_people(cast, system):
    member = make_member(cast.second_unit)
    with pytest.raises(NotOnOwnRoster):
        issue_letter(member, unit=cast.unit, by=actor_in(cast.liaison))
    assert not RecommendationLetter.objects.exists()


@pytest.mark.django_db
def test_a_new_letter_takes_the_place_of_an_open_one_and_its_link(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit)
    first = issue_letter(member, unit=cast.unit, by=system)
    second = issue_letter(member, unit=cast.unit, by=system)
    clock(2026, 9, 5, 9)
    third = issue_letter(member, unit=cast.unit, by=system)
    states = RecommendationLetter.objects.order_by("pk").values_list("pk", "state")
    assert list(states) == [
        (first.pk, LetterState.REVOKED),
        (second.pk, LetterState.EXPIRED),
        (third.pk, LetterState.ISSUED),
    ]
    standing = SignedLink.objects.filter(revoked_at=None).values_list("target_uid", flat=True)
    assert list(standing) == [third.uid]


@pytest.mark.django_db
def test_a_whole_branch_leaves_those_with_an_open_letter(cast, system):
    a, b = make_member(cast.unit, "安一"), make_member(cast.unit, "白二")
    issue_letter(a, unit=cast.unit, by=system)
    done = issue_letters([a, b], unit=cast.unit, by=actor_in(cast.liaison))
    assert [letter.member_name for letter in done.issued] == ["白二"]
    assert done.left == ["安一：已有未用的推荐信"]


@pytest.mark.django_db
def test_a_whole_branch_leaves_who_waits_for_a_community(cast, system):
    a, b = make_member(cast.unit, "安一"), make_member(cast.unit, "白二")
    submit_report_in(a, community=cast.community, by=system)
    done = issue_letters([a, b], unit=cast.unit, by=actor_in(cast.liaison))
    assert [letter.member_name for letter in done.issued] == ["白二"]
    assert done.left == [f"安一：已提交报到，等{cast.community.name}确认"]


@pytest.mark.django_db
def test_reporting_in_uses_the_letter_and_confirming_sends_the_receipt(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit, "安一")
    letter = issue_letter(member, unit=cast.unit, by=system)
    report_in = submit_report_in(member, community=cast.community, letter=letter, by=system)
    letter.refresh_from_db()
    assert (letter.state, letter.report_in_id, letter.receipt_number) == ("used", report_in.pk, "")
    clock(2026, 3, 6, 9)
    confirm_report_in(report_in, by=actor_in(cast.secretary))
    letter.refresh_from_db()
    assert letter.receipt_number == "回执〔2026〕1号"
    assert letter.receipt_on == date(2026, 3, 6)
    notices = Notice.objects.filter(kind="letter.receipt", organization=cast.unit)
    assert notices.exists()
    assert not any("安一" in notice.title + notice.body for notice in notices)


@pytest.mark.django_db
def test_a_letter_not_named_is_used_all_the_same(cast, system):
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    report_in = submit_report_in(member, community=cast.community, by=system)
    letter.refresh_from_db()
    assert letter.report_in_id == report_in.pk


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["returned", "withdrawn"])
def test_what_came_to_nothing_frees_the_letter(cast, system, how):
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    report_in = submit_report_in(member, community=cast.community, by=system)
    if how == "returned":
        return_report_in(report_in, reason="不在本社区", by=actor_in(cast.secretary))
    else:
        withdraw_report_in(report_in, by=system)
    letter.refresh_from_db()
    assert (letter.state, letter.report_in_id) == ("issued", None)
    again = submit_report_in(member, community=cast.sibling, by=system)
    letter.refresh_from_db()
    assert letter.report_in_id == again.pk


@pytest.mark.django_db
def test_a_letter_goes_with_what_is_passed_on(cast, system):
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    report_in = submit_report_in(member, community=cast.community, by=system)
    passed = pass_on_report_in(
        report_in, community=cast.sibling, note="", by=actor_in(cast.secretary)
    )
    letter.refresh_from_db()
    assert letter.report_in_id == passed.pk


@pytest.mark.django_db
def test_the_desk_enters_from_the_letter_alone(cast, system):
    member = make_member(cast.unit, "安一", post="馆员", home_building="1幢")
    letter = issue_letter(member, unit=cast.unit, by=system)
    report_in = submit_with_letter(
        letter, community=cast.community, channel="paper", by=actor_in(cast.worker)
    )
    assert (report_in.stated_name, report_in.post, report_in.building, report_in.channel) == (
        "安一",
        "馆员",
        "1幢",
        "paper",
    )


@pytest.mark.django_db
def test_a_letter_past_its_time_or_of_somebody_else_is_refused(cast, clock, system):
    clock(2026, 3, 5, 9)
    member, other = make_member(cast.unit), make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    with pytest.raises(LetterNotUsable):
        submit_report_in(other, community=cast.community, letter=letter, by=system)
    clock(2026, 4, 5, 9)
    with pytest.raises(LetterNotUsable):
        submit_with_letter(letter, community=cast.community, channel="paper", by=system)
    assert not ReportIn.objects.exists()


@pytest.mark.django_db
def test_a_used_letter_is_not_taken_back(cast, system):
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    submit_report_in(member, community=cast.community, by=system)
    with pytest.raises(LetterNotUsable):
        revoke_letter(letter, reason="开错了", by=actor_in(cast.liaison))
    letter.refresh_from_db()
    assert letter.state == "used"


@pytest.mark.django_db
def test_taking_back_says_why_and_closes_the_link(cast, system):
    letter = issue_letter(make_member(cast.unit), unit=cast.unit, by=system)
    revoke_letter(letter, reason="开错了", by=actor_in(cast.liaison))
    assert (letter.state, letter.end_reason) == ("revoked", "开错了")
    assert not SignedLink.objects.filter(revoked_at=None).exists()
    assert Event.objects.filter(kind="letter.revoked", reason="开错了").exists()


@pytest.mark.django_db
def test_whoever_leaves_the_roster_leaves_without_a_letter(cast, system):
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    end_member(member, on=date(2026, 3, 5), reason="transferred", by=system)
    letter.refresh_from_db()
    assert letter.state == "revoked"


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_stands(cast, system):
    set_parameter(cast.street, key="report_in.max_communities", value=5, by=system)
    member = make_member(cast.unit)
    letter = issue_letter(member, unit=cast.unit, by=system)
    start = threading.Barrier(2)
    done: list[str] = []

    def use(community):
        try:
            start.wait()
            submit_with_letter(letter, community=community, channel="paper", by=system)
        except LetterNotUsable:
            done.append("refused")
        else:
            done.append("used")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=use, args=(each,)) for each in (cast.community, cast.sibling)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused", "used"]
    assert ReportIn.objects.count() == 1


@pytest.mark.django_db
def test_codes_are_found_by_their_hash_only(cast, system):
    letter = issue_letter(make_member(cast.unit), unit=cast.unit, by=system)
    assert letter.code_hash == code_hash(letter.code)
    assert letter_with_code("ABCD-2345") is None
