"""Figures of members and activities: every number, its rows, its target; three people of different posts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities.enums import ActivityState, AttendanceState
from activities.models import Activity, Attendance, Evaluation
from members.enums import ClaimState, FeedbackState
from members.models import ClaimEvaluation, PostClaim, ServiceRecord
from partybuild.accounts.actors import actor_in
from partybuild.areas.services.settings import set_parameter
from partybuild.calendar import SHANGHAI, Period, now
from partybuild.evaluations.enums import EvaluatedBy, EvaluatedVia, Satisfaction
from partybuild.indicators.enums import Part
from partybuild.indicators.models import FrozenFigure
from partybuild.indicators.queries.board import SMALLEST_GROUP
from partybuild.indicators.queries.figures import figures, figures_of_body, total_behind
from partybuild.indicators.registry import indicator_of, indicators
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import close_period
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.factories.members import (
    make_claim,
    make_feedback,
    make_member,
    make_post_of,
    make_services,
    make_unit_report_in,
)
from tests.factories.obligations import make_debt
from tests.factories.units import make_unit_of
from tests.indicators.test_boards import assert_counts, figures_on, line_of

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")
Q4 = Period.parse("2026Q4")
PATH = "/dashboard/?period=2026Q1"
# What this file is about.
PEOPLE = (
    "unit.reported_in",
    "member.rate",
    "post.claimed",
    "claim.members",
    "claim.done",
    "claim.approved",
    "claim.unanswered",
    "service.participation",
    "service.times",
    "service.hours",
    "service.per_person",
    "activity.held",
    "activity.attended",
    "evaluation.approved",
    "evaluation.unanswered",
)


def held(community: Any, organizer: Any, members: list[Any], **values: Any) -> Activity:
    """Return a held activity that members came to."""
    activity = make_activity(community, organizer, **values)
    Activity.objects.filter(pk=activity.pk).update(state=ActivityState.HELD, held_at=now())
    for member in members:
        Attendance.objects.create(
            activity=activity,
            member=member,
            state=AttendanceState.PRESENT,
            via="hand",
            member_name=member.person.name,
            unit=member.places.filter(side="unit").first().unit,
        )
    activity.refresh_from_db()
    return activity


def answer(activity: Activity, *grades: str) -> None:
    """Put answers on an activity."""
    for grade in grades:
        Evaluation.objects.create(
            activity=activity,
            side=EvaluatedBy.RESIDENT,
            grade=grade,
            via=EvaluatedVia.PAPER,
            given_at=now(),
        )


@pytest.fixture
def quarter(cast: Any, clock: Any) -> Any:
    """Eight reported in, five served, two posts of three taken on, two activities held."""
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    make_unit_report_in(cast.unit, cast.community)
    members = make_reported_in(cast.unit, cast.community, 8)
    make_services(cast.community, members[:5])
    make_services(cast.community, members[:1], hours="1.0", date=date(2026, 3, 2))
    # Entered and not certified: counts nowhere.
    make_services(cast.community, members[5:6], certified=False)

    first, second, _nobody = (
        make_post_of(cast.community, title=title, wanted=3)
        for title in ("法律咨询岗", "巡逻岗", "读书岗")
    )
    make_post_of(cast.community, title="草稿岗", published=False)
    done = make_claim(first, members[0])
    PostClaim.objects.filter(pk=done.pk).update(
        state=ClaimState.EVALUATED, ended_on=date(2026, 3, 20)
    )
    PostClaim.objects.filter(pk=done.pk).update(evaluation_asked=6)
    for grade in (*[Satisfaction.SATISFIED] * 2, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED):
        ClaimEvaluation.objects.create(
            claim=done,
            side=EvaluatedBy.SERVED,
            grade=grade,
            via=EvaluatedVia.PAPER,
            given_at=datetime(2026, 3, 21, 10, tzinfo=SHANGHAI),
        )
    make_claim(second, members[1])
    make_claim(second, members[2])
    # Proposed, and left: no claim of anybody's.
    make_claim(first, members[3], accepted=False)
    left = make_claim(first, members[4])
    PostClaim.objects.filter(pk=left.pk).update(state=ClaimState.LEFT, ended_on=date(2026, 3, 10))

    activity = held(cast.community, cast.committee, members[:4], title="清洁家园")
    Activity.objects.filter(pk=activity.pk).update(evaluation_asked=10)
    answer(activity, *[Satisfaction.SATISFIED] * 4, Satisfaction.MOSTLY, Satisfaction.DISSATISFIED)
    held(cast.community, cast.committee, members[:1], title="义诊")
    make_activity(cast.community, cast.committee, title="还没有举办")
    clock(2026, 4, 20)
    return cast


def cell(area: Any, key: str, period: Period = Q1) -> tuple[Any, Any]:
    """Return a figure of an area, checked against its rows."""
    indicator = indicator_of(key)
    found = figures([area], period, [indicator])[area.pk, key]
    for part, number in ((Part.NUMERATOR, found.numerator), (Part.DENOMINATOR, found.denominator)):
        if number is not None:
            assert total_behind(indicator, part, period, area=area) == number
    return found.numerator, found.denominator


EXPECTED = {
    "unit.reported_in": (1, 2),
    "post.claimed": (2, 3),
    "claim.members": (3, 8),
    "claim.done": (1, 3),
    "claim.approved": (3, 4),
    "claim.unanswered": (2, None),
    "service.participation": (5, 8),
    "service.times": (6, None),
    "service.hours": (Decimal("13.5"), None),
    "service.per_person": (Decimal("13.5"), 8),
    "activity.held": (2, None),
    "activity.attended": (5, None),
    "evaluation.approved": (5, 6),
    "evaluation.unanswered": (4, None),
}


@pytest.mark.parametrize("key", EXPECTED)
def test_each_figure_counts_what_its_definition_says(quarter, key):
    assert cell(quarter.community, key) == EXPECTED[key]
    # Nothing of it in the quarter before but what had no beginning.
    before = figures([quarter.community], Period.parse("2025Q4"), [indicator_of(key)])
    numbers = before[quarter.community.pk, key]
    assert numbers.numerator == 0


@pytest.mark.parametrize("viewer", ["secretary", "street_staff", "district_staff", "liaison"])
def test_every_number_of_people_opens_its_rows(quarter, client_of, viewer):
    client = client_of(getattr(quarter, viewer))
    page = client.get(PATH).content.decode()
    seen = set()
    for url, shown in figures_on(page):
        key = url.split("/")[2]
        if key in PEOPLE:
            assert_counts(client.get(url), shown, url)
            seen.add(key)
    # District and unit: their lines open no answers of residents, posts and rosters are the areas'.
    missing = {
        "secretary": {"member.rate"},
        "street_staff": set(),
        "district_staff": {"activity.attended", "evaluation.approved"},
        "liaison": {
            "post.claimed",
            "activity.held",
            "evaluation.approved",
            "evaluation.unanswered",
        },
    }[viewer]
    assert seen == set(PEOPLE) - missing


def test_outsider_and_city_open_nothing_about_persons(quarter, client_of):
    keys = [key for key in PEOPLE if indicator_of(key).about_persons]
    assert len(keys) >= 8
    outsider, city = client_of(quarter.outsider), client_of(quarter.city_staff)
    for key in keys:
        place = quarter.street if key == "member.rate" else quarter.community
        assert outsider.get(f"/dashboard/{key}/{place.uid}/2026Q1/").status_code == 404
        assert city.get(f"/dashboard/{key}/{place.uid}/2026Q1/").status_code == 403
    page = city.get(f"{PATH}&area={quarter.street.uid}").content.decode()
    for key in keys:
        assert f"/dashboard/{key}/" not in page
    # What is about bodies opens all the way down.
    assert city.get(f"/dashboard/activity.held/{quarter.community.uid}/2026Q1/").status_code == 200
    for key in ("activity.attended", "evaluation.approved"):
        path = f"/dashboard/{key}/{quarter.community.uid}/2026Q1/"
        assert client_of(quarter.district_staff).get(path).status_code == 403


def test_member_has_no_board_and_opens_no_rows(quarter, client_of):
    client = client_of(quarter.member)
    for key in ("service.participation", "activity.held"):
        path = f"/dashboard/{key}/{quarter.community.uid}/2026Q1/"
        assert client.get(path).status_code in {403, 404}


def test_secretary_reads_rates_with_their_target(quarter, client_of):
    response = client_of(quarter.secretary).get(PATH)
    words = response.content.decode()
    assert "参与率62.5%，未达目标70%" in words
    # 5 of 6: rounded down, and unanswered ones are no part of it.
    assert "认可率83.3%，未达目标85%" in words
    # While a quarter lasts, nobody has missed anything.
    this = client_of(quarter.secretary).get("/dashboard/?period=2026Q2").content.decode()
    assert "参与率0%，目标70%" in this
    assert "未达目标70%" not in this
    set_parameter(quarter.community, key="target.participation", value=60, by=SYSTEM)
    set_parameter(quarter.street, key="target.recognition", value=0, by=SYSTEM)
    response = client_of(quarter.secretary).get(PATH)
    words = response.content.decode()
    assert "参与率62.5%，已达目标60%" in words
    assert "认可率83.3%" in words
    assert "认可率83.3%，" not in words
    part = next(part for part in response.context["parts"] if part["key"] == "service")
    (chart,) = part["charts"]
    done, target = chart["series"]
    assert chart["categories"] == ["单位报到率", "参与率"]
    assert (done["values"], target["values"]) == ([50.0, 62.5], [95, 60])
    # The same figures as a table beside the drawing, each with its rows.
    assert "看数据表" in words
    assert done["urls"][1].startswith("/dashboard/service.participation/")


def test_places_are_compared_in_the_order_of_the_tree_never_by_rank(quarter, client_of):
    make_reported_in(quarter.second_unit, quarter.sibling, 3)
    set_parameter(quarter.sibling, key="target.participation", value=50, by=SYSTEM)
    response = client_of(quarter.street_staff).get("/dashboard/?period=2026Q2")
    part = next(part for part in response.context["parts"] if part["key"] == "service")
    chart = part["charts"][-1]
    assert chart["categories"] == [line["name"] for line in part["lines"]][:2]
    assert chart["series"][1]["values"] == [70, 50]


def test_each_definition_stands_on_the_board_and_on_the_list(quarter, client_of):
    client = client_of(quarter.street_staff)
    board = client.get(PATH).content.decode()
    for key in PEOPLE:
        indicator = indicator_of(key)
        assert str(indicator.definition) in board, key
        listed = client.get(f"/dashboard/{key}/{quarter.street.uid}/2026Q1/").content.decode()
        assert str(indicator.definition) in listed, key


def test_exempt_members_are_not_expected(quarter):
    assert cell(quarter.street, "member.rate") == (8, 8)
    away = make_member(quarter.unit)
    assert cell(quarter.street, "member.rate", Period.parse("2026Q2")) == (8, 9)
    debt = make_debt(away.person, quarter.unit, duty="report_in.first")
    Obligation.objects.filter(pk=debt.pk).update(state=ObligationState.EXEMPT)
    assert cell(quarter.street, "member.rate", Period.parse("2026Q2")) == (8, 8)


def test_feedback_of_a_year_stands_in_its_last_quarter(quarter, clock, client_of):
    clock(2026, 12, 20)
    for state in (*[FeedbackState.SENT] * 2, FeedbackState.ACKNOWLEDGED, FeedbackState.USED):
        make_feedback(
            make_member(quarter.unit), quarter.unit, quarter.community, "qualified", state=state
        )
    assert cell(quarter.community, "feedback.sent", Q4) == (4, 4)
    assert cell(quarter.community, "feedback.acknowledged", Q4) == (2, 4)
    assert cell(quarter.community, "feedback.used", Q4) == (1, 2)
    assert cell(quarter.community, "feedback.sent", Period.parse("2026Q3")) == (0, 0)
    path = "/dashboard/?period=2026Q4"
    for viewer in ("secretary", "street_staff", "unit_secretary"):
        client = client_of(getattr(quarter, viewer))
        pages = dict(figures_on(client.get(path).content.decode()))
        opened = {url: shown for url, shown in pages.items() if "/feedback." in url}
        assert opened
        for url, shown in opened.items():
            assert_counts(client.get(url), shown, url)
    # The liaison acknowledges and reads no form: the number stands, nothing opens.
    liaison = client_of(quarter.liaison)
    words = liaison.get(path).content.decode()
    assert "/dashboard/feedback." not in words
    assert "反馈表签收：未签收2份" in words
    assert line_of(liaison, path, "江湾区图书馆")["党员反馈"].startswith("已签发4/4")
    listed = liaison.get(f"/dashboard/feedback.sent/{quarter.unit.uid}/2026Q4/")
    assert listed.status_code == 403


def test_unit_reads_what_its_people_did(quarter, client_of):
    body = figures_of_body(
        quarter.unit, Q1, [indicator_of(key) for key in EXPECTED if indicator_of(key).body]
    )
    numbers = {key: (found.numerator, found.denominator) for (_pk, key), found in body.items()}
    assert numbers["service.participation"] == (5, 8)
    assert numbers["service.hours"] == (Decimal("13.5"), None)
    assert numbers["claim.done"] == (1, 3)
    assert numbers["activity.attended"] == (5, None)
    # It held none of these activities.
    assert numbers["activity.held"] == (0, None)
    held(quarter.community, quarter.unit, [], title="图书馆开放日")
    body = figures_of_body(quarter.unit, Q1, [indicator_of("activity.held")])
    assert body[quarter.unit.pk, "activity.held"].numerator == 1


def test_few_persons_behind_many_rows_are_held_back_from_the_city(quarter, client_of):
    """Six records of one person are one person."""
    (alone,) = make_reported_in(quarter.second_unit, quarter.sibling, 1)
    for number in range(6):
        make_services(quarter.sibling, [alone], date=date(2026, 2, 1 + number))
    assert cell(quarter.sibling, "service.times")[0] == 6 >= SMALLEST_GROUP
    city = client_of(quarter.city_staff).get(f"{PATH}&area={quarter.street.uid}")
    shown = {row.name: row.shown for row in city.context["board"].rows}
    for key in ("service.times", "service.hours", "service.per_person"):
        assert shown["新桥社区"][key].is_suppressed, key
        # One gap beside the total is no gap.
        assert shown["和平社区"][key].is_suppressed, key
    assert not shown["和平社区"]["activity.held"].is_suppressed
    own = client_of(quarter.sibling_secretary).get(PATH)
    assert own.context["board"].total.shown["service.hours"].cell.numerator == 15


def test_closed_quarter_keeps_sums_with_their_rows(quarter, clock):
    closed = close_period(
        quarter.street, period=Q1, reason="已核对", by=actor_in(quarter.street_staff)
    )
    ServiceRecord.objects.filter(date=date(2026, 3, 2)).update(hours="4.0")
    Evaluation.objects.all().delete()
    for area in (quarter.community, quarter.street, quarter.district, quarter.city):
        for key in ("service.hours", "service.per_person", "service.times", "evaluation.approved"):
            indicator = indicator_of(key)
            found = figures([area], Q1, [indicator])[area.pk, key]
            assert (found.numerator, found.denominator) == EXPECTED[key], key
            assert total_behind(indicator, Part.NUMERATOR, Q1, area=area) == EXPECTED[key][0]
    body = figures_of_body(quarter.unit, Q1, [indicator_of("service.hours")])
    assert body[quarter.unit.pk, "service.hours"].numerator == Decimal("13.5")
    kept = FrozenFigure.objects.get(
        closed=closed, indicator="service.hours", area=quarter.community, part=Part.NUMERATOR
    )
    assert (kept.count, len(kept.rows), kept.people) == (135, 6, 5)


def test_every_share_has_a_word_and_every_target_a_parameter():
    from partybuild.areas.parameters import PARAMETERS

    for each in indicators():
        if each.target:
            assert each.target in PARAMETERS
            assert each.rate
        if each.amount is not None:
            assert each.row_unit
    assert PARAMETERS["target.participation"].default == 70
    assert PARAMETERS["target.recognition"].default == 85


def test_activities_are_dated_by_shanghai(cast):
    """Begun at 00:30 on 1 April in Shanghai, in UTC still March."""
    late = datetime(2026, 4, 1, 0, 30, tzinfo=SHANGHAI)
    held(
        cast.community,
        cast.committee,
        [],
        starts_at=late,
        ends_at=datetime(2026, 4, 1, 2, tzinfo=SHANGHAI),
    )
    assert cell(cast.community, "activity.held") == (0, None)
    assert cell(cast.community, "activity.held", Period.parse("2026Q2")) == (1, None)
