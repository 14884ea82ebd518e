"""Chasing in two presses, and the table of who was reached."""

from __future__ import annotations

from datetime import date

import pytest

from config.robots import KNOWN, RobotSettings
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, send_notices
from partybuild.notices.services.robots import set_robot, tell_group
from partybuild.obligations.models import Chase
from partybuild.obligations.services import pay
from tests.factories.core import SYSTEM
from tests.factories.obligations import make_debt
from tests.notices.servers import script, sink

pytestmark = pytest.mark.django_db
PREVIEW = "/obligations/chase/preview/"
CHASE = "/obligations/chase/"


@pytest.fixture
def debts(cast):
    cast.liaison.person.mail = "liaison@example.org"
    cast.liaison.person.save()
    cast.second_unit.contact_mail = ""
    cast.second_unit.contact_phone = "0571-12345678"
    cast.second_unit.save()
    return [
        make_debt(unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 3))
        for unit in (cast.unit, cast.second_unit)
    ]


def selected(debts):
    return {"selected": [str(each.uid) for each in debts]}


def test_two_presses_send_and_show_what_became_of_it(cast, debts, client_of):
    client = client_of(cast.secretary)
    page = client.act(PREVIEW, selected(debts)).content.decode()
    assert "将要催办的事项" in page
    assert "只能打电话" in page
    assert not Notice.objects.exists()
    answer = client.act(CHASE, {**selected(debts), "show": "1"})
    done = Chase.objects.get()
    assert answer["Location"] == done.get_absolute_url()
    assert (done.number, done.debts, done.organization) == (1, 2, cast.committee)
    assert set(Notice.objects.values_list("wave", flat=True)) == {done.uid}
    page = client.get(done.get_absolute_url()).content.decode()
    assert "未办" in page
    assert client.get("/obligations/chases/").content.decode().count("第1次催办") == 1
    assert Event.objects.filter(kind="chase.sent").count() == 1


def test_preview_leads_back_to_the_list_as_it_was_narrowed(cast, debts, client_of):
    client = client_of(cast.secretary)
    page = client.get(f"{PREVIEW}?period=2026Q1&whose=all").content.decode()
    assert 'href="/obligations/?period=2026Q1&amp;whose=all"' in page
    # With nothing picked there must be a place that says so.
    assert "data-bulk-count" in page


def test_preview_of_what_was_just_chased_promises_nothing(cast, debts, client_of):
    client = client_of(cast.secretary)
    client.act(CHASE, selected(debts))
    page = client.act(PREVIEW, selected(debts)).content.decode()
    assert "0项" not in page
    assert "不用再催" in page


def test_long_preview_is_told_by_bearer_and_still_sends_each(cast, debts, client_of):
    more = [
        make_debt(cast.unit, cast.committee, period=f"{year}Q{quarter}", due_on=date(2026, 3, 3))
        for year in range(2019, 2026)
        for quarter in range(1, 5)
    ]
    client = client_of(cast.secretary)
    page = client.act(PREVIEW, selected([*debts, *more])).content.decode()
    assert "<caption" in page
    assert ">发给谁<" in page
    assert f"{len(more) + 1}项" in page
    assert page.count('name="selected"') == len(more) + 2
    # Each who has to be called stands there once.
    assert page.count("tel:0571-12345678") == 1
    assert ">发给谁<" not in client.act(PREVIEW, selected(debts)).content.decode()


def test_lists_of_other_pages_lead_to_the_preview_by_their_filter(cast, debts, client_of):
    page = client_of(cast.secretary).get(f"{PREVIEW}?duty=test.report&period=2026Q1&whose=all")
    assert page.content.decode().count('name="selected"') == 2


