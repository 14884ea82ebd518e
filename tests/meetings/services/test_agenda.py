"""The agenda: its order, its times, its first item."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from meetings.exceptions import AgendaItemIsGone, MeetingAlreadyClosed, TextChangedMeanwhile
from meetings.models import AgendaItem
from meetings.queries.agendas import followed_up, overrun, timed
from meetings.services import AgendaLine, arrange_agenda, close_resolution
from partybuild.calendar import now
from tests.factories.meetings import (
    at,
    make_accepted_topic,
    make_held,
    make_meeting,
    make_resolution,
)

pytestmark = pytest.mark.django_db


def _items(meeting):
    return list(meeting.agenda_items.filter(is_current=True).order_by("position", "id"))


def _lines(meeting):
    return [
        AgendaLine(
            item=item,
            text=item.text,
            topic=item.topic,
            minutes_planned=item.minutes_planned,
            presenter=item.presenter,
        )
        for item in _items(meeting)
        if not item.is_follow_up
    ]


def test_items_move_and_keep_what_was_said_of_them(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    meeting = make_meeting(
        council, agenda=[AgendaLine(topic=topic, minutes_planned=15), AgendaLine(text="部署")]
    )
    assert _items(meeting)[0].presenter == cast.unit.called
    first, second = _lines(meeting)
    before = [item.pk for item in _items(meeting)]
    arrange_agenda(meeting, version=meeting.version, lines=[second, first], by=secretary)
    assert [item.pk for item in _items(meeting)] == before[::-1]
    assert _items(meeting)[1].minutes_planned == 15


def test_changed_text_stays_the_same_item(council, secretary):
    meeting = make_meeting(council, agenda=[AgendaLine(text="部署")])
    (item,) = _items(meeting)
    line = AgendaLine(item=item, text="部署二季度工作", minutes_planned=20, presenter="李四")
    arrange_agenda(meeting, version=meeting.version, lines=[line], by=secretary)
    (same,) = _items(meeting)
    assert (same.pk, same.text, same.minutes_planned, same.presenter) == (
        item.pk,
        "部署二季度工作",
        20,
        "李四",
    )


def test_first_item_stays_whatever_is_wished(council, cast, secretary):
    make_resolution(make_held(council), cast.unit)
    meeting = make_meeting(council, agenda=[AgendaLine(text="部署")])
    arrange_agenda(meeting, version=meeting.version, lines=[], follow_up_minutes=5, by=secretary)
    (first,) = _items(meeting)
    assert (first.is_follow_up, first.position, first.minutes_planned) == (True, 0, 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgendaItem.objects.filter(pk=first.pk).update(position=3)


def test_of_two_arranging_the_second_is_told(council, secretary):
    meeting = make_meeting(council, agenda=[AgendaLine(text="部署")])
    lines = [*_lines(meeting), AgendaLine(text="其他")]
    arrange_agenda(meeting, version=1, lines=lines, by=secretary)
    with pytest.raises(TextChangedMeanwhile):
        arrange_agenda(meeting, version=1, lines=[], by=secretary)
    meeting.refresh_from_db()
    gone = AgendaLine(item=_items(make_meeting(council, agenda=[AgendaLine(text="别的会")]))[0])
    with pytest.raises(AgendaItemIsGone):
        arrange_agenda(meeting, version=meeting.version, lines=[gone], by=secretary)
    assert len(_items(meeting)) == 2


def test_agenda_of_a_held_meeting_is_not_arranged(council, secretary):
    meeting = make_held(council, agenda=[AgendaLine(text="部署")])
    with pytest.raises(MeetingAlreadyClosed):
        arrange_agenda(meeting, version=meeting.version, lines=[], by=secretary)


def test_times_follow_from_the_start_until_a_duration_is_missing(council):
    meeting = make_meeting(
        council,
        starts_at=at(2026, 3, 12, 14, 30),
        ends_at=at(2026, 3, 12, 15, 0),
        agenda=[
            AgendaLine(text="甲", minutes_planned=10),
            AgendaLine(text="乙", minutes_planned=25),
            AgendaLine(text="丙"),
            AgendaLine(text="丁", minutes_planned=5),
        ],
    )
    items = _items(meeting)
    assert [each.times for each in timed(meeting, items)] == [
        "14:30–14:40",
        "14:40–15:05",
        "15:05",
        "",
    ]
    assert "超出10分钟" in overrun(meeting, items)
    meeting.ends_at = at(2026, 3, 12, 16, 0)
    assert overrun(meeting, items) == ""


def test_first_item_reports_on_what_the_last_meeting_decided_closed_or_not(
    council, cast, secretary
):
    old = make_held(council, starts_at=now() + timedelta(minutes=1))
    forgotten = make_resolution(old, cast.unit, text="旧的")
    settled = make_resolution(old, cast.unit, text="早就办完")
    type(settled).objects.filter(pk=settled.pk).update(
        state="closed", closed_on="2026-01-05", closing="substantial"
    )
    last = make_held(council, starts_at=now() + timedelta(minutes=1))
    fresh = make_resolution(last, cast.unit, text="新的")
    type(fresh).objects.filter(pk=fresh.pk).update(
        state="closed", closed_on="2026-03-05", closing="substantial"
    )
    assert close_resolution is not None
    assert [row.text for row in followed_up(make_meeting(council))] == [forgotten.text, fresh.text]
