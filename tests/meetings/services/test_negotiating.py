"""Returned for negotiation: reworded, given to another, discussed again; and what comes back later."""

from datetime import date

import pytest

from meetings.enums import Closing, PartyState, ProgressKind, ResolutionState
from meetings.exceptions import (
    MeetingIsMissing,
    NotAMember,
    ReasonIsMissing,
    ResolutionMovedOn,
    ReviewDayMissing,
)
from meetings.models import Progress, Resolution, ResolutionParty
from meetings.queries.standing import earlier_resolutions
from meetings.services import (
    ResolutionDraft,
    accept_resolution,
    assign_resolution,
    change_helpers,
    change_resolution,
    close_resolution,
    discuss_again,
    reopen_resolution,
    report_completion,
    return_resolution,
    review_resolution,
    stop_resolution,
)
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.meetings import make_held, make_meeting, make_resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def resolution(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.unit, cast.second_unit)
    assign_resolution(resolution, by=secretary)
    return resolution


def _party(resolution, unit):
    return ResolutionParty.objects.standing().get(resolution=resolution, organization=unit)


def _debts(resolution, unit):
    return dict(
        Obligation.objects.filter(subject_uid=resolution.uid, bearer_organization=unit).values_list(
            "duty", "state"
        )
    )


def _kinds(resolution):
    return list(
        Progress.objects.filter(resolution=resolution).order_by("pk").values_list("kind", flat=True)
    )


def test_the_whole_negotiation_stays_readable(resolution, cast, liaison, secretary):
    return_resolution(_party(resolution, cast.unit), reason="不属本单位职责", by=liaison)
    draft = ResolutionDraft(
        text="由供电所在西门增设充电桩", lead=cast.second_unit, due_on=date(2026, 4, 30)
    )
    resolution.refresh_from_db()
    change_resolution(resolution, draft=draft, version=resolution.version, by=secretary)
    resolution.refresh_from_db()
    assign_resolution(resolution, by=secretary)
    assert _kinds(resolution) == [
        ProgressKind.ASSIGNED,
        ProgressKind.RETURNED,
        ProgressKind.ASSIGNED,
    ]
    said = list(Progress.objects.filter(resolution=resolution).values_list("text", flat=True))
    assert said[1] == "不属本单位职责"
    assert "由供电所在西门增设充电桩" in said[2]


def test_while_it_is_negotiated_nobody_owes_an_answer(resolution, cast, liaison, secretary):
    return_resolution(_party(resolution, cast.unit), reason="不属本单位职责", by=liaison)
    assert _debts(resolution, cast.second_unit) == {
        "resolution.accept": "not_applicable",
        "resolution.report": "not_applicable",
    }
    resolution.refresh_from_db()
    draft = ResolutionDraft(
        text=resolution.text,
        lead=cast.committee,
        helpers=[cast.second_unit],
        due_on=date(2026, 4, 30),
    )
    change_resolution(resolution, draft=draft, version=resolution.version, by=secretary)
    resolution.refresh_from_db()
    assign_resolution(resolution, by=secretary)
    assert _debts(resolution, cast.second_unit) == {
        "resolution.accept": "open",
        "resolution.report": "open",
    }
    assert _debts(resolution, cast.unit)["resolution.report"] == "not_applicable"


def test_a_helper_that_is_dropped_owes_nothing(resolution, cast, liaison, secretary):
    helper = _party(resolution, cast.second_unit)
    accept_resolution(helper, by=actor_in(cast.second_liaison))
    accept_resolution(_party(resolution, cast.unit), by=liaison)
    change_helpers(resolution, helpers=[], by=secretary)
    helper.refresh_from_db()
    assert helper.state == PartyState.RELEASED
    assert _debts(resolution, cast.second_unit) == {
        "resolution.accept": "filed",
        "resolution.report": "not_applicable",
    }
    assert _debts(resolution, cast.unit)["resolution.report"] == "open"


def test_helpers_are_added_while_work_goes_on(resolution, cast, liaison, secretary):
    accept_resolution(_party(resolution, cast.unit), by=liaison)
    change_helpers(resolution, helpers=[cast.committee, cast.second_unit], by=secretary)
    # The convener's own part needs no receipt.
    assert _party(resolution, cast.committee).state == PartyState.ACCEPTED
    assert _debts(resolution, cast.committee) == {"resolution.report": "open"}
    with pytest.raises(NotAMember):
        change_helpers(resolution, helpers=[cast.other_unit], by=secretary)
    return_resolution(
        _party(resolution, cast.second_unit),
        reason="人手不足",
        by=actor_in(cast.second_liaison),
    )
    # Asked again after talking it over: a fresh answer is owed.
    change_helpers(resolution, helpers=[cast.committee, cast.second_unit], by=secretary)
    assert _party(resolution, cast.second_unit).state == PartyState.WAITING
    assert _debts(resolution, cast.second_unit)["resolution.accept"] == "open"


def test_a_helper_reports_to_the_lead_the_lead_to_the_convener(resolution, cast, liaison):
    accept_resolution(_party(resolution, cast.unit), by=liaison)
    report_completion(
        _party(resolution, cast.second_unit), text="已供电", by=actor_in(cast.second_liaison)
    )
    told = Notice.objects.filter(kind="resolution.reported")
    assert set(told.values_list("organization", flat=True)) == {cast.unit.pk}
    report_completion(_party(resolution, cast.unit), text="已装好", by=liaison)
    assert set(told.values_list("organization", flat=True)) == {cast.unit.pk, cast.committee.pk}


