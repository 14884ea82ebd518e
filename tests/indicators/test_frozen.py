"""Figures that are counted live stand still once their quarter is closed, with their rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from meetings.enums import Closing
from meetings.indicators import ResolutionsClosed, ResolutionsOnTime, ResolutionsOverdue
from meetings.models import Resolution
from meetings.services import assign_resolution, close_resolution
from members.indicators import MembersOnRosterReportedIn, MembersReportedIn, ServiceHours
from members.models import ReportIn, ServiceRecord
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from partybuild.indicators.enums import Part
from partybuild.indicators.models import FrozenFigure
from partybuild.indicators.queries.figures import figures, figures_of_body, rows_behind
from partybuild.indicators.registry import indicators
from partybuild.obligations.services import close_period, reopen_period
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_own_council, make_resolution
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")
LIVE = [each for each in indicators() if each.freezes]


@pytest.fixture
def resolutions(cast, clock):
    council = make_own_council(cast)
    held = make_held(council)
    rows = [
        make_resolution(held, cast.unit, cast.second_unit, text=text, due_on=date(2026, 3, 20))
        for text in ("修路灯", "装护栏")
    ]
    for row in rows:
        assign_resolution(row, by=SYSTEM)
    close_resolution(rows[0], closing=Closing.SUBSTANTIAL, by=SYSTEM)
    return rows


@pytest.fixture
def report_in(cast, clock):
    make_unit_of(cast.unit)
    return make_report_in(make_member(cast.unit), cast.community)


def close(cast, clock):
    clock(2026, 4, 10)
    return close_period(cast.street, period=Q1, reason="已核对", by=actor_in(cast.street_staff))


def numbers(area, indicator):
    cell = figures([area], Q1, [indicator])[area.pk, indicator.key]
    for part, number in ((Part.NUMERATOR, cell.numerator), (Part.DENOMINATOR, cell.denominator)):
        rows = rows_behind(indicator, part, Q1, area=area)
        assert (rows.count() if rows is not None else None) == number
    return cell.numerator, cell.denominator


def of_body(body, indicator):
    cell = figures_of_body(body, Q1, [indicator])[body.pk, indicator.key]
    assert rows_behind(indicator, Part.NUMERATOR, Q1, body=body).count() == cell.numerator
    return cell.numerator, cell.denominator


@pytest.mark.parametrize("is_closed", [True, False])
def test_what_is_finished_after_closing_changes_no_closed_figure(
    cast, clock, resolutions, is_closed
):
    indicator = ResolutionsClosed()
    if is_closed:
        close(cast, clock)
    clock(2026, 4, 20)
    assert numbers(cast.street, indicator) == (1, 2)
    Resolution.objects.filter(pk=resolutions[1].pk).update(reported_on=date(2026, 3, 19))
    close_resolution(resolutions[1], closing=Closing.PROCEDURAL, by=SYSTEM)
    # The control: a quarter that is not closed follows.
    expected = (1, 2) if is_closed else (2, 2)
    for area in (cast.community, cast.street, cast.district, cast.city):
        assert numbers(area, indicator) == expected
    assert of_body(cast.unit, indicator) == expected
    assert of_body(cast.second_unit, indicator) == expected
    assert rows_behind(indicator, Part.MISSING, Q1, area=cast.street).count() == (
        1 if is_closed else 0
    )


def test_closed_splits_into_three_ways_and_on_time_is_of_those_closed(cast, clock, resolutions):
    clock(2026, 3, 27)
    close_resolution(resolutions[1], closing=Closing.PROCEDURAL, by=SYSTEM)
    assert numbers(cast.street, ResolutionsClosed()) == (2, 2)
    ways = {
        each.key.rpartition("_")[2]: numbers(cast.street, each)[0]
        for each in indicators()
        if each.key.startswith("resolution.closed_")
    }
    assert ways == {"substantial": 1, "procedural": 1, "stage": 0}
    # Closed without a report a week after its date.
    assert numbers(cast.street, ResolutionsOnTime()) == (1, 2)


def test_what_was_overdue_at_closing_stays_so(cast, clock, resolutions):
    close(cast, clock)
    assert numbers(cast.street, ResolutionsOverdue()) == (1, None)
    close_resolution(resolutions[1], closing=Closing.SUBSTANTIAL, by=SYSTEM)
    assert numbers(cast.street, ResolutionsOverdue()) == (1, None)


def test_a_date_moved_into_or_out_of_a_closed_quarter_moves_nothing(cast, clock, resolutions):
    close(cast, clock)
    Resolution.objects.filter(pk=resolutions[1].pk).update(due_on=date(2026, 5, 20))
    assert numbers(cast.street, ResolutionsClosed()) == (1, 2)
    # In the next quarter it counts as what it is there.
    q2 = figures([cast.street], Period.parse("2026Q2"), [ResolutionsClosed()])
    assert q2[cast.street.pk, ResolutionsClosed.key].denominator == 1


@pytest.mark.parametrize("indicator", [MembersReportedIn(), MembersOnRosterReportedIn()])
def test_members_who_leave_afterwards_stay_in_the_closed_figure(cast, clock, report_in, indicator):
    close(cast, clock)
    before = numbers(cast.street, indicator)
    assert before[0] == 1
    # Entered late, as of a day in the quarter: a change that a live figure would follow.
    ReportIn.objects.filter(pk=report_in.pk).update(decided_on=date(2026, 4, 2))
    assert numbers(cast.street, indicator) == before
    assert numbers(cast.district, indicator) == before


def test_another_street_goes_on_counting(cast, clock, resolutions):
    close(cast, clock)
    other = make_own_council_of_other(cast)
    row = make_resolution(make_held(other), cast.other_unit, due_on=date(2026, 3, 31))
    Resolution.objects.filter(pk=row.pk).update(due_on=date(2026, 3, 31), state="assigned")
    assert numbers(cast.other_street, ResolutionsClosed()) == (0, 1)
    assert numbers(cast.district, ResolutionsClosed()) == (1, 3)


def make_own_council_of_other(cast):
    from tests.factories.meetings import make_council

    return make_council(cast.other_community, cast.other_committee, cast.other_unit)


def test_opened_again_a_quarter_is_counted_live(cast, clock, resolutions):
    closed = close(cast, clock)
    close_resolution(resolutions[1], closing=Closing.SUBSTANTIAL, by=SYSTEM)
    Resolution.objects.filter(pk=resolutions[1].pk).update(reported_on=date(2026, 3, 19))
    assert numbers(cast.street, ResolutionsClosed()) == (1, 2)
    reopen_period(closed, reason="补录", by=SYSTEM)
    assert numbers(cast.street, ResolutionsClosed()) == (2, 2)
    # Closed anew, it keeps what stands now; the first copy stays as history.
    close(cast, clock)
    assert numbers(cast.street, ResolutionsClosed()) == (2, 2)
    assert FrozenFigure.objects.filter(closed=closed).exists()


def test_every_live_figure_is_kept_though_it_counts_nothing(cast, clock):
    closed = close(cast, clock)
    kept = set(
        FrozenFigure.objects.filter(closed=closed, area=None, body=None).values_list(
            "indicator", flat=True
        )
    )
    assert kept == {each.key for each in LIVE}
    assert {"resolution.on_time", "resolution.overdue", "member.reported_in", "member.rate"} <= kept


def test_if_a_copy_fails_the_quarter_stays_open(cast, clock, resolutions, monkeypatch):
    def fail(*_values, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr(FrozenFigure.objects.__class__, "bulk_create", fail)
    with pytest.raises(RuntimeError, match="full"):
        close(cast, clock)
    assert not cast.street.closed_periods.exists()


def _listed(client, area, indicator, period="2026Q1"):
    url = reverse("indicators:figure-list", args=(indicator.key, area.uid, period))
    return client.get(url)


def test_a_list_behind_a_closed_sum_says_when_its_rows_have_changed(cast, clock, client_of):
    make_unit_of(cast.unit)
    members = [make_member(cast.unit) for _ in range(3)]
    for member in members:
        make_report_in(member, cast.community)
    records = make_services(cast.community, members)
    client = client_of(cast.street_staff)
    before = _listed(client, cast.street, ServiceHours())
    assert (before.context["count"], before.context["today"]) == (Decimal("7.5"), None)
    close(cast, clock)
    closed = _listed(client, cast.street, ServiceHours())
    assert (closed.context["count"], closed.context["has_changed"]) == (Decimal("7.5"), False)
    assert "名单是关账时计入的，各行显示当前数据" in closed.content.decode()
    ServiceRecord.objects.filter(pk=records[0].pk).update(hours=Decimal("1.5"))
    changed = _listed(client, cast.street, ServiceHours())
    assert (changed.context["count"], changed.context["today"]) == (Decimal("7.5"), Decimal("6.5"))
    assert "关账时共7.5小时，下列各行现在合计6.5小时" in changed.content.decode()
