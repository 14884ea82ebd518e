"""Suggestions: whom they reach, who answers, and that the sender sees what became of them."""

from __future__ import annotations

import re
import threading
from datetime import date

import pytest
from django.db import connection, connections
from django.urls import reverse

from members.models import PartyMember
from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.portal.enums import SuggestionState
from partybuild.portal.exceptions import (
    NobodyAnswersThere,
    SuggestionAnswered,
    SuggestionNotUnderway,
)
from partybuild.portal.models import Suggestion
from partybuild.portal.services import (
    answer_suggestion,
    conclude_suggestion,
    pass_suggestion_on,
    send_suggestion,
)
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_report_in
from tests.factories.units import make_unit_of

CREATE = "/suggestions/new/"
MINE = "/my/suggestions/"


@pytest.fixture
def reported_in(cast, clock):
    """A member who has reported in at the community, in their own post."""
    clock(2026, 3, 5, 9)
    make_unit_of(cast.unit)
    member = make_member(cast.unit, "安一")
    make_report_in(member, cast.community)
    return make_post(Role.MEMBER, person=member.person)


def debt():
    return Obligation.objects.get(duty="suggestion.answer")


@pytest.mark.django_db
def test_a_members_suggestion_reaches_the_community_and_its_answer_the_member(
    cast, client_of, reported_in
):
    phone, desk = client_of(reported_in), client_of(cast.secretary)
    answer = phone.act(CREATE, {"text": "楼道灯不亮"}, follow=True)
    assert answer.redirect_chain[-1][0] == MINE
    assert "和平社区党委将在3月19日前答复" in answer.content.decode()
    row = Suggestion.objects.get()
    assert (row.area, row.organization, row.person) == (
        cast.community,
        cast.committee,
        reported_in.person,
    )
    assert (debt().bearer_organization, debt().owed_to) == (cast.committee, cast.street_committee)
    assert "答复2026年3月5日收到的意见建议" in desk.get("/").content.decode()
    desk.act(f"/suggestions/{row.uid}/answer/", {"outcome": "underway", "answer": "已报修。"})
    row.refresh_from_db()
    assert (row.state, row.finish_on) == (SuggestionState.UNDERWAY, date(2026, 4, 2))
    assert debt().state == "filed"
    finish = Obligation.objects.get(duty="suggestion.finish")
    assert (finish.state, finish.due_on, finish.bearer_organization, finish.owed_to) == (
        "open",
        date(2026, 4, 2),
        cast.committee,
        cast.street_committee,
    )
    assert "办结2026年3月5日收到、已采纳的意见建议" in desk.get("/").content.decode()
    assert "预计2026年4月2日前办结" in phone.get(MINE).content.decode()
    page = phone.get(MINE).content.decode()
    assert "已采纳，正在办理" in page
    assert "已报修。" in page
    desk.act(f"/suggestions/{row.uid}/conclude/", {"result": "换了声控灯。"})
    finish.refresh_from_db()
    assert finish.state == "filed"
    assert "换了声控灯。" in phone.get(MINE).content.decode()
    assert "已办结" in phone.get("/my/").content.decode()
    told = Notice.objects.filter(
        person=reported_in.person, channel="in_app", kind__startswith="suggestion."
    )
    assert sorted(told.values_list("kind", flat=True)) == [
        "suggestion.answered",
        "suggestion.concluded",
    ]


@pytest.mark.django_db
def test_the_day_until_when_it_is_done_is_said_or_refused_with_what_was_typed(
    cast, client_of, reported_in
):
    desk = client_of(cast.secretary)
    row = send_suggestion(text="路灯不亮", area=cast.community, by=actor_in(reported_in))
    values = {"outcome": "underway", "answer": "已报修，等配件。", "finish_on": "2026-03-04"}
    refused = desk.act(f"/suggestions/{row.uid}/answer/", values)
    assert refused.status_code == 422
    assert "已报修，等配件。" in refused.content.decode()
    assert "不能早于今天" in refused.content.decode()
    desk.act(f"/suggestions/{row.uid}/answer/", {**values, "finish_on": "2026-03-31"})
    assert Obligation.objects.get(duty="suggestion.finish").due_on == date(2026, 3, 31)
    # What is only explained owes nothing more, whatever day stands there.
    other = send_suggestion(text="再加一班", area=cast.community, by=actor_in(reported_in))
    said = {"outcome": "declined", "answer": "人手不够。", "finish_on": "2026-03-31"}
    desk.act(f"/suggestions/{other.uid}/answer/", said)
    other.refresh_from_db()
    assert (other.state, other.finish_on) == (SuggestionState.DECLINED, None)
    assert Obligation.objects.filter(duty="suggestion.finish").count() == 1


