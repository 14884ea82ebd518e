"""活动情况统计表: a unit and a community read the same cell, and it is what the rows say."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.enums import ClaimState, ReportInState, ServiceState
from members.models import Employment, PostClaim, ReportIn, ServicePost, ServiceRecord
from members.queries import statistics
from members.queries.statistics import (
    Cut,
    Figures,
    Group,
    by_community,
    by_unit,
    expected_times,
    is_total_small,
    member_lines,
    parts_of,
    suppress_small,
    total_of,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Area, Parameter
from partybuild.calendar import Period
from tests.factories.members import make_member, make_services

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")
PERIODS = [Period.parse(text) for text in ("2026Q1", "2025Q4", "2026", "2026-02", "2026H1")]
FIRST = date(2025, 11, 1)

days = st.integers(0, 130).map(lambda number: FIRST + timedelta(days=number))
who, where, whose = st.integers(0, 3), st.integers(0, 1), st.integers(0, 1)


@pytest.fixture
def bare(cast, clock):
    """Four members without any fact, on 2026-03-05."""
    members = [make_member(cast.unit, f"党员{number}") for number in range(4)]
    Employment.objects.all().delete()
    return members


def _record(member, community, unit, day, halves, state, sheet):
    return ServiceRecord.objects.create(
        member=member,
        community=community,
        unit=unit,
        date=day,
        hours=Decimal(halves) / 2,
        state=state,
        sheet=sheet,
        content="志愿服务",
        kind="other",
        member_name=member.person.name,
    )


def _cells(groups):
    return {group.row.pk: group.figures for group in groups if group.row is not None}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    period=st.sampled_from(PERIODS),
    jobs=st.lists(st.tuples(who, whose, days), max_size=6),
    report_ins=st.lists(st.tuples(who, where, days, st.integers(0, 90) | st.none()), max_size=6),
    services=st.lists(
        st.tuples(
            who,
            where,
            whose,
            days,
            st.integers(1, 16),
            st.sampled_from(ServiceState.values),
            st.integers(0, 2),
        ),
        max_size=10,
    ),
    claims=st.lists(
        st.tuples(who, where, whose, days, st.sampled_from(("accepted", "done", "left"))),
        max_size=5,
    ),
)
def test_both_sides_read_the_same_cell(cast, bare, period, jobs, report_ins, services, claims):
    """Whatever happened: unit, community, member lines and a count by hand agree in every cell."""
    communities, units = [cast.community, cast.sibling], [cast.unit, cast.second_unit]
    sides = {
        "units": [actor_in(cast.liaison).scope, actor_in(cast.second_liaison).scope],
        "areas": [actor_in(cast.secretary).scope, actor_in(cast.sibling_secretary).scope],
    }
    with transaction.atomic():
        _live(bare, communities, units, jobs, report_ins, services, claims)
        from_units = [_cells(by_community(Cut(scope, period))) for scope in sides["units"]]
        from_areas = [_cells(by_unit(Cut(scope, period))) for scope in sides["areas"]]
        street = member_lines(Cut(actor_in(cast.street_staff).scope, period))
        for u, unit in enumerate(units):
            for c, community in enumerate(communities):
                ours = from_units[u].get(community.pk, Figures())
                assert ours == from_areas[c].get(unit.pk, Figures())
                assert ours == _by_hand(unit, community, period)
                lines = [
                    line
                    for line in member_lines(Cut(sides["units"][u], period))
                    if line.community == community
                ]
                same = [
                    line
                    for line in member_lines(Cut(sides["areas"][c], period))
                    if line.unit == unit
                ]
                above = [
                    line for line in street if line.community == community and line.unit == unit
                ]
                assert lines == same == above
                assert sum(line.times for line in lines) == ours.times
                assert sum((line.hours for line in lines), Decimal(0)) == ours.hours
                assert sum(1 for line in lines if line.times) == ours.people
                assert sum(1 for line in lines if line.reported_on) == ours.reported
                for key, number in ours.tallies.items():
                    assert sum(line.tallies.get(key, 0) for line in lines) == number
                if parts_of(period):
                    assert all(sum(line.parts) == line.times for line in lines)
        transaction.set_rollback(True)


def _live(members, communities, units, jobs, report_ins, services, claims):
    for member_at, unit_at, day in sorted(jobs, key=lambda job: job[2]):
        member = members[member_at]
        open_ones = Employment.objects.filter(member=member, valid_to=None)
        if open_ones.filter(valid_from__gt=day).exists():
            continue
        open_ones.update(valid_to=day)
        Employment.objects.create(member=member, unit=units[unit_at], valid_from=day)
    for member_at, at, day, length in report_ins:
        member, community = members[member_at], communities[at]
        over = None if length is None else day + timedelta(days=length)
        if (
            over is None
            and ReportIn.objects.active().filter(member=member, community=community).exists()
        ):
            continue
        ReportIn.objects.create(
            member=member,
            community=community,
            state=ReportInState.CONFIRMED if over is None else ReportInState.ENDED,
            submitted_on=day,
            decided_on=day,
            ended_on=over,
            stated_name=member.person.name,
        )
    sheets = [uuid.uuid4() for _number in range(3)]
    for member_at, at, unit_at, day, halves, state, sheet in services:
        own = sheets[sheet]
        if ServiceRecord.objects.filter(sheet=own, member=members[member_at]).exists():
            own = uuid.uuid4()
        _record(members[member_at], communities[at], units[unit_at], day, halves, state, own)
    posts = [
        ServicePost.objects.create(
            community=community,
            category="other",
            title="楼栋长",
            content="走访",
            wanted=9,
            contact="张三",
            contact_phone="13900000000",
            starts_on=FIRST,
        )
        for community in communities
    ]
    for number, (member_at, at, unit_at, day, state) in enumerate(claims):
        if PostClaim.objects.filter(post=posts[at], member=members[member_at]).exists():
            continue
        PostClaim.objects.create(
            post=posts[at],
            member=members[member_at],
            unit=units[unit_at],
            state=state,
            proposed_on=day,
            decided_on=day,
            ended_on=None if state == ClaimState.ACCEPTED else day + timedelta(days=7),
            place_number=number + 1,
            member_name=members[member_at].person.name,
        )


def _by_hand(unit, community, period):
    """Count a cell in Python from every row: nothing of the product's own filters."""
    until = min(period.end, date(2026, 3, 5))
    records = [
        each
        for each in ServiceRecord.objects.all()
        if each.state == "certified"
        and each.unit_id == unit.pk
        and each.community_id == community.pk
        and period.start <= each.date <= until
    ]
    reported = set()
    for each in ReportIn.objects.filter(community=community):
        stands = each.decided_on <= until and (each.ended_on is None or each.ended_on > until)
        jobs = [
            job
            for job in Employment.objects.filter(member=each.member)
            if job.valid_from <= until and (job.valid_to is None or job.valid_to > until)
        ]
        latest = max(jobs, key=lambda job: (job.valid_from, job.pk), default=None)
        if stands and latest is not None and latest.unit_id == unit.pk:
            reported.add(each.member_id)
    claims = [
        each
        for each in PostClaim.objects.select_related("post")
        if each.unit_id == unit.pk and each.post.community_id == community.pk
    ]
    tallies = {
        "claimed": sum(
            1
            for each in claims
            if each.state in {"accepted", "done"} and period.start <= each.decided_on <= until
        ),
        "completed": sum(
            1 for each in claims if each.state == "done" and period.start <= each.ended_on <= until
        ),
    }
    return Figures(
        reported=len(reported),
        people=len({each.member_id for each in records}),
        times=len(records),
        events=len({each.sheet for each in records}),
        hours=sum((each.hours for each in records), Decimal(0)),
        tallies={key: number for key, number in tallies.items() if number},
    )


