"""Pages of topics: calls, one-page review, results, agenda, links; who may, who looks, who is outside."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from meetings.enums import CallState, TopicResult, TopicState, Via
from meetings.models import Topic, TopicCall
from meetings.services import AgendaLine, close_call, decide_topic
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    make_accepted_topic,
    make_call,
    make_held,
    make_meeting,
    make_topic,
)

pytestmark = pytest.mark.django_db


def _url(name, target):
    return reverse(f"meetings:{name}", args=(target.uid,))


def _three(cast, client_of):
    return (
        (client_of(cast.outsider), 404),
        (client_of(cast.liaison), 403),
        (client_of(cast.secretary), 302),
    )


# -- Calls ----------------------------------------------------------------------------------------


def test_calling_with_dates_and_audience(council, cast, client_of):
    data = {
        "due_on": "2026-03-16",
        "meeting_on": "2026-03-31",
        "note": "安全生产",
        "audience": "some",
        "organizations": [str(cast.unit.uid)],
    }
    for client, status in _three(cast, client_of):
        assert not TopicCall.objects.exists()
        assert client.act(_url("topic-call", council), data).status_code == status
    call = TopicCall.objects.get()
    assert (str(call.due_on), str(call.meeting_on), call.note) == (
        "2026-03-16",
        "2026-03-31",
        "安全生产",
    )
    assert list(call.answers.values_list("organization__name", flat=True)) == [cast.unit.name]


def test_the_form_proposes_the_charters_lead(council, cast, client_of):
    page = client_of(cast.secretary).get(_url("topic-call", council)).content.decode()
    # 15 days before the last working day of the quarter.
    assert 'value="2026-03-16"' in page
    assert 'value="2026-03-31"' in page


def test_call_is_moved_and_closed(council, cast, client_of):
    call = make_call(council)
    for client, status in _three(cast, client_of):
        data = {"due_on": "2026-03-20", "note": "改期"}
        assert client.act(_url("call-change", call), data).status_code == status
        assert client.act(_url("call-close", call)).status_code == status
    call.refresh_from_db()
    assert (str(call.due_on), call.is_open) == ("2026-03-20", False)


def test_unit_says_nothing_for_itself_and_the_convener_for_one_that_called(
    council, cast, client_of
):
    call = make_call(council)
    url = _url("call-nothing", call)
    assert client_of(cast.outsider).act(url).status_code == 404
    second = call.answers.get(organization=cast.second_unit)
    # A unit neither sees nor answers for another.
    assert client_of(cast.liaison).act(url, {"answer": str(second.uid)}).status_code == 404
    assert client_of(cast.street_staff).act(url, {"answer": str(second.uid)}).status_code == 403
    assert client_of(cast.liaison).act(url).status_code == 302
    data = {"answer": str(second.uid), "channel": "paper"}
    assert client_of(cast.worker).act(url, data).status_code == 302
    rows = dict(call.answers.values_list("organization__name", "via"))
    assert rows == {cast.unit.name: Via.POST, cast.second_unit.name: Via.PROXY}
    second.refresh_from_db()
    assert (second.state, second.channel) == (CallState.NOTHING, "paper")


def test_call_page_shows_all_answers_to_the_convener_and_a_unit_its_own(council, cast, client_of):
    call = make_call(council)
    make_topic(council, cast.second_unit, title="别家的议题")
    staff = client_of(cast.secretary).get(call.get_absolute_url()).content.decode()
    assert "别家的议题" in staff
    own = client_of(cast.liaison).get(call.get_absolute_url()).content.decode()
    assert "别家的议题" not in own
    assert cast.second_unit.called not in own
    assert client_of(cast.outsider).get(call.get_absolute_url()).status_code == 404


# -- The link -------------------------------------------------------------------------------------


def _path(call, organization=None):
    link = issue_link(call, action="topic.propose", days=30, organization=organization, by=SYSTEM)
    return re.sub(r"^https?://[^/]+", "", link_url(link))


def test_unit_proposes_from_its_link_with_two_fields(council, cast):
    call = make_call(council)
    path = _path(call, cast.unit)
    browser = Client()
    assert browser.get(path).status_code == 200
    assert not Topic.objects.exists()
    answered = browser.post(path, {"title": "充电桩", "category": "service"}, follow=True)
    assert "议题已收到" in answered.content.decode()
    # A button that is gone is not named.
    assert "本次无议题" not in browser.get(path).content.decode()
    topic = Topic.objects.get()
    assert (topic.organization, topic.call, topic.via, topic.state) == (
        cast.unit,
        call,
        Via.LINK,
        TopicState.SUBMITTED,
    )
    assert call.answers.get(organization=cast.unit).state == CallState.PROPOSED


def test_group_link_asks_which_unit_and_takes_a_nil_answer(council, cast):
    call = make_call(council)
    path = _path(call)
    browser = Client()
    page = browser.get(path).content.decode()
    assert cast.unit.name in page
    assert cast.other_unit.name not in page
    answered = browser.post(
        path, {"unit": str(cast.second_unit.uid), "deed": "nothing"}, follow=True
    )
    assert "本次无议题" in answered.content.decode()
    row = call.answers.get(organization=cast.second_unit)
    assert (row.state, row.via) == (CallState.NOTHING, Via.LINK)
    assert browser.post(path, {"unit": str(cast.other_unit.uid)}).status_code == 422


def test_link_of_a_closed_call_says_what_to_do(council, cast, secretary):
    call = make_call(council)
    path = _path(call, cast.unit)
    close_call(call, by=secretary)
    assert Client().get(path).status_code == 410
    # A link that was issued anew for the closed call takes nothing either.
    again = _path(call, cast.unit)
    page = Client().post(again, {"title": "充电桩", "category": "service"})
    assert "本次征集已结束" in page.content.decode()
    assert not Topic.objects.exists()


# -- Proposing ------------------------------------------------------------------------------------


def test_topic_is_kept_as_typed_and_handed_in(council, cast, client_of):
    client, uid = client_of(cast.liaison), str(uuid4())
    data = {"title": "充", "category": "service", "draft": uid, "version": "0"}
    save = _url("topic-autosave", council)
    assert client_of(cast.outsider).act(save, data).status_code == 404
    assert client.act(save, data).json() == {"version": 1}
    assert client.act(save, {**data, "title": "充电", "version": "1"}).json() == {"version": 2}
    assert client.act(save, {**data, "title": "旧的", "version": "1"}).status_code == 409
    assert client.act(save, {**data, "title": ""}).status_code == 204
    done = client.act(_url("topic-create", council), {**data, "title": "充电桩", "version": "2"})
    assert done.status_code == 302
    topic = Topic.objects.get()
    assert (str(topic.uid), topic.title, topic.state) == (uid, "充电桩", TopicState.SUBMITTED)


def test_area_post_keeps_nothing_half_typed_under_another_name(council, cast, client_of):
    data = {
        "title": "充",
        "category": "service",
        "draft": str(uuid4()),
        "organization": str(cast.unit.uid),
    }
    assert client_of(cast.worker).act(_url("topic-autosave", council), data).status_code == 204
    assert not Topic.objects.exists()


# -- Deciding -------------------------------------------------------------------------------------


def test_topics_are_decided_on_one_page(council, cast, client_of):
    first, second = (make_topic(council, cast.unit, title=title) for title in "甲乙")
    data = {
        f"decision-{first.uid.hex}": "accepted",
        f"decision-{second.uid.hex}": "referred",
        f"reason-{second.uid.hex}": "街道城管办",
        "chair_opinion": "同意",
    }
    for client, status in _three(cast, client_of):
        assert client.act(_url("topic-review", council), data).status_code == status
    rows = dict(Topic.objects.values_list("title", "state"))
    assert rows == {"甲": TopicState.ACCEPTED, "乙": TopicState.REFERRED}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.chair_opinion, second.chair_opinion, second.referred_to) == (
        "同意",
        "",
        "街道城管办",
    )


def test_missing_reason_comes_back_with_everything_kept(council, cast, client_of):
    first, second = (make_topic(council, cast.unit, title=title) for title in "甲乙")
    data = {f"decision-{first.uid.hex}": "accepted", f"decision-{second.uid.hex}": "deferred"}
    page = client_of(cast.secretary).act(_url("topic-review", council), data)
    assert page.status_code == 422
    assert not Topic.objects.exclude(state=TopicState.SUBMITTED).exists()


def test_deferred_topics_are_put_up_again_together(council, cast, client_of):
    topics = [make_topic(council, cast.unit, title=title) for title in "甲乙"]
    for topic in topics:
        decide_topic(topic, decision=TopicState.DEFERRED, reason="待议", by=SYSTEM)
    data = {"selected": [str(topic.uid) for topic in topics]}
    url = reverse("meetings:topics-carry")
    client_of(cast.outsider).act(url, data)
    assert client_of(cast.liaison).act(url, data).status_code == 403
    assert Topic.objects.count() == 2
    client_of(cast.secretary).act(url, data)
    client_of(cast.secretary).act(url, data)
    assert Topic.objects.filter(carried_from__in=topics, state=TopicState.SUBMITTED).count() == 2


def test_results_are_noted_on_one_page(council, cast, client_of):
    first = make_accepted_topic(council, cast.unit, title="甲")
    second = make_accepted_topic(council, cast.unit, title="乙")
    meeting = make_held(council, agenda=[AgendaLine(topic=first), AgendaLine(topic=second)])
    data = {
        f"result-{first.uid.hex}": "passed",
        f"for-{first.uid.hex}": "2",
        f"result-{second.uid.hex}": "not_discussed",
    }
    for client, status in _three(cast, client_of):
        assert client.act(_url("topic-results", meeting), data).status_code == status
    first.refresh_from_db()
    assert (first.result, first.votes_for) == (TopicResult.PASSED, 2)
    assert Topic.objects.get(carried_from=second).state == TopicState.ACCEPTED
    # What another noted in the meantime is not overwritten by an older page.
    late = {**data, f"result-{first.uid.hex}": "rejected", f"seen-{first.uid.hex}": ""}
    assert client_of(cast.worker).act(_url("topic-results", meeting), late).status_code == 422
    first.refresh_from_db()
    assert first.result == TopicResult.PASSED


# -- The agenda -----------------------------------------------------------------------------------


def test_agenda_is_arranged_with_buttons(council, cast, client_of):
    meeting = make_meeting(council, agenda=[AgendaLine(text="甲"), AgendaLine(text="乙")])
    first, second = meeting.agenda_items.order_by("position")
    data = {"version": meeting.version}
    for item in (first, second):
        data |= {f"text-{item.uid.hex}": item.text, f"minutes-{item.uid.hex}": "10"}
    moved = {**data, "move": f"{second.uid.hex}:up", "more": "丙"}
    # Before the notice a unit does not see the meeting.
    for client, status in (
        (client_of(cast.outsider), 404),
        (client_of(cast.liaison), 404),
        (client_of(cast.worker), 302),
    ):
        assert client.act(_url("agenda-edit", meeting), moved).status_code == status
    texts = meeting.agenda_items.filter(is_current=True).order_by("position")
    assert list(texts.values_list("text", "minutes_planned")) == [
        ("乙", 10),
        ("甲", 10),
        ("丙", 10),
    ]
    stale = client_of(cast.secretary).act(_url("agenda-edit", meeting), moved)
    assert stale.status_code == 422
    assert texts.count() == 3


@pytest.mark.parametrize("name", ["topic-review", "topic-call"])
def test_pages_of_the_convener(name, council, cast, client_of):
    make_topic(council, cast.unit, title="西门充电桩不够用")
    make_topic(council, cast.unit, title="增设充电桩")
    page = client_of(cast.secretary).get(_url(name, council))
    assert page.status_code == 200
    assert client_of(cast.liaison).get(_url(name, council)).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_review_costs_the_same_with_one_topic_and_three(
    rows, council, cast, client_of, django_assert_num_queries
):
    for number in range(rows):
        make_topic(council, cast.unit, title=f"议题{number}")
    client = client_of(cast.secretary)
    with django_assert_num_queries(12):
        assert client.get(_url("topic-review", council)).status_code == 200
