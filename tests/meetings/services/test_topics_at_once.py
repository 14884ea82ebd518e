"""Two at once on topics, on a real PostgreSQL: threads with their own connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from uuid import uuid4

import pytest
from django.db import connections, transaction

from meetings.enums import CallState, TopicResult, TopicState
from meetings.exceptions import (
    CallAlreadyOut,
    CallIsClosed,
    ResultChangedMeanwhile,
    TextChangedMeanwhile,
    TopicAlreadyDecided,
)
from meetings.models import Topic, TopicCall
from meetings.services import (
    AgendaLine,
    arrange_agenda,
    carry_topic_forward,
    close_call,
    decide_topic,
    propose_topic,
    record_result,
    save_topic_draft,
)
from partybuild.audit.models import Event as AuditEvent
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    make_accepted_topic,
    make_call,
    make_held,
    make_meeting,
    make_topic,
)
from tests.sessions import ended_or_held_up

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that begin together; return their results or exceptions in order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=60)
            return call()
        except Exception as refused:  # noqa: BLE001  the test looks at it
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_deciding_at_once_one_decides(council, cast, secretary):
    topic = make_topic(council, cast.unit)
    results = at_once(
        *(
            lambda state=state: decide_topic(
                Topic.objects.select_related("council__area", "council__convener").get(pk=topic.pk),
                decision=state,
                reason="待议",
                by=secretary,
            )
            for state in (TopicState.ACCEPTED, TopicState.DEFERRED, TopicState.RETURNED)
        )
    )
    assert sum(isinstance(each, TopicAlreadyDecided) for each in results) == 2
    winner = next(each for each in results if isinstance(each, Topic))
    topic.refresh_from_db()
    assert topic.state == winner.state
    assert AuditEvent.objects.filter(kind="topic.decided", object_uid=topic.uid).count() == 1


def _proposing_while_closing(council, cast, *, locked):
    """Close a call while a topic is half-way in; return whether the closing waited for it."""
    call = make_call(council)
    inside, closed = Event(), Event()
    waited = []

    def propose():
        try:
            with transaction.atomic():
                if locked:
                    propose_topic(
                        council,
                        organization=cast.unit,
                        title="充电桩",
                        category="service",
                        call=call,
                        by=SYSTEM,
                    )
                else:
                    # The control: asked without holding the call's row.
                    assert TopicCall.objects.get(pk=call.pk).is_open
                inside.set()
                ended_or_held_up(closed)
                waited.append(not closed.is_set())
        finally:
            connections.close_all()

    def close():
        try:
            inside.wait(timeout=60)
            close_call(TopicCall.objects.get(pk=call.pk), by=SYSTEM)
            closed.set()
        finally:
            connections.close_all()

    threads = [Thread(target=propose), Thread(target=close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return waited[0], call


def test_call_is_not_closed_under_a_topic_that_is_being_handed_in(council, cast):
    waited, call = _proposing_while_closing(council, cast, locked=True)
    assert waited
    assert call.answers.get(organization=cast.unit).state == CallState.PROPOSED
    call.refresh_from_db()
    assert not call.is_open


def test_without_the_lock_it_would_be(council, cast):
    waited, _call = _proposing_while_closing(council, cast, locked=False)
    assert not waited


def test_topics_and_a_closing_at_once_leave_no_topic_on_a_closed_call(council, cast):
    call = make_call(council)
    bodies = (cast.unit, cast.second_unit)
    results = at_once(
        *(
            lambda body=body: propose_topic(
                council, organization=body, title="甲", category="service", call=call, by=SYSTEM
            )
            for body in bodies
        ),
        lambda: close_call(TopicCall.objects.get(pk=call.pk), by=SYSTEM),
    )
    taken = [each for each in results if isinstance(each, Topic)]
    assert len(taken) + sum(isinstance(each, CallIsClosed) for each in results) == len(bodies)
    assert Topic.objects.filter(call=call).count() == len(taken)
    assert call.answers.filter(state=CallState.PROPOSED).count() == len(taken)


def test_of_two_calling_at_once_one_calls(council):
    results = at_once(*(lambda: make_call(council) for _turn in range(3)))
    assert sum(isinstance(each, CallAlreadyOut) for each in results) == 2
    assert TopicCall.objects.count() == 1


def test_deferred_topic_is_carried_once(council, cast, secretary):
    topic = make_topic(council, cast.unit)
    decide_topic(topic, decision=TopicState.DEFERRED, reason="待议", by=secretary)
    results = at_once(
        *(lambda: carry_topic_forward(Topic.objects.get(pk=topic.pk), by=SYSTEM) for _ in range(3))
    )
    assert sum(isinstance(each, TopicAlreadyDecided) for each in results) == 2
    assert Topic.objects.filter(carried_from=topic).count() == 1


def test_of_two_noting_a_result_one_is_told(council, cast):
    topic = make_accepted_topic(council, cast.unit)
    make_held(council, agenda=[AgendaLine(topic=topic)])
    results = at_once(
        *(
            lambda result=result: record_result(
                Topic.objects.select_related("council__area", "council__convener").get(pk=topic.pk),
                result=result,
                seen="",
                by=SYSTEM,
            )
            for result in (TopicResult.CONSENSUS, TopicResult.NOT_REACHED)
        )
    )
    assert sum(isinstance(each, ResultChangedMeanwhile) for each in results) == 1
    topic.refresh_from_db()
    carried = Topic.objects.filter(carried_from=topic).count()
    assert carried == (1 if topic.result == TopicResult.NOT_REACHED else 0)


def test_of_two_arranging_the_agenda_one_is_told(council):
    meeting = make_meeting(council, agenda=[AgendaLine(text="甲")])
    results = at_once(
        *(
            lambda text=text: arrange_agenda(
                type(meeting).objects.get(pk=meeting.pk),
                version=meeting.version,
                lines=[AgendaLine(text="甲"), AgendaLine(text=text)],
                by=SYSTEM,
            )
            for text in ("乙", "丙")
        )
    )
    assert sum(isinstance(each, TextChangedMeanwhile) for each in results) == 1
    assert meeting.agenda_items.filter(is_current=True).count() == 2


def test_first_save_sent_twice_makes_one_draft(council, cast, liaison):
    uid = uuid4()
    results = at_once(
        *(
            lambda title=title: save_topic_draft(
                council,
                uid=uid,
                organization=cast.unit,
                version=0,
                title=title,
                category="service",
                by=liaison,
            )
            for title in ("充电", "充电桩")
        )
    )
    assert all(isinstance(each, Topic) for each in results), results
    assert Topic.objects.filter(uid=uid).count() == 1