def test_the_cell_differs_where_a_side_reads_another_snapshot(cast, bare, monkeypatch):
    """The control: were the unit's side to follow today's employment, the equality would break."""
    member = bare[0]
    Employment.objects.create(member=member, unit=cast.second_unit, valid_from=date(2026, 2, 1))
    _record(member, cast.community, cast.unit, date(2026, 1, 9), 4, "certified", uuid.uuid4())
    unit_scope = actor_in(cast.liaison).scope
    assert _cells(by_community(Cut(unit_scope, Q1)))[cast.community.pk].times == 1
    plain = Cut.within

    def by_todays_employment(self, rows, **paths):
        if self.scope.is_unit:
            return rows.filter(member__employments__unit=self.scope.organization_id).order_by()
        return plain(self, rows, **paths)

    monkeypatch.setattr(Cut, "within", by_todays_employment)
    found = _cells(by_community(Cut(unit_scope, Q1))).get(cast.community.pk, Figures())
    assert found != _cells(by_unit(Cut(actor_in(cast.secretary).scope, Q1)))[cast.unit.pk]


def test_people_times_occasions_and_hours_are_counted_apart(world):
    total = total_of(Cut(actor_in(world.cast.secretary).scope, Q1))
    # Two lists of two, one member on both, 2.5 hours each.
    assert (total.people, total.times, total.events, total.hours) == (3, 4, 2, Decimal("10.0"))
    assert total.reported == 3
    by_units = _cells(by_unit(Cut(actor_in(world.cast.secretary).scope, Q1)))
    # A list of two units is one occasion in the total and one for each.
    assert sum(each.events for each in by_units.values()) == 3
    assert sum(each.times for each in by_units.values()) == total.times