def test_what_was_asked_within_the_hours_is_held_back_kindly(cast, debts, client_of, clock):
    client = client_of(cast.secretary)
    clock(2026, 3, 5, 16)
    client.act(CHASE, selected(debts[:1]))
    clock(2026, 3, 6, 9)
    page = client.act(PREVIEW, selected(debts)).content.decode()
    assert "1项在20小时内已经催办过" in page
    client.act(CHASE, selected(debts))
    assert list(Chase.objects.order_by("number").values_list("number", "debts")) == [(1, 1), (2, 1)]
    clock(2026, 3, 6, 16, 30)
    client.act(CHASE, selected(debts[:1]))
    assert Chase.objects.count() == 3


def test_a_place_sets_its_hours(cast, debts, client_of, clock):
    set_parameter(cast.street, key="chase.hours", value=0, by=SYSTEM)
    client = client_of(cast.secretary)
    for _again in range(2):
        client.act(CHASE, selected(debts[:1]))
    assert Chase.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "status", "rows"),
    [("secretary", 200, 2), ("street_staff", 200, 2), ("liaison", 200, 0), ("outsider", 200, 0)],
)
def test_who_sees_what_in_the_preview(cast, debts, client_of, who, status, rows):
    answer = client_of(getattr(cast, who)).act(PREVIEW, selected(debts))
    assert answer.status_code == status
    assert answer.content.decode().count('name="selected"') == rows


def test_a_member_chases_nobody(cast, debts, client_of):
    assert client_of(cast.member).act(PREVIEW, selected(debts)).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("street_staff", 200), ("liaison", 404), ("outsider", 404)]
)
def test_who_sees_a_chase(cast, debts, client_of, who, status):
    client_of(cast.secretary).act(CHASE, selected(debts))
    done = Chase.objects.get()
    client = client_of(getattr(cast, who))
    assert client.get(done.get_absolute_url()).status_code == status
    resend = client.act(f"/obligations/sent/{done.uid}/resend/")
    # Only the body that sent it sends it again.
    assert resend.status_code == 404


