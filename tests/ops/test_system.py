"""The system administrator's pages: how the machine stands, what stopped, the channels."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.sms import SmsGateway
from partybuild.access import Role
from partybuild.audit.models import Event
from partybuild.calendar import now
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import ChannelPause, Notice
from partybuild.notices.services import Recipient, notify, sending
from partybuild.ops.celery_signs import _state, _worker
from partybuild.ops.enums import Health, Process
from partybuild.ops.models import SignOfLife
from partybuild.ops.queries import health as queries
from partybuild.ops.services.signs import give_sign
from partybuild.people.models import Person
from partybuild.people.services import change_person
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member, make_report_in

PAGES = ("/ops/", "/ops/health/", "/ops/parked/", "/ops/channels/")


@pytest.fixture(autouse=True)
def _no_backup_here(settings: Any, tmp_path: Any) -> None:
    settings.BACKUP_STATE_FILE = str(tmp_path / "last.json")


@pytest.fixture
def system_admin(clock: Any) -> Any:
    """The one who looks after the machine."""
    return make_post(Role.SYSTEM_ADMIN, name="系统管理员甲")


@pytest.fixture
def others(clock: Any) -> list[Any]:
    """The other two administrators."""
    return [
        make_post(Role.SECURITY_ADMIN, name="安全管理员甲"),
        make_post(Role.AUDITOR, name="审计管理员甲"),
    ]


def check(name: str) -> Any:
    """Return one line of the page."""
    return next(
        each for group in queries.health_groups() for each in group.checks if each.name == name
    )


def failed_mail(cast: Any) -> Notice:
    """Return a mail that was given up."""
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="who@example.cn")
    notify(
        kind="meeting.notice",
        subject=cast.unit,
        recipients=[Recipient(organization=cast.unit)],
        title="某会议的通知",
        body="某正文",
        by=SYSTEM,
    )
    mail = Notice.objects.filter(channel=Channel.MAIL).first()
    assert mail is not None
    Notice.objects.filter(pk=mail.pk).update(
        state=NoticeState.FAILED, attempts=8, error="550 不存在"
    )
    mail.refresh_from_db()
    return mail


def test_liveness_says_nothing_to_anybody(db):
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert Client().head("/healthz").status_code == 200
    assert Client().post("/healthz").status_code == 405


def test_health_is_for_the_three_administrators(cast, client_of, system_admin, others):
    for post in (system_admin, *others):
        page = client_of(post).get("/ops/health/")
        assert page.status_code == 200
    for post in others:
        for path in ("/ops/", "/ops/parked/", "/ops/channels/"):
            assert client_of(post).get(path).status_code == 403
        for path in ("/ops/parked/retry/", "/ops/channels/pause/", "/ops/channels/test/"):
            assert client_of(post).act(path, {"reason": "试试"}).status_code == 403
    for post in (cast.city_staff, cast.secretary, cast.liaison, cast.member):
        assert client_of(post).get("/ops/health/").status_code == 403
    assert Client().get("/ops/health/").status_code == 302
    assert not ChannelPause.objects.exists()


def test_no_page_shows_a_person_or_what_was_written(cast, client_of, system_admin, others):
    member = make_member(cast.unit, name="欧阳静", phone="19912345678")
    make_report_in(member, cast.community)
    failed_mail(cast)
    secrets = ("欧阳静", "19912345678", "某会议", "某正文", "who@example.cn", "江湾区图书馆")
    for post in (system_admin, *others):
        client = client_of(post)
        for path in PAGES:
            text = client.get(path).content.decode()
            assert [secret for secret in secrets if secret in text] == []


def test_home_says_what_to_do(client_of, system_admin):
    text = client_of(system_admin).get("/ops/").content.decode()
    assert "后台处理程序" in text
    assert "检查对应服务是否启动" in text


@pytest.mark.parametrize(
    ("ago", "health"), [(10, Health.GOOD), (200, Health.WARN), (900, Health.BAD)]
)
def test_worker_is_judged_by_its_last_sign(db, ago, health):
    give_sign(Process.WORKER, name="celery@host")
    give_sign(Process.WORKER, name="celery@host")
    SignOfLife.objects.update(at=timezone.now() - timedelta(seconds=ago))
    assert SignOfLife.objects.count() == 1
    assert check("后台处理程序").health == health


def test_worker_that_cannot_say_so_works_on(db, monkeypatch):
    from django.db import OperationalError

    from partybuild.ops.services import signs

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(signs, "give_sign", fails)
    monkeypatch.setitem(_state, "last", -1000.0)
    _worker()
    assert not SignOfLife.objects.exists()


def test_clock_that_is_off_is_seen(db):
    give_sign(Process.WORKER, name="celery@host")
    assert check("时钟偏差").health == Health.GOOD
    SignOfLife.objects.update(said_at=timezone.now() + timedelta(hours=1))
    assert check("时钟偏差").health == Health.BAD


def test_backup_is_judged_by_its_age(db, settings, tmp_path):
    assert check("最近备份").health == Health.WARN
    path = tmp_path / "last.json"
    for hours, health in ((2, Health.GOOD), (30, Health.WARN), (100, Health.BAD)):
        at = timezone.now() - timedelta(hours=hours)
        path.write_text(json.dumps({"at": at.isoformat(), "verified": True}))
        assert check("最近备份").health == health
    path.write_text("{broken")
    assert check("最近备份").health == Health.BAD


def test_broker_that_is_down_is_a_line_and_no_error(db, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert check("消息队列").health == Health.BAD


def test_parked_mail_is_put_back_for_a_reason(cast, client_of, system_admin):
    mail = failed_mail(cast)
    client = client_of(system_admin)
    assert str(mail.uid) in client.get("/ops/parked/").content.decode()
    client.act("/ops/parked/retry/", {"selected": str(mail.uid), "reason": ""})
    mail.refresh_from_db()
    assert mail.state == NoticeState.FAILED
    client.act(
        "/ops/parked/retry/", {"selected": [str(mail.uid), "no-uid"], "reason": "地址已更正"}
    )
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.error) == (NoticeState.QUEUED, 0, "")
    (event,) = Event.objects.filter(kind="notice.requeued")
    assert event.reason == "地址已更正"


def test_paused_channel_sends_nothing_until_it_is_resumed(cast, client_of, system_admin):
    mail = failed_mail(cast)
    Notice.objects.filter(pk=mail.pk).update(state=NoticeState.QUEUED, attempts=0)
    client = client_of(system_admin)
    client.act("/ops/channels/pause/", {"reason": ""})
    assert not ChannelPause.objects.exists()
    client.act("/ops/channels/pause/", {"reason": "服务器检修"})
    client.act("/ops/channels/pause/", {"reason": "再按一次"})
    assert ChannelPause.objects.count() == 1
    assert "服务器检修" in client.get("/ops/channels/").content.decode()
    assert check("待发邮件").health == Health.WARN
    assert sending.is_paused(Channel.MAIL)
    client.act("/ops/channels/resume/", {"reason": "检修完毕"})
    assert not sending.is_paused(Channel.MAIL)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"channel.paused", "channel.resumed"} <= kinds


@pytest.mark.django_db(transaction=True)
def test_worker_takes_no_mail_while_paused(cast):
    from partybuild.notices.services import pause_channel, resume_channel

    mail = failed_mail(cast)
    Notice.objects.filter(pk=mail.pk).update(
        state=NoticeState.QUEUED, attempts=0, not_before=now() - timedelta(days=1)
    )
    pause_channel(Channel.MAIL, reason="检修", by=SYSTEM)
    assert sending.claim_batch() == []
    resume_channel(Channel.MAIL, reason="好了", by=SYSTEM)
    assert [each.pk for each in sending.claim_batch()] == [mail.pk]


def test_test_mail_goes_to_oneself_on_the_usual_way(client_of, system_admin, monkeypatch):
    from partybuild.ops.views import system

    monkeypatch.setattr(system, "mail_server_answers", lambda: "")
    client = client_of(system_admin)
    client.act("/ops/channels/test/")
    assert not Notice.objects.filter(kind="channel.test").exists()
    Person.objects.filter(pk=system_admin.person_id).update(mail="admin@example.cn")
    client.act("/ops/channels/test/")
    assert Notice.objects.filter(kind="channel.test", channel=Channel.MAIL).count() == 1
    monkeypatch.setattr(system, "mail_server_answers", lambda: "ConnectionRefusedError")
    response = client.act("/ops/channels/test/", follow=True)
    assert "没有应答" in response.content.decode()


def test_mail_server_that_is_not_there_is_said_in_a_word(db, settings):
    from partybuild.ops.services.channels import mail_server_answers

    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    assert mail_server_answers() == "ConnectionRefusedError"


def test_short_messages_are_held_back_by_themselves(system_admin, client_of, settings):
    client = client_of(system_admin)
    assert "短信网关" not in client.get("/ops/channels/").content.decode()
    settings.SMS_GATEWAY = SmsGateway(url="https://sms.example.cn/send", token="secret")
    page = client.get("/ops/channels/").content.decode()
    assert "sms.example.cn" in page
    assert "secret" not in page
    client.act("/ops/channels/pause/", {"reason": "检修", "channel": "sms"})
    assert sending.is_paused(Channel.SMS)
    assert not sending.is_paused(Channel.MAIL)
    assert "短信已暂停发送" in client.get("/ops/channels/").content.decode()
    client.act("/ops/channels/resume/", {"reason": "好了", "channel": "sms"})
    assert not sending.is_paused(Channel.SMS)


def test_sign_in_leads_the_system_administrator_to_the_machine_s_state(client_of, system_admin):
    answer = client_of(system_admin).get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/ops/"


def test_test_message_goes_to_ones_own_phone(client_of, system_admin, settings):
    client = client_of(system_admin)
    client.act("/ops/channels/test/", {"channel": "sms"})
    assert not Notice.objects.filter(kind="channel.test").exists()
    settings.SMS_GATEWAY = SmsGateway(url="http://127.0.0.1:1/")
    change_person(system_admin.person, by=SYSTEM, phone="13800138000")
    client.act("/ops/channels/test/", {"channel": "sms"})
    notice = Notice.objects.get(kind="channel.test")
    assert (notice.channel, notice.person_id) == (Channel.SMS, system_admin.person_id)
    page = client.get("/ops/channels/").content.decode()
    assert "给自己发一条测试短信" in page
    assert "企业微信群机器人" in page
    assert "13800138000" not in page


@pytest.mark.parametrize(
    ("waits", "health"),
    [(-60, Health.GOOD), (3, Health.GOOD), (10, Health.WARN), (60, Health.BAD)],
)
def test_mail_that_is_due_and_waits_is_an_alarm(cast, waits, health):
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=cast.unit)],
        title="通知",
        body="内容",
        by=SYSTEM,
    )
    Notice.objects.update(not_before=now() - timedelta(minutes=waits))
    assert check("待发邮件").health == health