def test_what_waits_or_was_taken_back_does_not_count(world):
    make_services(world.cast.community, [world.a], certified=False, content="待认证")
    assert total_of(Cut(actor_in(world.cast.secretary).scope, Q1)).times == 4


def test_expected_times_of_parts_add_up_to_the_year(cast, clock):
    for yearly in (0, 1, 2, 3, 4, 6, 12, 17):
        Parameter.objects.update_or_create(
            area=cast.community, key="activity.min_per_year", defaults={"value": yearly}
        )
        quarters = [
            expected_times(cast.community, Period(2026, "quarter", n)) for n in (1, 2, 3, 4)
        ]
        if not yearly:
            assert quarters == [None] * 4
            continue
        assert sum(quarters) == yearly == expected_times(cast.community, Period(2026, "year"))


def test_a_few_persons_are_not_counted_out(world):
    groups = by_community(Cut(actor_in(world.cast.city_staff).scope, Q1))
    suppress_small(groups)
    assert [group.is_suppressed for group in groups] == [False]
    groups[0].figures.people = 2
    suppress_small(groups)
    assert groups[0].is_suppressed


def _group(people, street):
    return Group(Area(parent_id=street), Figures(reported=people, people=people, times=people))


def test_one_gap_in_the_whole_table_is_not_left_alone(world):
    # The only line of its street: what its neighbours do not hide, the total would tell.
    groups = [_group(2, 1), _group(9, 2), _group(5, 2)]
    suppress_small(groups)
    assert [group.is_suppressed for group in groups] == [True, False, True]


@pytest.mark.parametrize(
    ("people", "is_held_back"), [((2,), True), ((1, 1), True), ((3,), False), ((2, 2), False)]
)
def test_a_total_of_a_few_persons_is_not_counted_out_either(world, people, is_held_back):
    groups = [_group(number, 1) for number in people]
    total = Figures(reported=sum(people), people=sum(people))
    suppress_small(groups)
    assert is_total_small(total, groups) is is_held_back


def test_a_total_does_not_say_what_its_only_line_holds_back(world):
    # Three reported in, one of them did not serve.
    alone = Figures(reported=3, people=2, times=4)
    group = Group(Area(parent_id=1), alone)
    suppress_small([group])
    assert group.is_suppressed
    assert is_total_small(alone, [group])
    assert is_total_small(Figures(reported=4, people=3), [_group(0, 1), group])


def test_lists_take_the_same_number_of_queries_whatever_their_length(
    world, django_assert_num_queries
):
    scope = actor_in(world.cast.secretary).scope
    kinds = len(statistics.tallies())
    # The day, report-ins, records, and one for each further count.
    with django_assert_num_queries(3 + kinds):
        by_unit_figures = statistics._grouped(
            Cut(scope, Q1), records="unit", report_ins="unit_then", counted=lambda each: each.unit
        )
    assert len(by_unit_figures) == 2