@pytest.mark.django_db
def test_nobody_reads_what_another_suggested(cast, client_of, reported_in):
    send_suggestion(text="楼道灯不亮", by=actor_in(cast.liaison))
    assert "楼道灯" not in client_of(reported_in).get(MINE).content.decode()
    assert "楼道灯" in client_of(cast.liaison).get(MINE).content.decode()


@pytest.mark.django_db
def test_a_member_in_two_communities_says_which(cast, client_of, reported_in):
    set_parameter(cast.street, key="report_in.max_communities", value=2, by=SYSTEM)
    make_report_in(PartyMember.objects.get(person=reported_in.person), cast.sibling)
    phone = client_of(reported_in)
    assert "望江街道 新桥社区" in phone.get(CREATE).content.decode()
    phone.act(CREATE, {"text": "加一个班次", "area": str(cast.sibling.uid)})
    assert Suggestion.objects.get().organization == cast.sibling_committee
    refused = phone.act(CREATE, {"text": "加一个班次", "area": str(cast.other_community.uid)})
    assert refused.status_code == 422
    assert "加一个班次" in refused.content.decode()


@pytest.mark.django_db
def test_an_anonymous_one_is_found_by_its_code_only(cast, client_of, client, reported_in):
    phone = client_of(reported_in)
    receipt = phone.act(CREATE, {"text": "食堂太远", "is_anonymous": "on"}).content.decode()
    # Looked for in its own box: ten such signs may stand in a page's random token too.
    code = re.search(r"<textarea[^>]*>\s*([2-9A-HJ-NP-Z]{10})\s*</textarea>", receipt)[1]
    row = Suggestion.objects.get()
    assert (row.person, code in row.code_hash) == (None, False)
    assert set(
        Event.objects.filter(object_uid=row.uid).values_list("person_id", "user_id", "actor_name")
    ) == {(None, None, "")}
    assert "食堂太远" not in phone.get(MINE).content.decode()
    answer_suggestion(row, answer="已设助餐点。", by=actor_in(cast.secretary))
    track = reverse("portal:suggestion-track")
    found = client.post(track, {"code": f" {code[:5].lower()} {code[5:]}"})
    assert "已设助餐点。" in found.content.decode()
    missed = client.post(track, {"code": "2222222222"})
    assert missed.status_code == 422
    assert "没有这个查询码" in missed.content.decode()


@pytest.mark.django_db
def test_what_a_debt_says_of_an_anonymous_sender_names_nobody(cast, reported_in):
    send_suggestion(text="食堂太远", is_anonymous=True, by=actor_in(reported_in))
    by = Event.objects.filter(kind__startswith="obligation").values_list("person_id", flat=True)
    assert set(by) <= {None}


@pytest.mark.django_db
def test_a_stranger_writes_to_a_community_or_leaves_it_to_the_district(cast, client):
    page = client.get(CREATE).content.decode()
    assert "不清楚，由区里转交" in page
    assert "匿名提交" not in page
    client.post(CREATE, {"text": "字太小"})
    client.post(CREATE, {"text": "灯太暗", "area": str(cast.community.uid)})
    found = dict(Suggestion.objects.values_list("text", "organization"))
    assert found == {"字太小": cast.district_committee.pk, "灯太暗": cast.committee.pk}


@pytest.mark.django_db
def test_a_committees_own_goes_one_level_up(cast, client_of):
    client_of(cast.secretary).act(CREATE, {"text": "表格太多"})
    assert Suggestion.objects.get().organization == cast.street_committee


