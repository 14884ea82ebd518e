"""Resolutions: assigned, accepted, returned, reported, verified."""

from datetime import date

import pytest

from meetings.enums import Closing, PartyState, ResolutionState, Via
from meetings.exceptions import (
    MemberHasOpenTasks,
    NotAMember,
    PartyAlreadyAnswered,
    ResolutionMovedOn,
    ResolutionNeedsALead,
)
from meetings.models import ResolutionParty
from meetings.services import (
    ResolutionDraft,
    accept_resolution,
    add_resolution,
    assign_resolution,
    change_resolution,
    close_resolution,
    end_membership,
    refuse_report,
    report_completion,
    return_resolution,
    stop_resolution,
)
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from tests.factories.meetings import make_held, make_resolution

pytestmark = pytest.mark.django_db

OPEN, FILED, VOID = (
    ObligationState.OPEN,
    ObligationState.FILED,
    ObligationState.NOT_APPLICABLE,
)


@pytest.fixture
def resolution(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.unit, cast.second_unit)
    assign_resolution(resolution, by=secretary)
    return resolution


def _states(resolution, duty):
    return dict(
        Obligation.objects.filter(duty=duty, subject_uid=resolution.uid).values_list(
            "bearer_organization__name", "state"
        )
    )


def _party(resolution, unit):
    return ResolutionParty.objects.standing().get(resolution=resolution, organization=unit)


def test_assigning_owes_acceptance_and_report_and_tells_the_units(resolution, cast, council):
    assert resolution.state == ResolutionState.ASSIGNED
    debts = Obligation.objects.filter(subject_uid=resolution.uid)
    assert set(debts.values_list("duty", "bearer_organization", "due_on", "owed_to")) == {
        (duty, unit.pk, day, council.convener_id)
        for unit in (cast.unit, cast.second_unit)
        for duty, day in (
            ("resolution.accept", date(2026, 3, 10)),
            ("resolution.report", date(2026, 3, 26)),
        )
    }
    notices = Notice.objects.filter(kind="resolution.assigned")
    assert set(notices.values_list("link_uid", flat=True)) == {resolution.uid}
    assert resolution.frozen_street == cast.street


def test_assigning_without_lead_or_deadline_is_refused(council, cast, secretary):
    meeting = make_held(council)
    for draft in (
        ResolutionDraft(text="修路灯", helpers=[cast.unit], due_on=date(2026, 4, 1)),
        ResolutionDraft(text="修路灯", lead=cast.unit),
    ):
        resolution = add_resolution(meeting, draft=draft, by=secretary)
        with pytest.raises(ResolutionNeedsALead):
            assign_resolution(resolution, by=secretary)


def test_only_members_answer_for_a_resolution(council, cast, secretary):
    with pytest.raises(NotAMember):
        make_resolution(make_held(council), cast.other_unit)


def test_accepting_pays_and_begins_work(resolution, cast, liaison):
    party = _party(resolution, cast.unit)
    accept_resolution(party, by=liaison, in_charge_name="李四")
    resolution.refresh_from_db()
    assert (resolution.state, party.state, party.via) == (
        ResolutionState.WORKING,
        PartyState.ACCEPTED,
        Via.POST,
    )
    assert _states(resolution, "resolution.accept") == {
        cast.unit.name: FILED,
        cast.second_unit.name: OPEN,
    }
    with pytest.raises(PartyAlreadyAnswered):
        accept_resolution(party, by=liaison)


def test_returned_by_its_lead_it_is_negotiated_and_assigned_anew(
    resolution, cast, liaison, secretary
):
    return_resolution(_party(resolution, cast.unit), reason="不属本单位职责", by=liaison)
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.PENDING
    assert _states(resolution, "resolution.report")[cast.unit.name] == VOID
    assert Notice.objects.filter(kind="resolution.returned", organization=cast.committee).exists()
    # After talking it over the same unit takes it, with more time.
    draft = ResolutionDraft(text=resolution.text, lead=cast.unit, due_on=date(2026, 4, 30))
    change_resolution(resolution, draft=draft, version=resolution.version, by=secretary)
    assert assign_resolution(resolution, by=secretary)
    assert _states(resolution, "resolution.report")[cast.unit.name] == OPEN
    assert _states(resolution, "resolution.accept")[cast.unit.name] == OPEN
    report = Obligation.objects.get(
        duty="resolution.report",
        subject_uid=resolution.uid,
        bearer_organization=cast.unit,
        state=OPEN,
    )
    assert report.due_on == date(2026, 4, 30)


def test_report_of_the_lead_is_verified_or_refused(resolution, cast, liaison, secretary):
    report_completion(_party(resolution, cast.unit), text="已装好", by=liaison)
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.REPORTED
    # Whoever reports has accepted: steps may be skipped.
    assert _states(resolution, "resolution.accept")[cast.unit.name] == FILED
    assert _states(resolution, "resolution.report")[cast.unit.name] == FILED
    refuse_report(resolution, reason="还差5个", by=secretary)
    assert resolution.state == ResolutionState.WORKING
    assert _states(resolution, "resolution.report")[cast.unit.name] == ObligationState.RETURNED
    report_completion(_party(resolution, cast.unit), text="已补齐", by=liaison)
    close_resolution(resolution, closing=Closing.SUBSTANTIAL, by=secretary)
    assert (resolution.state, resolution.closing) == (ResolutionState.CLOSED, Closing.SUBSTANTIAL)
    assert not Obligation.objects.filter(subject_uid=resolution.uid).unpaid().exists()
    with pytest.raises(ResolutionMovedOn):
        close_resolution(resolution, closing=Closing.PROCEDURAL, by=secretary)


def test_proxy_is_written_down_as_proxy(resolution, cast, secretary):
    party = accept_resolution(_party(resolution, cast.unit), by=secretary, channel="phone")
    assert (party.via, party.channel) == (Via.PROXY, "phone")


def test_stopped_resolution_owes_nothing_more(resolution, cast, liaison, secretary):
    accept_resolution(_party(resolution, cast.unit), by=liaison)
    stop_resolution(resolution, reason="项目取消", by=secretary)
    assert _states(resolution, "resolution.accept") == {
        cast.unit.name: FILED,
        cast.second_unit.name: VOID,
    }
    assert set(_states(resolution, "resolution.report").values()) == {VOID}


def test_unit_with_open_tasks_does_not_leave(resolution, council, cast, secretary):
    from units.registry import reasons_to_stay

    member = council.members.get(organization=cast.unit)
    with pytest.raises(MemberHasOpenTasks):
        end_membership(member, reason="搬迁", by=secretary)
    assert len(reasons_to_stay(cast.unit)) == 1
    stop_resolution(resolution, reason="项目取消", by=secretary)
    end_membership(member, reason="搬迁", by=secretary)
    assert not council.members.members().filter(organization=cast.unit).exists()


def test_own_part_of_the_convener_is_accepted_at_once(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.committee)
    assign_resolution(resolution, by=secretary)
    assert resolution.state == ResolutionState.WORKING
    assert _states(resolution, "resolution.accept") == {}
    assert _states(resolution, "resolution.report") == {cast.committee.name: OPEN}
