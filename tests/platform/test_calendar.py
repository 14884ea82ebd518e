"""Periods of the Shanghai date, working days with make-up days, the movable clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from partybuild import calendar
from partybuild.calendar import Period, add_working_days, last_working_day, working_days_between
from partybuild.calendar.models import WorkingDay

KINDS = ["year", "half", "quarter", "month"]


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), kind=st.sampled_from(KINDS))
def test_every_day_lies_in_exactly_one_period_of_a_kind(day, kind):
    period = Period.of(day, kind)
    assert day in period
    assert day not in period.next()
    assert day not in period.previous()
    assert Period.parse(str(period)) == period
    assert period.next().previous() == period
    assert period.end + timedelta(days=1) == period.next().start


def test_labels_are_the_official_words():
    assert Period.parse("2026Q1").label == "2026年第一季度"
    assert Period.parse("2026H2").label == "2026年下半年"
    assert Period.parse("2026-03").label == "2026年3月"
    assert Period.parse("2026").label == "2026年"


@pytest.mark.parametrize("text", ["2026Q5", "2026-13", "26Q1", "", "2026q1"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        Period.parse(text)


@pytest.mark.django_db
def test_working_days_know_holidays_and_make_up_days():
    # National Day 2026 as an example: 1–2 October off, Saturday 10 October worked.
    WorkingDay.objects.bulk_create(
        [
            WorkingDay(day=date(2026, 10, 1), is_working=False, name="国庆节"),
            WorkingDay(day=date(2026, 10, 2), is_working=False, name="国庆节"),
            WorkingDay(day=date(2026, 10, 10), is_working=True, name="国庆节调休"),
        ]
    )
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 5)
    assert add_working_days(date(2026, 10, 9), 1) == date(2026, 10, 10)
    assert add_working_days(date(2026, 10, 5), -1) == date(2026, 9, 30)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 6
    assert last_working_day(date(2026, 10, 4)) == date(2026, 9, 30)


@pytest.mark.django_db
@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)), count=st.integers(-40, 40).filter(bool))
def test_adding_and_counting_agree(day, count):
    assert working_days_between(day, add_working_days(day, count)) == count or count < 0
    if count < 0:
        back = add_working_days(day, count)
        assert working_days_between(back, day) >= -count - 1


@pytest.mark.django_db
def test_the_clock_of_a_play_database_moves_and_the_date_is_shanghais(clock):
    clock(2026, 3, 31, 23, 59)
    assert str(Period.of(calendar.today())) == "2026Q1"
    clock(2026, 4, 1, 0, 0)
    assert str(Period.of(calendar.today())) == "2026Q2"
    assert abs(calendar.now() - datetime(2026, 3, 31, 16, tzinfo=UTC)) < timedelta(seconds=30)


@pytest.mark.django_db(transaction=True)
def test_an_ordinary_app_role_cannot_move_the_clock(settings):
    from django.db import connections

    with connections["owner"].cursor() as owner:
        role = settings.APP_DATABASE_ROLE
        owner.execute(f'REVOKE INSERT, UPDATE, DELETE ON business_clock FROM "{role}"')
        try:
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO business_clock (clock_offset) VALUES (interval '1 day')"
                )
        finally:
            owner.execute(f'GRANT INSERT, UPDATE, DELETE ON business_clock TO "{role}"')
