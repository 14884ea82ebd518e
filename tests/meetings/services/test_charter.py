"""The charter: a council's own rules before those of its place."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.exceptions import TextChangedMeanwhile
from meetings.models import Meeting
from meetings.queries.charter import charter_of, charters_of
from meetings.services import assign_resolution, change_charter, send_notice
from meetings.services.notifying import latest_notice_day
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.calendar import Period, today
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_council, make_held, make_meeting, make_resolution

pytestmark = pytest.mark.django_db


def settle(council, by, **rules):
    council.refresh_from_db()
    return change_charter(
        council,
        rules={key.replace("__", "."): value for key, value in rules.items()},
        version=council.version,
        by=by,
    )


def test_own_rule_comes_before_the_places_and_the_places_before_the_products(
    cast, council, secretary
):
    assert charter_of(council).notice_lead_days == 3
    set_parameter(cast.street, key="notice.lead_days", value=4, by=SYSTEM)
    assert charter_of(council).notice_lead_days == 4
    settle(council, secretary, notice__lead_days=6, meeting__quorum="two_thirds")
    charter = charter_of(council)
    assert (charter.notice_lead_days, charter.quorum) == (6, "two_thirds")
    assert [charter.needed(members) for members in (0, 1, 3, 4, 8)] == [0, 1, 2, 3, 6]
    settle(council, secretary)
    assert charter_of(council).notice_lead_days == 4


def test_quorum_of_half_is_more_than_half(council, secretary):
    settle(council, secretary, meeting__quorum="half")
    assert [charter_of(council).needed(members) for members in (1, 2, 3, 4)] == [1, 2, 2, 3]


def test_notice_and_acceptance_follow_the_council(cast, council, secretary):
    settle(council, secretary, notice__lead_days=6, receipt__due_days=2, resolution__accept_days=10)
    meeting = make_meeting(council, starts_at=at(2026, 3, 20))
    assert latest_notice_day(meeting) == date(2026, 3, 12)
    assert send_notice(meeting, by=secretary).receipt_due_on == date(2026, 3, 18)
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    debt = Obligation.objects.get(duty="resolution.accept", subject_uid=resolution.uid)
    assert debt.due_on == date(2026, 3, 19)


def test_minutes_are_owed_by_the_councils_own_days(council, secretary):
    settle(council, secretary, minutes__due_days=1)
    meeting = make_held(council)
    debt = Obligation.objects.get(duty="minutes.issue", subject_uid=meeting.uid)
    assert debt.due_on == date(2026, 3, 6)


def test_council_meets_at_its_own_frequency(cast, council, secretary):
    other = make_council(cast.community, cast.committee, name="物业联席会")
    settle(council, secretary, meeting__frequency="monthly")
    open_duties(on=today(), by=SYSTEM)
    owed = dict(Obligation.objects.filter(duty="meeting.hold").values_list("subject_uid", "period"))
    assert owed == {council.uid: "2026-03", other.uid: "2026Q1"}


def test_twice_a_year_means_by_the_end_of_its_month(council, secretary):
    settle(council, secretary, meeting__frequency="half_yearly")
    charter = charter_of(council)
    assert charter.last_day(Period.parse("2026H1")) == date(2026, 3, 31)
    assert charter.last_day(Period.parse("2026H2")) == date(2026, 12, 31)
    settle(council, secretary, meeting__frequency="half_yearly", meeting__months="6 11")
    assert charter_of(council).last_day(Period.parse("2026H2")) == date(2026, 11, 30)
    open_duties(on=today(), by=SYSTEM)
    assert Obligation.objects.get(duty="meeting.hold").due_on == date(2026, 6, 30)


def test_another_frequency_takes_debt_and_planned_meeting_along(council, secretary):
    open_duties(on=today(), by=SYSTEM)
    meeting = make_meeting(council, starts_at=at(2026, 3, 20))
    settle(council, secretary, meeting__frequency="monthly")
    quarter = Obligation.objects.get(duty="meeting.hold", period="2026Q1")
    assert quarter.state == ObligationState.NOT_APPLICABLE
    assert Meeting.objects.get(pk=meeting.pk).period == "2026-03"
    open_duties(on=today(), by=SYSTEM)
    assert Obligation.objects.get(duty="meeting.hold", period="2026-03").state == "open"
    settle(council, secretary)
    quarter.refresh_from_db()
    month = Obligation.objects.get(duty="meeting.hold", period="2026-03")
    assert (quarter.state, month.state) == ("open", ObligationState.NOT_APPLICABLE)


@pytest.mark.parametrize(
    "rules",
    [
        {"notice__lead_days": 0},
        {"meeting__frequency": "daily"},
        {"meeting__months": "0 13"},
        {"countersign__days": "x"},
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(council, secretary, rules):
    with pytest.raises(ValidationError):
        settle(council, secretary, **rules)
    council.refresh_from_db()
    assert council.rules == {}


def test_older_version_does_not_overwrite(council, secretary):
    seen = council.version
    settle(council, secretary, notice__lead_days=6)
    with pytest.raises(TextChangedMeanwhile):
        change_charter(council, rules={}, version=seen, by=secretary)
    council.refresh_from_db()
    assert council.rules == {"notice.lead_days": 6}


def test_event_says_the_rule_in_words(council, secretary):
    settle(council, secretary, meeting__frequency="monthly")
    event = Event.objects.get(kind="council.charter_changed")
    assert event.changes == {"联席会议召开频次": ["按本地规定", "每月一次"]}


def test_charters_of_many_councils_cost_one_query(cast, council, secretary):
    set_parameter(cast.street, key="minutes.due_days", value=9, by=SYSTEM)
    settle(council, secretary, minutes__due_days=2)
    others = [
        make_council(cast.community, cast.committee, name=f"联席会{number}") for number in range(3)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        charters = charters_of([council, *others])
    assert len(queries) == 1
    assert [charters[each.pk].minutes_due_days for each in (council, *others)] == [2, 9, 9, 9]
    assert charters[others[0].pk] == charter_of(others[0])


def test_meeting_held_pays_the_period_of_the_charter(council, secretary):
    settle(council, secretary, meeting__frequency="monthly")
    open_duties(on=today(), by=SYSTEM)
    make_held(council, starts_at=at(2026, 3, 5, 9, 1))
    assert Obligation.objects.get(duty="meeting.hold", period="2026-03").state == "filed"