def test_it_is_put_before_the_council_again_once(resolution, cast, liaison, secretary):
    with pytest.raises(ResolutionMovedOn):
        discuss_again(resolution, reason="需再议", by=secretary)
    return_resolution(_party(resolution, cast.unit), reason="不属本单位职责", by=liaison)
    topic = discuss_again(resolution, reason="两家意见不一", by=secretary)
    assert (topic.organization_id, topic.title) == (cast.committee.pk, resolution.text)
    assert discuss_again(resolution, reason="再来一次", by=secretary) == topic
    assert _kinds(resolution)[-1] == ProgressKind.DISCUSS


def test_a_stage_has_its_next_day_and_comes_back_on_the_agenda(
    resolution, council, cast, liaison, secretary
):
    report_completion(_party(resolution, cast.unit), text="一期已装好", by=liaison)
    for day in (None, date(2026, 3, 5)):
        with pytest.raises(ReviewDayMissing):
            close_resolution(resolution, closing=Closing.STAGE, review_on=day, by=secretary)
    close_resolution(resolution, closing=Closing.STAGE, review_on=date(2026, 3, 12), by=secretary)
    early = make_meeting(council, starts_at=_noon(2026, 3, 10))
    late = make_meeting(council, starts_at=_noon(2026, 3, 13))
    assert earlier_resolutions(council, early) == []
    assert earlier_resolutions(council, late) == [resolution]
    review_resolution(
        resolution, outcome="later", text="二期未开工", review_on=date(2026, 6, 30), by=secretary
    )
    assert earlier_resolutions(council, late) == []
    review_resolution(resolution, outcome="done", text="二期已完成", by=secretary)
    resolution.refresh_from_db()
    assert (resolution.reviewed_on, resolution.state) == (date(2026, 3, 5), ResolutionState.CLOSED)
    with pytest.raises(ResolutionMovedOn):
        review_resolution(resolution, outcome="done", text="再复查", by=secretary)


def _noon(year, month, day):
    from tests.factories.meetings import at

    return at(year, month, day, 12)


def test_gone_on_with_it_is_decided_anew_in_that_meeting(
    resolution, council, cast, liaison, secretary
):
    report_completion(_party(resolution, cast.unit), text="一期已装好", by=liaison)
    close_resolution(resolution, closing=Closing.STAGE, review_on=date(2026, 3, 12), by=secretary)
    with pytest.raises(MeetingIsMissing):
        review_resolution(resolution, outcome="continue", text="办二期", by=secretary)
    assert Resolution.objects.get(pk=resolution.pk).reviewed_on is None
    held = make_held(council)
    again = review_resolution(
        resolution, outcome="continue", text="办二期", meeting=held, by=secretary
    )
    assert (again.continues_id, again.meeting_id, again.state) == (
        resolution.pk,
        held.pk,
        ResolutionState.PENDING,
    )
    assert set(again.parties.values_list("organization", "role")) == {
        (cast.unit.pk, "lead"),
        (cast.second_unit.pk, "helper"),
    }


@pytest.mark.parametrize("end", ["closed", "stopped"])
def test_a_wrong_closing_is_taken_back_with_a_reason(resolution, cast, liaison, secretary, end):
    accept_resolution(_party(resolution, cast.unit), by=liaison)
    if end == "closed":
        close_resolution(resolution, closing=Closing.SUBSTANTIAL, by=secretary)
    else:
        stop_resolution(resolution, reason="暂缓", by=secretary)
    with pytest.raises(ReasonIsMissing):
        reopen_resolution(resolution, reason=" ", due_on=date(2026, 4, 30), by=secretary)
    reopen_resolution(resolution, reason="充电桩未通电", due_on=date(2026, 4, 30), by=secretary)
    resolution.refresh_from_db()
    assert (resolution.state, resolution.closing, resolution.closed_on, resolution.due_on) == (
        ResolutionState.WORKING,
        "",
        None,
        date(2026, 4, 30),
    )
    debt = Obligation.objects.get(
        duty="resolution.report", subject_uid=resolution.uid, bearer_organization=cast.unit
    )
    assert debt.state in {"open", "returned"}
    assert debt.due_on == date(2026, 4, 30)
    assert Event.objects.filter(kind="resolution.reopened", object_uid=resolution.uid).count() == 1
    with pytest.raises(ResolutionMovedOn):
        reopen_resolution(resolution, reason="再来", due_on=date(2026, 4, 30), by=secretary)


def test_unfinished_at_new_year_it_stands_in_both_registers(resolution, clock, secretary):
    rows = Resolution.objects.all()
    assert list(rows.of_year(2026)) == [resolution]
    assert list(rows.of_year(2027)) == [resolution]  # still open: it would be carried over
    close_resolution(resolution, closing=Closing.SUBSTANTIAL, by=secretary)
    assert list(rows.of_year(2027)) == []
    assert list(rows.carried_into(2027)) == []


def test_finished_in_the_new_year_it_was_carried_over(resolution, clock, secretary):
    clock(2027, 1, 15)
    assert resolution.is_carried_into(2027)
    close_resolution(resolution, closing=Closing.SUBSTANTIAL, by=secretary)
    rows = Resolution.objects.all()
    assert list(rows.carried_into(2027)) == [resolution]
    assert list(rows.of_year(2026)) == [resolution]
    assert list(rows.of_year(2028)) == []
