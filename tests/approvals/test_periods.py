"""A street closes a quarter; its figures stand until another person lets it be opened."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partybuild.access import Refused, Role
from partybuild.accounts.actors import actor_in
from partybuild.approvals.enums import ApprovalState
from partybuild.approvals.models import Approval
from partybuild.approvals.services import decide_approval, request_approval
from partybuild.calendar import Period
from partybuild.indicators.enums import Part
from partybuild.indicators.indicators import DutiesDone, DutiesOverdue
from partybuild.indicators.queries.figures import figures, rows_behind
from partybuild.obligations.models import ClosedPeriod, Obligation
from partybuild.obligations.queries.periods import closing_of, periods_closed_with
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import (
    close_period,
    exempt,
    owe,
    pay,
    reopen_period,
    return_debt,
)
from tests.factories.core import make_post
from tests.factories.obligations import make_debt

Q4 = Period.parse("2025Q4")


@pytest.fixture
def debts(cast, clock, system):
    clock(2026, 1, 9)
    paid = make_debt(
        cast.unit, cast.committee, area=cast.community, period="2025Q4", due_on=date(2026, 1, 8)
    )
    late = make_debt(
        cast.second_unit,
        cast.committee,
        area=cast.community,
        period="2025Q4",
        due_on=date(2026, 1, 8),
    )
    pay(duty=paid.duty, bearer=cast.unit, period="2025Q4", by=system, on=date(2026, 1, 7))
    clock(2026, 1, 20)
    return paid, late


def counted(area):
    cells = figures([area], Q4, [DutiesDone(), DutiesOverdue()])
    done, overdue = cells[area.pk, "duty.done"], cells[area.pk, "duty.overdue"]
    for part, number in ((Part.NUMERATOR, done.numerator), (Part.DENOMINATOR, done.denominator)):
        assert rows_behind(DutiesDone(), part, Q4, area=area).count() == number
    return done.numerator, done.denominator, overdue.numerator


def close(cast, **more):
    return close_period(
        cast.street, period=Q4, reason="已核对", by=actor_in(cast.street_staff), **more
    )


def test_what_a_quarter_closes_with_it():
    assert periods_closed_with(Q4) == ["2025", "2025-10", "2025-11", "2025-12", "2025H2", "2025Q4"]
    assert periods_closed_with(Period.parse("2026Q1")) == [
        "2026-01",
        "2026-02",
        "2026-03",
        "2026Q1",
    ]


def test_closing_freezes_keys_and_states(cast, debts):
    closed = close(cast)
    assert (closed.debts, closed.unpaid) == (2, 1)
    paid, late = (Obligation.objects.get(pk=each.pk) for each in debts)
    assert (paid.is_closed, paid.closed_state, paid.closed_paid_on) == (
        True,
        "filed",
        date(2026, 1, 7),
    )
    assert (late.is_closed, late.closed_state) == (True, "open")
    assert paid.frozen_street_id == cast.street.pk
    assert paid.frozen_city_id == cast.city.pk


def test_what_comes_afterwards_leaves_the_figures(cast, debts, system):
    paid, late = debts
    before = [counted(area) for area in (cast.community, cast.street, cast.district)]
    assert before == [(1, 2, 1)] * 3
    close(cast)
    # Filed on paper in time, but entered after closing.
    pay(duty=late.duty, bearer=cast.second_unit, period="2025Q4", by=system, on=date(2026, 1, 8))
    late.refresh_from_db()
    assert (late.state, late.is_late) == ("filed", True)
    assert list(Obligation.objects.filter(pk=late.pk).late()) == [late]
    assert list(Obligation.objects.filter(pk=late.pk).on_time()) == []
    return_debt(paid, reason="有误", by=system)
    exempt(paid, reason="停业", by=actor_in(cast.street_staff))
    assert [counted(area) for area in (cast.community, cast.street, cast.district)] == before


def test_a_debt_that_arises_after_closing_is_not_expected_in_it(cast, debts, system):
    close(cast)
    before = counted(cast.street)
    owe(
        [
            Debt(
                duty="test.report",
                owed_to=cast.committee,
                due_on=date(2026, 1, 8),
                period="2025Q4",
                bearer_organization=cast.other_unit,
                area=cast.community,
            )
        ],
        by=system,
    )
    assert counted(cast.street) == before
    assert Obligation.objects.filter(period="2025Q4").unpaid().count() == 2


def test_moving_a_community_moves_no_closed_figure(cast, debts, system):
    from partybuild.areas.models import Area

    close(cast)
    moved = cast.community.path.replace(cast.street.path, cast.other_street.path)
    Area.objects.filter(pk=cast.community.pk).update(parent=cast.other_street, path=moved)
    cast.community.refresh_from_db()
    assert counted(cast.street) == (1, 2, 1)
    assert counted(cast.other_street) == (0, 0, 0)
    reopen_period(ClosedPeriod.objects.get(), reason="更正", by=system)
    assert counted(cast.street) == (0, 0, 0)
    assert counted(cast.other_street) == (1, 2, 1)


def test_a_district_is_closed_when_all_its_streets_are(cast, debts):
    close(cast)
    assert closing_of(cast.street, Q4).is_closed
    assert closing_of(cast.community, Q4).is_closed
    assert not closing_of(cast.district, Q4).is_closed
    close_period(cast.other_street, period=Q4, reason="已核对", by=actor_in(cast.district_staff))
    assert closing_of(cast.district, Q4).is_closed
    assert closing_of(cast.city, Q4).is_closed


def test_what_cannot_be_closed(cast, debts):
    by = actor_in(cast.street_staff)
    for street, period, reason in (
        (cast.street, Period.parse("2026Q1"), "早了"),
        (cast.district, Q4, "不是街道"),
        (cast.street, Q4, "  "),
    ):
        with pytest.raises(ValidationError):
            close_period(street, period=period, reason=reason, by=by)
    close(cast)
    with pytest.raises(ValidationError):
        close(cast)
    assert ClosedPeriod.objects.count() == 1


def test_opening_again_needs_another_person(cast, debts, system):
    closed = close(cast)
    asked = request_approval(
        "period.reopen",
        target=closed,
        payload={},
        reason="漏登一家",
        by=actor_in(cast.street_staff),
    )
    assert asked.asked_posts == [cast.district_staff.pk]
    colleague = make_post(Role.COMMITTEE, cast.street_committee, name="街道工作人员丁")
    with pytest.raises(Refused):
        decide_approval(asked, approve=True, opinion="", by=actor_in(cast.other_street_staff))
    decided = decide_approval(asked, approve=True, opinion="", by=actor_in(colleague))
    assert decided.state == ApprovalState.EXECUTED
    closed.refresh_from_db()
    assert closed.reopened_post == colleague.post
    assert not Obligation.objects.filter(is_closed=True).exists()
    again = close(cast)
    assert again.pk != closed.pk


def test_pages(cast, client_of, debts, django_assert_max_num_queries):
    street = client_of(cast.street_staff)
    path = f"/obligations/periods/{cast.street.uid}/2025Q4/"
    assert "未关账" in street.get("/obligations/periods/").content.decode()
    page = street.get(path).content.decode()
    assert "1项" in page
    assert "没有办结" in page
    assert street.act(path + "close/", {"reason": ""}).status_code == 422
    assert street.act(path + "close/", {"reason": "已核对"}).status_code == 302
    assert "已关账，数据不再变动" in street.get(path).content.decode()
    assert street.act(path + "reopen/", {"reason": ""}).status_code == 422
    answer = street.act(path + "reopen/", {"reason": "漏登"})
    approval = Approval.objects.get()
    assert answer.url == approval.get_absolute_url()
    assert "等待审批" in street.get(path).content.decode()
    district = client_of(cast.district_staff)
    assert "望江街道" in district.get(approval.get_absolute_url()).content.decode()
    district.act(approval.get_absolute_url() + "decide/", {"decision": "approve"})
    page = street.get(path).content.decode()
    assert "曾经关账" in page
    assert client_of(cast.other_street_staff).get(path).status_code == 404
    assert client_of(cast.secretary).get(path).status_code == 403
    assert client_of(cast.liaison).get("/obligations/periods/").status_code == 403
    assert street.get(f"/obligations/periods/{cast.street.uid}/2025/").status_code == 404
    assert street.get(f"/obligations/periods/{cast.street.uid}/x/").status_code == 404
    running = street.get(f"/obligations/periods/{cast.street.uid}/2026Q1/").content.decode()
    assert "本季度还没有结束" in running
