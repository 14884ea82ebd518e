"""Reporting in."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from members.enums import EmploymentState, EventKind, MemberState
from members.exceptions import (
    AlreadyReportedIn,
    DecidesOnOneself,
    ReportInAlreadyDecided,
    TooManyCommunities,
)
from members.models import Employment, MemberPlace, PartyMember, ReportIn
from members.services import (
    confirm_employment,
    confirm_report_in,
    end_member,
    end_report_in,
    move_report_in,
    return_report_in,
    submit_at_desk,
    submit_report_in,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.queries import word
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from tests.factories.core import id_number
from tests.factories.members import make_member, make_report_in
from tests.factories.units import make_unit_of


@pytest.mark.django_db
def test_report_in_copies_unit_post_and_address(cast, system):
    member = make_member(cast.unit, post="馆员")
    report_in = submit_report_in(member, community=cast.community, building="1幢", by=system)
    assert (report_in.state, report_in.unit_name, report_in.post, report_in.building) == (
        "submitted",
        "江湾区图书馆",
        "馆员",
        "1幢",
    )
    assert not MemberPlace.objects.filter(member=member, side="community").exists()


@pytest.mark.django_db
def test_confirming_freezes_areas_and_makes_the_place(cast, system):
    report_in = make_report_in(make_member(cast.unit), cast.community)
    assert (report_in.frozen_community_id, report_in.frozen_street_id) == (
        cast.community.pk,
        cast.street.pk,
    )
    place = MemberPlace.objects.get(side="community")
    assert (place.area_id, place.unit_id, place.report_in_id) == (
        cast.community.pk,
        cast.unit.pk,
        report_in.pk,
    )


@pytest.mark.django_db
def test_one_active_report_in_per_community(cast, system):
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    with pytest.raises(AlreadyReportedIn):
        submit_report_in(member, community=cast.community, by=system)


@pytest.mark.django_db
def test_number_of_communities_is_a_parameter(cast, system):
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    with pytest.raises(TooManyCommunities):
        submit_report_in(member, community=cast.sibling, by=system)
    set_parameter(cast.street, key="report_in.max_communities", value=2, by=system)
    submit_report_in(member, community=cast.sibling, by=system)
    assert ReportIn.objects.active().filter(member=member).count() == 2


@pytest.mark.django_db
def test_a_returned_member_may_report_in_elsewhere(cast, system):
    member = make_member(cast.unit)
    report_in = submit_report_in(member, community=cast.community, by=system)
    return_report_in(report_in, reason="居住在新桥社区", by=actor_in(cast.secretary))
    submit_report_in(member, community=cast.sibling, by=system)
    report_in.refresh_from_db()
    assert (report_in.state, report_in.return_reason) == ("returned", "居住在新桥社区")


@pytest.mark.django_db
def test_nobody_confirms_themselves(cast, system):
    from members.services import add_member

    member = add_member(name="社区书记甲", by=system)
    PartyMember.objects.filter(pk=member.pk).update(person=cast.secretary.person)
    report_in = submit_report_in(
        PartyMember.objects.get(pk=member.pk), community=cast.community, by=system
    )
    with pytest.raises(DecidesOnOneself):
        confirm_report_in(report_in, by=actor_in(cast.secretary))
    report_in.refresh_from_db()
    assert report_in.state == "submitted"


@pytest.mark.django_db
def test_the_desk_makes_a_pending_member_whom_the_unit_settles(cast):
    make_unit_of(cast.unit)
    by = actor_in(cast.worker)
    submit_at_desk(
        community=cast.community,
        id_number=id_number(5, born="19881212").lower(),
        name="新来",
        unit=cast.unit,
        channel="in_person",
        by=by,
    )
    member = PartyMember.objects.get()
    employment = Employment.objects.get()
    assert (member.state, employment.state) == (MemberState.PENDING, EmploymentState.STATED)
    assert not MemberPlace.objects.exists()
    confirm_employment(employment, by=actor_in(cast.liaison))
    member.refresh_from_db()
    assert member.state == MemberState.ACTIVE
    assert list(MemberPlace.objects.values_list("side", "unit")) == [("unit", cast.unit.pk)]


@pytest.mark.django_db
def test_the_desk_refuses_a_wrong_number_and_writes_nothing(cast):
    with pytest.raises(ValidationError):
        submit_at_desk(
            community=cast.community,
            id_number="330299198801010011",
            name="来人",
            channel="paper",
            by=actor_in(cast.worker),
        )
    assert not PartyMember.objects.exists()


@pytest.mark.django_db
def test_ending_a_member_ends_everything_with_reasons(cast, system):
    from datetime import date

    member = make_member(cast.unit)
    report_in = make_report_in(member, cast.community)
    end_member(member, on=date(2026, 3, 4), reason="retired", by=system)
    report_in.refresh_from_db()
    assert (report_in.state, report_in.end_reason) == ("ended", "retired")
    told = Event.objects.get(kind=EventKind.REPORT_IN_ENDED, object_uid=report_in.uid)
    assert (told.reason, told.is_follow_up) == ("退休", True)
    assert not MemberPlace.objects.exists()
    assert not Employment.objects.current().exists()
    assert ReportIn.objects.count() == 1


@pytest.mark.django_db
def test_half_written_confirmation_is_gone(cast, system, monkeypatch):
    report_in = submit_report_in(make_member(cast.unit), community=cast.community, by=system)

    def fails(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("members.services.report_ins.refresh_places", fails)
    with pytest.raises(RuntimeError):
        confirm_report_in(report_in, by=actor_in(cast.secretary))
    assert ReportIn.objects.get().state == "submitted"


def _race(*calls):
    start = threading.Barrier(len(calls))
    outcomes = []

    def run(call):
        start.wait()
        try:
            call()
            outcomes.append("done")
        except ValidationError as refused:
            outcomes.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmers_one_confirms(cast, system):
    report_in = submit_report_in(make_member(cast.unit), community=cast.community, by=system)
    actors = [actor_in(cast.secretary), actor_in(cast.worker)]
    outcomes = _race(
        *(
            lambda by=by: confirm_report_in(ReportIn.objects.get(pk=report_in.pk), by=by)
            for by in actors
        )
    )
    assert outcomes == [ReportInAlreadyDecided.__name__, "done"]
    assert MemberPlace.objects.filter(side="community").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_communities_at_once_one_takes_the_member(cast, system):
    member = make_member(cast.unit)
    outcomes = _race(
        *(
            lambda area=area: submit_report_in(member, community=area, by=system)
            for area in (cast.community, cast.sibling)
        )
    )
    assert outcomes == [TooManyCommunities.__name__, "done"]
    assert ReportIn.objects.active().count() == 1


@pytest.mark.django_db
def test_an_ended_report_in_is_not_ended_again(cast, system):
    report_in = make_report_in(make_member(cast.unit), cast.community)
    end_report_in(report_in, reason="moved", by=system)
    with pytest.raises(ReportInAlreadyDecided):
        end_report_in(report_in, reason="retired", by=system)


@pytest.mark.django_db
def test_the_history_says_why_in_words(cast, system):
    report_in = make_report_in(make_member(cast.unit), cast.community)
    end_report_in(report_in, reason="retired", by=system)
    told = Event.objects.get(kind=EventKind.REPORT_IN_ENDED)
    assert told.reason == word(cast.community, "report_in.end_reason", "retired") != "retired"


@pytest.mark.django_db
def test_of_a_move_the_confirming_leads(cast, system):
    former = make_report_in(make_member(cast.unit), cast.community)
    moved = move_report_in(former, community=cast.sibling, by=system)
    confirm_report_in(moved, by=system)
    confirmed = Event.objects.get(kind=EventKind.REPORT_IN_CONFIRMED, object_uid=moved.uid)
    assert confirmed.pk < Event.objects.get(kind=EventKind.REPORT_IN_ENDED).pk