def test_the_failed_are_called_first_and_sent_again_once_put_right(
    cast, debts, client_of, settings, system
):
    client = client_of(cast.secretary)
    client.act(CHASE, selected(debts))
    done = Chase.objects.get()
    with sink() as (_keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        send_notices(by=system)
    page = client.get(done.get_absolute_url()).content.decode()
    assert "请打电话：没有一种方式送到" in page
    assert "0571-12345678" in page
    assert page.index(cast.second_unit.called) < page.rindex(cast.unit.called)
    cast.second_unit.contact_mail = "office@example.org"
    cast.second_unit.save()
    client.act(f"/obligations/sent/{done.uid}/resend/")
    with sink() as (keep, port):
        settings.EMAIL_PORT = port
        send_notices(by=system)
    assert keep.addresses == ["office@example.org"]
    assert "请打电话：没有一种方式送到" not in client.get(done.get_absolute_url()).content.decode()
    assert Event.objects.filter(kind="notice.resent").count() == 1


def test_a_letter_that_was_refused_is_sent_again_whole(cast, client_of, settings, system):
    cast.liaison.person.mail = "liaison@example.org"
    cast.liaison.person.save()
    two = [
        make_debt(cast.unit, cast.committee, period=each, due_on=date(2026, 3, 3))
        for each in ("2025Q3", "2025Q4")
    ]
    client = client_of(cast.secretary)
    client.act(CHASE, selected(two))
    done = Chase.objects.get()
    with script(rcpt="550 no such box") as bad:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", bad.port
        send_notices(by=system)
    letter = Notice.objects.get(kind="digest")
    assert letter.state == NoticeState.FAILED
    assert "更正后重发" in client.get(done.get_absolute_url()).content.decode()
    client.act(f"/obligations/sent/{done.uid}/resend/")
    with sink() as (keep, port):
        settings.EMAIL_PORT = port
        send_notices(by=system)
    assert [each["Subject"] for each in keep.messages] == ["有2件事请您办理"]


def test_one_sending_shows_delivered_seen_and_answered(cast, client_of):
    """Of a notice whose link pays a duty, the duty says who has answered."""
    bodies = [cast.unit, cast.second_unit]
    for body in bodies:
        make_debt(body, cast.committee, duty="test.answer", subject=cast.committee)
    notify(
        kind="test.notice",
        subject=cast.committee,
        recipients=[Recipient(organization=body) for body in bodies],
        title="会议通知",
        body="请回执",
        link_action="test.answer",
        by=_actor(cast),
    )
    pay(duty="test.answer", bearer=cast.unit, subject=cast.committee, by=SYSTEM)
    notice = Notice.objects.filter(organization=cast.second_unit, channel=Channel.IN_APP).first()
    client_of(cast.second_liaison).get(f"/notices/{notice.uid}/")
    client = client_of(cast.secretary)
    address = f"/obligations/sent/{cast.committee.uid}/test.notice/"
    page = client.get(address).content.decode()
    assert "共2家：已送达2家，已查看1家，已回执1家" in page
    for who in ("liaison", "outsider"):
        assert client_of(getattr(cast, who)).get(address).status_code == 404


def test_who_has_acted_was_reached_and_a_group_stands_apart(cast, client_of, settings):
    """Neither mail nor a look here: the press of its link says that it arrived."""
    settings.ROBOTS = RobotSettings(adapters=KNOWN)
    by = _actor(cast)
    group = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
    robot = set_robot(cast.committee, kind="wecom", name="片区联络群", address=group, by=by)
    make_debt(cast.unit, cast.committee, duty="test.answer", subject=cast.committee)
    words = {"kind": "test.notice", "subject": cast.committee, "title": "会议通知", "by": by}
    bodies = [Recipient(organization=body) for body in (cast.unit, cast.second_unit)]
    notify(recipients=bodies, body="请回执", link_action="test.answer", **words)
    tell_group(**words)
    Notice.objects.filter(channel=Channel.MAIL).update(state=NoticeState.FAILED)
    Notice.objects.filter(robot=robot).update(state=NoticeState.SENT)
    client = client_of(cast.secretary)
    address = f"/obligations/sent/{cast.committee.uid}/test.notice/"
    assert "共2家：已送达0家，已查看0家" in client.get(address).content.decode()
    pay(duty="test.answer", bearer=cast.unit, subject=cast.committee, by=SYSTEM)
    page = client.get(address)
    words = page.content.decode()
    assert "共2家：已送达1家，已查看0家，已回执1家" in words
    assert "工作群“片区联络群”：" in words
    assert [line.name for line in page.context["lines"] if line.must_call] == [
        cast.second_unit.called
    ]


def _actor(cast):
    from partybuild.accounts.actors import actor_in

    return actor_in(cast.secretary)


@pytest.mark.parametrize("rows", [1, 3])
def test_three_recipients_ask_as_much_as_one(cast, client_of, rows, django_assert_num_queries):
    from tests.factories.core import make_unit_organization

    found = [
        make_debt(
            make_unit_organization(f"单位{number}", cast.community),
            cast.committee,
            period="2026Q1",
            due_on=date(2026, 3, 3),
        )
        for number in range(rows)
    ]
    client = client_of(cast.secretary)
    client.act(CHASE, selected(found))
    with django_assert_num_queries(13):
        client.get(Chase.objects.get().get_absolute_url())
    with django_assert_num_queries(27):
        client.act(PREVIEW, selected(found))


def test_the_list_of_reports_leads_to_the_preview(cast, client_of):
    page = client_of(cast.secretary).get("/units/reports/?period=2026Q1").content.decode()
    assert f"{PREVIEW}?duty=report.file&amp;whose=all&amp;period=2026Q1" in page


def test_nobody_is_called_about_what_was_called_off_before_it_left(cast, debts, client_of):
    client = client_of(cast.secretary)
    client.act(CHASE, selected(debts))
    done = Chase.objects.get()
    Notice.objects.exclude(channel=Channel.IN_APP).update(state=NoticeState.CANCELLED)
    assert "请打电话" not in client.get(done.get_absolute_url()).content.decode()
    Notice.objects.exclude(channel=Channel.IN_APP).update(state=NoticeState.FAILED)
    assert "请打电话" in client.get(done.get_absolute_url()).content.decode()
