"""Passing on, moving, renewing, and what is owed about reporting in."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from members.enums import MemberCategory, MemberEndReason, MemberState
from members.exceptions import (
    AlreadyRenewed,
    AlreadyReportedIn,
    DecidesOnOneself,
    MoveAlreadyWaits,
    NoRenewalHere,
    ReportInAlreadyDecided,
    SameCommunity,
    TooManyCommunities,
)
from members.models import Employment, MemberPlace, PartyMember, Renewal, ReportIn
from members.queries.report_ins import (
    exempted,
    moving_from,
    renewal_due,
    said_to_have_left,
    unreported,
)
from members.services import (
    confirm_report_in,
    end_member,
    end_report_in,
    move_report_in,
    pass_on_report_in,
    place_report_in,
    renew_report_in,
    return_report_in,
    submit_at_desk,
    submit_report_in,
    withdraw_report_in,
)
from members.services.letters import issue_letter
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.approvals.services import decide_approval, request_approval
from partybuild.areas.services import set_parameter
from partybuild.calendar import add_working_days
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.chase import chase_lines
from partybuild.obligations.services import exempt, open_duties
from partybuild.organizations.models import Organization
from tests.factories.core import id_number, make_post
from tests.factories.members import make_member, make_report_in


def _debts(duty):
    return list(
        Obligation.objects.filter(duty=duty).order_by("pk").values_list("state", "due_on", "period")
    )


def _debts_about(report_in):
    rows = Obligation.objects.filter(subject_uid=report_in.uid, duty="report_in.renew")
    return list(rows.order_by("due_on").values_list("period", "state", "paid_on"))


@pytest.mark.django_db
def test_passing_on_asks_the_right_community_without_a_second_form(cast, system):
    member = make_member(cast.unit, post="馆员")
    report_in = submit_report_in(
        member, community=cast.community, building="1幢", skills="法律", by=system
    )
    passed = pass_on_report_in(
        report_in, community=cast.sibling, note="住在新桥", by=actor_in(cast.secretary)
    )
    report_in.refresh_from_db()
    assert (report_in.state, report_in.return_reason) == ("passed_on", "住在新桥")
    assert (passed.state, passed.community, passed.building, passed.skills) == (
        "submitted",
        cast.sibling,
        "1幢",
        "法律",
    )
    assert passed.passed_from == report_in
    assert Notice.objects.filter(kind="report_in.passed_on", person=member.person).exists()


@pytest.mark.django_db
def test_passing_on_is_decided_once_and_never_to_oneself(cast, system):
    report_in = submit_report_in(make_member(cast.unit), community=cast.community, by=system)
    by = actor_in(cast.secretary)
    with pytest.raises(SameCommunity):
        pass_on_report_in(report_in, community=cast.community, note="", by=by)
    confirm_report_in(report_in, by=by)
    with pytest.raises(ReportInAlreadyDecided):
        pass_on_report_in(report_in, community=cast.sibling, note="", by=by)
    assert ReportIn.objects.count() == 1


@pytest.mark.django_db
def test_passing_on_to_where_one_waits_already_writes_nothing(cast, system):
    set_parameter(cast.street, key="report_in.max_communities", value=2, by=system)
    member = make_member(cast.unit)
    report_in = submit_report_in(member, community=cast.community, by=system)
    submit_report_in(member, community=cast.sibling, by=system)
    with pytest.raises(AlreadyReportedIn):
        pass_on_report_in(report_in, community=cast.sibling, note="", by=actor_in(cast.secretary))
    report_in.refresh_from_db()
    assert report_in.state == "submitted"


@pytest.mark.django_db
def test_a_move_keeps_the_old_place_until_the_new_community_confirms(cast, system):
    member = make_member(cast.unit)
    old = make_report_in(member, cast.community)
    new = move_report_in(old, community=cast.sibling, building="2幢", by=system)
    old.refresh_from_db()
    assert (old.state, new.state, moving_from(old)) == ("confirmed", "submitted", new)
    places = MemberPlace.objects.filter(member=member, side="community")
    assert list(places.values_list("community", flat=True)) == [cast.community.pk]
    confirm_report_in(new, by=system)
    old.refresh_from_db()
    assert (old.state, old.end_reason, old.end_note) == (
        "ended",
        "moved",
        f"已转到{cast.sibling.name}",
    )
    assert list(places.values_list("community", flat=True)) == [cast.sibling.pk]
    told = Notice.objects.filter(kind="report_in.left", channel="in_app")
    assert set(told.values_list("organization", flat=True)) == {cast.committee.pk}
    assert f"已转到{cast.sibling.name}" in told[0].body


@pytest.mark.django_db
def test_a_community_that_ends_a_report_in_tells_itself_nothing(cast):
    report_in = make_report_in(make_member(cast.unit), cast.community)
    end_report_in(report_in, reason="retired", by=actor_in(cast.secretary))
    assert not Notice.objects.filter(kind="report_in.left").exists()


@pytest.mark.django_db
def test_a_move_takes_one_place_and_there_is_one_at_a_time(cast, system):
    member = make_member(cast.unit)
    old = make_report_in(member, cast.community)
    move_report_in(old, community=cast.sibling, by=system)
    with pytest.raises(MoveAlreadyWaits):
        move_report_in(old, community=cast.other_community, by=system)
    with pytest.raises(TooManyCommunities):
        submit_report_in(member, community=cast.other_community, by=system)
    with pytest.raises(SameCommunity):
        move_report_in(old, community=cast.community, by=system)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["returned", "withdrawn"])
def test_a_move_that_comes_to_nothing_leaves_the_old_place(cast, system, how):
    old = make_report_in(make_member(cast.unit), cast.community)
    new = move_report_in(old, community=cast.sibling, by=system)
    if how == "returned":
        return_report_in(new, reason="不住这里", by=system)
    else:
        withdraw_report_in(new, by=system)
    old.refresh_from_db()
    assert (old.state, moving_from(old)) == ("confirmed", None)
    move_report_in(old, community=cast.sibling, by=system)


@pytest.mark.django_db
def test_renewal_follows_the_parameter_and_is_owed_by_the_person(cast, clock, system):
    clock(2025, 11, 5, 9)
    member = make_member(cast.unit)
    report_in = make_report_in(member, cast.community, on=date(2025, 11, 5))
    assert renewal_due(report_in, date(2025, 12, 1)) is None
    clock(2026, 3, 5, 9)
    open_duties(on=date(2026, 3, 5), by=system)
    open_duties(on=date(2026, 3, 5), by=system)
    assert _debts("report_in.renew") == [("open", date(2026, 12, 31), "2026")]
    debt = Obligation.objects.get(duty="report_in.renew")
    assert (debt.bearer_person, debt.owed_to, debt.unit) == (
        member.person,
        cast.committee,
        cast.unit,
    )
    renewal = renew_report_in(report_in, phone="13912345678", by=system)
    assert (renewal.period, renewal.renewed_on) == ("2026", date(2026, 3, 5))
    member.person.refresh_from_db()
    assert member.person.phone == "13912345678"
    assert _debts("report_in.renew") == [("filed", date(2026, 12, 31), "2026")]
    with pytest.raises(AlreadyRenewed):
        renew_report_in(report_in, by=system)
    assert renewal_due(report_in, date(2026, 6, 1)) is None
    assert str(renewal_due(report_in, date(2027, 1, 1))) == "2027"


@pytest.mark.django_db
def test_half_yearly_or_not_at_all(cast, clock, system):
    clock(2026, 3, 5, 9)
    report_in = make_report_in(make_member(cast.unit), cast.community, on=date(2025, 3, 1))
    set_parameter(cast.street, key="report_in.renewal", value="half_yearly", by=system)
    open_duties(on=date(2026, 3, 5), by=system)
    assert _debts("report_in.renew") == [("open", date(2026, 6, 30), "2026H1")]
    set_parameter(cast.street, key="report_in.renewal", value="off", by=system)
    with pytest.raises(NoRenewalHere):
        renew_report_in(report_in, by=system)


@pytest.mark.django_db
def test_ending_lets_the_renewal_go(cast, clock, system):
    clock(2026, 3, 5, 9)
    report_in = make_report_in(make_member(cast.unit), cast.community, on=date(2025, 3, 1))
    open_duties(on=date(2026, 3, 5), by=system)
    end_report_in(report_in, reason="moved", by=system)
    assert _debts("report_in.renew") == [("not_applicable", date(2026, 12, 31), "2026")]
    with pytest.raises(ReportInAlreadyDecided):
        renew_report_in(report_in, by=system)


@pytest.mark.django_db(transaction=True)
def test_of_two_renewals_at_once_one_stands(cast, clock, system):
    clock(2026, 3, 5, 9)
    report_in = make_report_in(make_member(cast.unit), cast.community, on=date(2025, 3, 1))
    start, done = threading.Barrier(2), []

    def renew():
        try:
            start.wait()
            renew_report_in(report_in, by=system)
        except AlreadyRenewed:
            done.append("refused")
        else:
            done.append("renewed")
        finally:
            connection.close()

    threads = [threading.Thread(target=renew) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["refused", "renewed"]
    assert Renewal.objects.count() == 1


@pytest.mark.django_db
def test_the_first_report_in_is_owed_to_the_unit_and_paid_by_submitting(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit)
    make_member(cast.unit, category=MemberCategory.RETIRED)
    open_duties(on=date(2026, 3, 5), by=system)
    clock(2026, 3, 20, 9)
    open_duties(on=date(2026, 3, 20), by=system)
    assert _debts("report_in.first") == [("open", date(2026, 4, 4), "")]
    debt = Obligation.objects.get(duty="report_in.first")
    assert (debt.bearer_person, debt.owed_to) == (member.person, cast.unit)
    report_in = submit_report_in(member, community=cast.community, by=system)
    assert _debts("report_in.first") == [("filed", date(2026, 4, 4), "")]
    return_report_in(report_in, reason="不在本社区", by=actor_in(cast.secretary))
    assert _debts("report_in.first") == [("open", date(2026, 4, 4), "")]


@pytest.mark.django_db
def test_no_first_deadline_where_the_place_sets_none_and_none_for_who_has_left(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit)
    open_duties(on=date(2026, 3, 5), by=system)
    end_member(member, on=date(2026, 3, 6), reason="transferred", by=system)
    assert [state for state, _due, _period in _debts("report_in.first")] == ["not_applicable"]
    set_parameter(cast.street, key="report_in.first_deadline", value=0, by=system)
    make_member(cast.unit)
    open_duties(on=date(2026, 3, 7), by=system)
    assert len(_debts("report_in.first")) == 1


@pytest.mark.django_db
def test_the_community_owes_an_answer_that_names_nobody(cast, clock, system):
    clock(2026, 3, 5, 9)
    member = make_member(cast.unit, "安一")
    report_in = submit_report_in(member, community=cast.community, by=system)
    debt = Obligation.objects.get(duty="report_in.decide")
    assert (debt.bearer_organization, debt.due_on) == (
        cast.committee,
        add_working_days(date(2026, 3, 5), 5),
    )
    assert debt.title == f"确认{cast.unit.called}1名党员的报到"
    confirm_report_in(report_in, by=actor_in(cast.secretary))
    debt.refresh_from_db()
    assert debt.state == "filed"


@pytest.mark.django_db
def test_who_has_not_reported_in_stands_in_the_order_of_the_roster(cast, clock, system):
    clock(2026, 3, 5, 9)
    first, second = make_member(cast.unit, "白二", sort=2), make_member(cast.unit, "安一", sort=1)
    make_member(cast.unit, "卓三", category=MemberCategory.RETIRED)
    make_member(cast.second_unit, "外人")
    make_report_in(make_member(cast.unit, "已报"), cast.community)
    # The one who has waited longest does not stand first.
    assert [job.member for job in unreported(cast.unit.pk)] == [second, first]
    open_duties(on=date(2026, 3, 5), by=system)
    debt = Obligation.objects.get(duty="report_in.first", bearer_person=second.person)
    exempt(debt, reason="外派一年", by=system)
    assert [job.member for job in unreported(cast.unit.pk)] == [first]
    assert [job.member for job in exempted(cast.unit.pk)] == [second]
    # Nor does the sweep ask again.
    open_duties(on=date(2026, 3, 6), by=system)
    assert Obligation.objects.filter(bearer_person=second.person).count() == 1


@pytest.mark.django_db
def test_a_neighbor_without_a_unit_enters_a_register_at_the_desk(cast, system):
    submit_at_desk(
        community=cast.community,
        id_number=id_number(9, born="19550505"),
        name="贺老",
        channel="in_person",
        category=MemberCategory.RETIRED,
        by=actor_in(cast.worker),
    )
    confirm_report_in(ReportIn.objects.get(), by=actor_in(cast.secretary))
    member = PartyMember.objects.get()
    assert (member.category, member.state) == (MemberCategory.RETIRED, MemberState.ACTIVE)
    assert MemberPlace.objects.get().community == cast.community


@pytest.mark.django_db
def test_placing_says_grid_and_team(cast, system):
    from members.models import Team

    report_in = make_report_in(make_member(cast.unit), cast.community)
    team = Team.objects.create(
        community=cast.community, name="巡逻队", kind="safety", valid_from=date(2026, 1, 1)
    )
    place_report_in(report_in, grid=None, team=team, by=actor_in(cast.worker))
    assert report_in.team == team
    end_report_in(report_in, reason="moved", by=system)
    with pytest.raises(ReportInAlreadyDecided):
        place_report_in(report_in, grid=None, team=None, by=system)


@pytest.mark.django_db
def test_nobody_passes_on_themselves(cast, system):
    member = make_member()
    PartyMember.objects.filter(pk=member.pk).update(person=cast.secretary.person)
    report_in = submit_report_in(
        PartyMember.objects.get(pk=member.pk), community=cast.community, by=system
    )
    with pytest.raises(DecidesOnOneself):
        pass_on_report_in(report_in, community=cast.sibling, note="", by=actor_in(cast.secretary))


@pytest.mark.django_db
def test_list_says_whose_exemption_waits(cast, clock, system, client_of):
    clock(2026, 3, 5, 9)
    asked, other = make_member(cast.unit, "外派人"), make_member(cast.unit, "在家人")
    open_duties(on=date(2026, 3, 5), by=system)
    debt = Obligation.objects.get(duty="report_in.first", bearer_person=asked.person)
    clock(2026, 3, 6, 9)
    approval = request_approval(
        "obligation.exempt",
        target=debt,
        payload={},
        reason="外派一年",
        by=actor_in(cast.unit_secretary),
    )

    # The liaison did not ask, and calls the same people.
    def seen():
        rows = client_of(cast.liaison).get("/members/unreported/").context["rows"]
        return {row["job"].member: row["exemption_asked_on"] for row in rows}

    assert seen() == {asked: date(2026, 3, 6), other: None}
    page = client_of(cast.liaison).get("/members/unreported/").content.decode()
    assert page.count("豁免待批，2026年3月6日申请") == 1
    assert "外派一年" not in page
    decide_approval(approval, approve=False, opinion="请先报到", by=actor_in(cast.street_staff))
    assert seen() == {asked: None, other: None}


@pytest.mark.django_db
def test_whom_a_community_let_go_as_transferred_owes_no_first_report_in(
    cast, clock, system, client_of
):
    clock(2026, 3, 5)
    member = make_member(cast.unit, "调走人")
    stays = make_member(cast.unit, "搬家人")
    for each, reason in ((member, "transferred"), (stays, "moved")):
        end_report_in(make_report_in(each, cast.community), reason=reason, by=system)
    open_duties(on=date(2026, 3, 5), by=system)
    owed = Obligation.objects.filter(duty="report_in.first")
    assert [debt.bearer_person for debt in owed] == [stays.person]
    assert [job.member for job in unreported(cast.unit.pk)] == [stays]
    assert [job.member for job in said_to_have_left(cast.unit.pk)] == [member]
    told = Notice.objects.filter(kind="report_in.ended", subject_uid__isnull=False)
    assert sorted({"花名册" in notice.body for notice in told}) == [False, True]
    liaison = client_of(cast.liaison)
    lines = [line.title for line in liaison.get("/").context["waiting"]]
    assert "核对1名党员是否仍在本单位" in lines
    page = liaison.get("/members/unreported/")
    assert [(row["job"].member, row["reason"]) for row in page.context["gone"]] == [
        (member, "调离")
    ]


@pytest.mark.django_db
def test_who_turns_out_to_be_still_there_gets_a_letter_and_owes_again(cast, clock, system):
    clock(2026, 3, 5)
    member = make_member(cast.unit, "还在")
    end_report_in(make_report_in(member, cast.community), reason="transferred", by=system)
    clock(2026, 3, 6)
    issue_letter(member, unit=cast.unit, by=system)
    assert [job.member for job in unreported(cast.unit.pk)] == [member]
    open_duties(on=date(2026, 3, 6), by=system)
    assert Obligation.objects.filter(duty="report_in.first").unpaid().count() == 1


@pytest.mark.django_db
def test_an_old_end_says_nothing_of_a_later_job(cast, clock, system):
    clock(2026, 3, 5)
    member = make_member(cast.unit, "又来了")
    end_report_in(make_report_in(member, cast.community), reason="transferred", by=system)
    Employment.objects.filter(member=member).update(valid_from=date(2026, 4, 1))
    clock(2026, 4, 2)
    assert [job.member for job in unreported(cast.unit.pk)] == [member]


@pytest.mark.django_db
def test_whose_report_in_another_ends_hears_of_it(cast, system):
    member = make_member(cast.unit)
    report_in = make_report_in(member, cast.community)
    end_report_in(report_in, reason="moved", note="已搬离本社区", by=actor_in(cast.secretary))
    told = Notice.objects.get(kind="report_in.ended_own", channel="in_app")
    assert (told.person, "已搬离本社区" in told.body) == (member.person, True)


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["died", "by themselves", "by a move"])
def test_nobody_is_told_of_an_end_that_they_know_or_cannot_read(cast, system, how):
    member = make_member(cast.unit)
    report_in = make_report_in(member, cast.community)
    if how == "by a move":
        confirm_report_in(move_report_in(report_in, community=cast.sibling, by=system), by=system)
    elif how == "died":
        end_report_in(report_in, reason="died", by=actor_in(cast.secretary))
    else:
        own = make_post(Role.MEMBER, person=member.person)
        end_report_in(report_in, reason="retired", by=actor_in(own))
    report_in.refresh_from_db()
    assert report_in.state == "ended"
    assert not Notice.objects.filter(kind="report_in.ended_own").exists()


@pytest.mark.django_db
def test_the_community_hears_whom_a_unit_took_off_its_roster(cast, clock):
    clock(2026, 3, 5)
    member = make_member(cast.unit)
    report_in = make_report_in(member, cast.community)
    end_member(
        member,
        on=date(2026, 3, 5),
        reason=MemberEndReason.RETIRED,
        by=actor_in(cast.liaison),
    )
    told = Notice.objects.filter(kind="report_in.left", channel="in_app")
    assert {(row.organization, row.subject_uid) for row in told} == {
        (cast.committee, report_in.uid)
    }
    assert "退休" in told[0].body


@pytest.mark.django_db
def test_what_is_passed_on_takes_the_home_with_it(cast, system):
    member = make_member(cast.unit, home_area=cast.community)
    report_in = submit_report_in(member, community=cast.community, by=system)
    pass_on_report_in(report_in, community=cast.sibling, note="", by=actor_in(cast.secretary))
    member.refresh_from_db()
    assert member.home_area == cast.sibling


@pytest.mark.django_db
@pytest.mark.parametrize("building", ["2幢", ""])
def test_who_has_moved_lives_in_the_new_house_once_it_is_confirmed(cast, system, building):
    member = make_member(cast.unit, home_area=cast.community, home_building="望江苑1幢")
    old = make_report_in(member, cast.community)
    own = actor_in(make_post(Role.MEMBER, person=member.person))
    new = move_report_in(old, community=cast.sibling, building=building, by=own)
    member.refresh_from_db()
    assert (new.building, member.home_area, member.home_building) == (
        building,
        cast.community,
        "望江苑1幢",
    )
    confirm_report_in(new, by=system)
    member.refresh_from_db()
    assert (member.home_area, member.home_building) == (cast.sibling, building)


@pytest.mark.django_db
def test_who_missed_a_year_settles_it_late_with_the_next(cast, clock, system):
    clock(2026, 3, 5, 9)
    report_in = make_report_in(make_member(cast.unit), cast.community, on=date(2025, 5, 6))
    other = make_report_in(make_member(cast.unit), cast.community, on=date(2025, 5, 6))
    open_duties(on=date(2026, 3, 5), by=system)
    clock(2027, 1, 12, 9)
    open_duties(on=date(2027, 1, 12), by=system)
    renew_report_in(report_in, by=system)
    assert _debts_about(report_in) == [
        ("2026", "filed", date(2027, 1, 12)),
        ("2027", "filed", date(2027, 1, 12)),
    ]
    assert Obligation.objects.overdue(date(2027, 1, 12)).filter(duty="report_in.renew").count() == 1
    assert [state for _period, state, _on in _debts_about(other)] == ["open", "open"]


@pytest.mark.django_db
def test_the_number_beside_a_person_who_owes_is_said_to_be_the_units(cast, clock, system):
    clock(2026, 3, 5, 9)
    Organization.objects.filter(pk=cast.unit.pk).update(
        contact_name="徐文康", contact_phone="0574-87001234"
    )
    make_report_in(make_member(cast.unit), cast.community, on=date(2025, 5, 6))
    open_duties(on=date(2026, 3, 5), by=system)
    debts = Obligation.objects.with_bodies().filter(duty="report_in.renew")
    (line,) = chase_lines(list(debts))
    called = Organization.objects.get(pk=cast.unit.pk).called
    assert (line.contact_name, line.contact_phone) == (f"{called} 徐文康", "0574-87001234")