@pytest.mark.django_db
def test_the_desk_takes_down_what_was_said_by_telephone(cast, client_of):
    desk = client_of(cast.secretary)
    given = {"channel": "phone", "said_by": "王大爷", "text": "晒衣架坏了"}
    answer = desk.act("/suggestions/note/", given, follow=True).content.decode()
    row = Suggestion.objects.get()
    assert (row.person, row.said_by, row.organization) == (None, "王大爷", cast.committee)
    assert re.search(r"查询码告诉本人：[2-9A-Z]{10}", answer)
    assert "电话" in answer
    refused = desk.act("/suggestions/note/", {"said_by": "王大爷", "text": ""})
    assert refused.status_code == 422
    assert "王大爷" in refused.content.decode()


@pytest.mark.django_db
def test_passing_on_moves_the_debt_and_its_days(cast, client_of, clock):
    clock(2026, 3, 5, 9)
    row = send_suggestion(text="路灯不亮", area=cast.community, by=SYSTEM)
    clock(2026, 3, 9, 9)
    desk = client_of(cast.secretary)
    desk.act(f"/suggestions/{row.uid}/pass-on/", {"area": str(cast.street.uid), "reason": "归街道"})
    row.refresh_from_db()
    assert row.organization == cast.street_committee
    states = dict(
        Obligation.objects.filter(duty="suggestion.answer").values_list(
            "bearer_organization", "state"
        )
    )
    assert states == {cast.committee.pk: "not_applicable", cast.street_committee.pk: "open"}
    assert desk.get(f"/suggestions/{row.uid}/").status_code == 404
    assert client_of(cast.street_staff).get(f"/suggestions/{row.uid}/").status_code == 200


@pytest.mark.django_db
def test_a_refused_answer_comes_back_filled_in(cast, client_of):
    row = send_suggestion(text="路灯不亮", area=cast.community, by=SYSTEM)
    answer = client_of(cast.secretary).act(
        f"/suggestions/{row.uid}/answer/", {"outcome": "declined", "answer": ""}
    )
    assert answer.status_code == 422
    assert re.search(r'value="declined"[^>]*checked', answer.content.decode())
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.django_db
def test_what_was_not_taken_up_is_not_closed(cast):
    row = send_suggestion(text="路灯不亮", area=cast.community, by=SYSTEM)
    answer_suggestion(row, answer="不归我们管。", outcome="declined", by=SYSTEM)
    with pytest.raises(SuggestionNotUnderway):
        conclude_suggestion(row, result="修好了", by=SYSTEM)


@pytest.mark.django_db
def test_passing_on_to_oneself_is_refused(cast):
    row = send_suggestion(text="路灯不亮", area=cast.community, by=SYSTEM)
    with pytest.raises(NobodyAnswersThere):
        pass_suggestion_on(row, area=cast.community, by=SYSTEM)


@pytest.mark.django_db
def test_an_answer_that_cannot_be_told_is_not_kept(cast, monkeypatch):
    row = send_suggestion(text="路灯不亮", by=actor_in(cast.liaison))
    monkeypatch.setattr("partybuild.portal.services.suggestions.pay", 1 / 1)
    with pytest.raises(TypeError):
        answer_suggestion(row, answer="已报修。", by=SYSTEM)
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_answer_once(cast):
    row = send_suggestion(text="路灯不亮", area=cast.community, by=SYSTEM)
    barrier, outcomes = threading.Barrier(2), []

    def answer(words):
        try:
            barrier.wait(60)
            answer_suggestion(
                Suggestion.objects.get(pk=row.pk), answer=words, by=Actor.system(words)
            )
            outcomes.append("answered")
        except SuggestionAnswered:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(words,)) for words in ("一", "二")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["answered", "refused"]


def _queries(client, path):
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "path"), [("secretary", "/suggestions/"), ("liaison", MINE)])
def test_lists_cost_the_same_with_one_row_and_with_three(cast, client_of, who, path):
    client = client_of(getattr(cast, who))
    send_suggestion(text="一", by=actor_in(cast.liaison))
    with_one = _queries(client, path)
    send_suggestion(text="二", by=actor_in(cast.liaison))
    send_suggestion(text="三", by=actor_in(cast.liaison))
    assert _queries(client, path) == with_one


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("worker", 404), ("liaison", 404), ("outsider", 404)],
)
def test_who_opens_one(cast, client_of, who, status):
    row = send_suggestion(text="字太小", by=actor_in(cast.liaison))
    assert client_of(getattr(cast, who)).get(row.get_absolute_url()).status_code == status
