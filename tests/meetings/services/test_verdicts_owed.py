"""What the convener owes once a unit has reported or asked."""

import pytest

from meetings.enums import Closing
from meetings.services import (
    accept_resolution,
    ask_extension,
    assign_resolution,
    close_resolution,
    decide_extension,
    refuse_report,
    report_completion,
    stop_resolution,
)
from partybuild.calendar import add_working_days, today
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def party(council, cast):
    """The leading unit of a resolution that it has accepted."""
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=SYSTEM)
    return accept_resolution(resolution.parties.get(), by=SYSTEM, channel="phone")


def verdicts(duty: str) -> list[str]:
    """Return the states of the convener's debts of a kind."""
    return list(Obligation.objects.filter(duty=duty).values_list("state", flat=True))


def report(party):
    """Report done."""
    report_completion(party, text="已办好", by=SYSTEM, channel="phone")
    party.resolution.refresh_from_db()
    return party.resolution


def test_a_report_is_to_be_verified_within_some_working_days(party, cast, client_of):
    resolution = report(party)
    debt = Obligation.objects.get(duty="resolution.verify")
    assert debt.bearer_organization == cast.committee
    assert debt.due_on == add_working_days(today(), 5)
    home = client_of(cast.secretary).get("/").content.decode()
    assert f"验收：{resolution.text}" in home
    # A worker may not verify: nothing is asked of them.
    assert f"验收：{resolution.text}" not in client_of(cast.worker).get("/").content.decode()
    page = client_of(cast.secretary).get(resolution.get_absolute_url()).content.decode()
    form = page.split('id="verify"')[1].split("</form>")[0]
    assert "已办好" in form


def test_sent_back_it_is_paid_and_owed_again_with_the_next_report(party, secretary):
    resolution = report(party)
    refuse_report(resolution, reason="还差两处", by=secretary)
    assert verdicts("resolution.verify") == ["filed"]
    report(party)
    assert verdicts("resolution.verify") == ["open"]
    close_resolution(resolution, closing=Closing.SUBSTANTIAL, by=secretary)
    assert verdicts("resolution.verify") == ["filed"]


def test_stopped_nothing_is_owed(party, secretary):
    stop_resolution(report(party), reason="政策调整", by=secretary)
    assert verdicts("resolution.verify") == ["not_applicable"]


def test_a_wish_for_time_is_to_be_answered(party, cast, secretary):
    due_on = add_working_days(party.resolution.due_on, 10)
    first = ask_extension(party, due_on=due_on, reason="设备未到", by=SYSTEM, channel="phone")
    debt = Obligation.objects.get(duty="resolution.extension")
    assert (debt.bearer_organization, debt.due_on) == (
        cast.committee,
        add_working_days(today(), 3),
    )
    decide_extension(first, grant=False, opinion="请按期", by=secretary)
    ask_extension(party, due_on=due_on, reason="仍未到", by=SYSTEM, channel="phone")
    assert sorted(verdicts("resolution.extension")) == ["filed", "open"]
    # Reported done meanwhile, it needs no answer any more.
    report(party)
    assert sorted(verdicts("resolution.extension")) == ["filed", "not_applicable"]
