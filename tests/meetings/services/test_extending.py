"""More time: asked for, granted, refused, given; the ledger's dates move along."""

from datetime import date

import pytest

from meetings.enums import ExtensionState, PartyState, ProgressKind, ResolutionState
from meetings.exceptions import (
    DateNotLater,
    ExtensionAlreadyDecided,
    ExtensionWaits,
    OnlyTheLeadAsks,
    ReasonIsMissing,
    ResolutionMovedOn,
)
from meetings.models import Extension, Progress, ResolutionParty
from meetings.services import (
    accept_resolution,
    ask_extension,
    assign_resolution,
    close_resolution,
    decide_extension,
    move_deadline,
    refuse_report,
    report_completion,
)
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.meetings import make_held, make_resolution

pytestmark = pytest.mark.django_db

LATER = date(2026, 4, 20)


@pytest.fixture
def resolution(council, cast, secretary):
    resolution = make_resolution(make_held(council), cast.unit, cast.second_unit)
    assign_resolution(resolution, by=secretary)
    return resolution


@pytest.fixture
def lead(resolution, cast, liaison):
    party = ResolutionParty.objects.standing().get(resolution=resolution, organization=cast.unit)
    return accept_resolution(party, by=liaison)


def _due(resolution):
    return set(
        Obligation.objects.filter(duty="resolution.report", subject_uid=resolution.uid).values_list(
            "due_on", flat=True
        )
    )


def test_granted_it_moves_the_date_of_resolution_and_ledger(
    resolution, lead, liaison, secretary, cast
):
    before = resolution.due_on
    extension = ask_extension(lead, due_on=LATER, reason="等待供电部门批复", by=liaison)
    resolution.refresh_from_db()
    # Until it is granted nothing moves.
    assert (resolution.due_on, _due(resolution)) == (before, {before})
    assert Notice.objects.filter(kind="resolution.extension", organization=cast.committee).exists()
    decide_extension(extension, grant=True, by=secretary)
    resolution.refresh_from_db()
    assert (resolution.due_on, _due(resolution)) == (LATER, {LATER})
    extension.refresh_from_db()
    assert (extension.state, extension.granted_on) == (ExtensionState.GRANTED, LATER)
    assert list(
        Progress.objects.filter(resolution=resolution, kind__in=("asked", "granted")).values_list(
            "kind", flat=True
        )
    ) == [ProgressKind.ASKED, ProgressKind.GRANTED]
    assert Event.objects.filter(kind="extension.granted", object_uid=resolution.uid).count() == 1


def test_the_convener_may_grant_another_date(resolution, lead, liaison, secretary):
    extension = ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)
    decide_extension(extension, grant=True, due_on=date(2026, 4, 10), by=secretary)
    resolution.refresh_from_db()
    assert resolution.due_on == date(2026, 4, 10)


def test_refused_it_keeps_the_date_and_says_why(resolution, lead, liaison, secretary):
    before = resolution.due_on
    extension = ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)
    with pytest.raises(ReasonIsMissing):
        decide_extension(extension, grant=False, by=secretary)
    decide_extension(extension, grant=False, opinion="居民反映强烈", by=secretary)
    resolution.refresh_from_db()
    assert (resolution.due_on, _due(resolution)) == (before, {before})
    # Refused, it may be asked for again.
    ask_extension(lead, due_on=LATER, reason="仍缺材料", by=liaison)


def test_it_is_asked_once_at_a_time_with_a_later_date_by_the_lead(resolution, lead, liaison, cast):
    with pytest.raises(DateNotLater):
        ask_extension(lead, due_on=resolution.due_on, reason="缺材料", by=liaison)
    with pytest.raises(ReasonIsMissing):
        ask_extension(lead, due_on=LATER, reason=" ", by=liaison)
    helper = ResolutionParty.objects.get(resolution=resolution, organization=cast.second_unit)
    with pytest.raises(OnlyTheLeadAsks):
        ask_extension(helper, due_on=LATER, reason="缺材料", by=liaison)
    ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)
    with pytest.raises(ExtensionWaits):
        ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)


def test_reported_meanwhile_there_is_nothing_to_decide(resolution, lead, liaison, secretary):
    extension = ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)
    report_completion(lead, text="已装好", by=liaison)
    extension.refresh_from_db()
    assert extension.state == ExtensionState.WITHDRAWN
    with pytest.raises(ExtensionAlreadyDecided):
        decide_extension(extension, grant=True, by=secretary)
    resolution.refresh_from_db()
    assert resolution.state == ResolutionState.REPORTED
    with pytest.raises(ResolutionMovedOn):
        ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)


def test_whoever_asks_has_accepted(resolution, cast, liaison):
    party = ResolutionParty.objects.get(resolution=resolution, organization=cast.unit)
    ask_extension(party, due_on=LATER, reason="缺材料", by=liaison)
    party.refresh_from_db()
    resolution.refresh_from_db()
    assert (party.state, resolution.state) == (PartyState.ACCEPTED, ResolutionState.WORKING)


def test_the_convener_gives_time_by_itself_but_not_over_a_waiting_wish(
    resolution, lead, liaison, secretary
):
    move_deadline(resolution, due_on=LATER, reason="电话商定", by=secretary)
    resolution.refresh_from_db()
    assert (resolution.due_on, _due(resolution)) == (LATER, {LATER})
    assert Extension.objects.get(resolution=resolution).state == ExtensionState.GRANTED
    ask_extension(lead, due_on=date(2026, 5, 20), reason="缺材料", by=liaison)
    with pytest.raises(ExtensionWaits):
        move_deadline(resolution, due_on=date(2026, 6, 1), reason="再商定", by=secretary)


def test_a_refused_report_may_come_with_a_new_date(resolution, lead, liaison, secretary):
    report_completion(lead, text="已装好", by=liaison)
    refuse_report(resolution, reason="只装了12个", due_on=LATER, by=secretary)
    resolution.refresh_from_db()
    assert (resolution.state, resolution.due_on) == (ResolutionState.WORKING, LATER)
    debt = Obligation.objects.get(
        duty="resolution.report", subject_uid=resolution.uid, bearer_organization=lead.organization
    )
    assert (debt.state, debt.due_on) == ("returned", LATER)


def test_if_the_ledger_cannot_move_nothing_moves(resolution, lead, liaison, secretary, monkeypatch):
    extension = ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)

    def fail(**_values):
        raise RuntimeError("the ledger is full")

    monkeypatch.setattr("meetings.services.extending.change_due", fail)
    with pytest.raises(RuntimeError, match="full"):
        decide_extension(extension, grant=True, by=secretary)
    resolution.refresh_from_db()
    extension.refresh_from_db()
    assert (resolution.due_on != LATER, extension.state) == (True, ExtensionState.WAITING)


def test_closing_withdraws_a_waiting_wish(resolution, lead, liaison, secretary):
    extension = ask_extension(lead, due_on=LATER, reason="缺材料", by=liaison)
    close_resolution(resolution, closing="substantial", by=secretary)
    extension.refresh_from_db()
    assert extension.state == ExtensionState.WITHDRAWN
