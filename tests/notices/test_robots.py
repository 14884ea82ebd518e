"""Robots of chat groups over real HTTP: each behaviour ends in the right state, the other groups go on."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import struct
import threading
import time
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import environ
import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from config.robots import KNOWN, RobotSettings, read_robots
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import GroupRobot, Notice
from partybuild.notices.robots import check_address, signature_of
from partybuild.notices.services import send_notices, settle, take_back
from partybuild.notices.services.robots import (
    Group,
    end_robot,
    send_test_posting,
    set_robot,
    tell_group,
)
from partybuild.notices.talking import Answer, Request, hand, is_public
from partybuild.obligations.services import chase
from tests.factories.core import SYSTEM
from tests.factories.obligations import make_debt
from tests.meetings.services.test_two_at_once import at_once
from tests.notices.gateways import answer, gateway
from tests.notices.servers import LONG, nobody_there, patience_with

pytestmark = pytest.mark.django_db
GOOD = answer("200 OK", b'{"errcode":0,"errmsg":"ok"}')
LIST = "/notices/robots/"


@pytest.fixture
def robots(settings):
    """Speak to this machine alone, with patience: it may be a slow one."""
    adapters = {
        key: replace(adapter, host="127.0.0.1", path="/send") for key, adapter in KNOWN.items()
    }
    settings.ROBOTS = RobotSettings(
        adapters=adapters, allow_private=True, allow_http=True, timeout=LONG
    )
    settings.SMS_GATEWAY = None
    settings.MAIL_ASK_AFTER_SECONDS = 0

    def at(cast, url, **values):
        return set_robot(
            values.pop("body", cast.committee),
            **{
                "kind": "wecom",
                "name": "和平社区工作群",
                "address": f"{url}&key=abc&access_token=abc",
                "by": actor_in(cast.secretary),
                **values,
            },
        )

    return at


def states():
    rows = Notice.objects.filter(channel=Channel.ROBOT).order_by("pk")
    return list(rows.values_list("state", flat=True))


def post(cast, robot):
    return send_test_posting(robot, by=actor_in(cast.secretary))


def test_a_posting_arrives_once(cast, robots, system):
    with gateway(GOOD) as box:
        post(cast, robots(cast, box.url))
        assert send_notices(by=system) == 1
        assert send_notices(by=system) == 0
    (sent,) = box.taken
    assert sent["msgtype"] == "text"
    assert "测试消息" in sent["text"]["content"]
    assert states() == [NoticeState.SENT]


def test_dingtalk_is_signed_as_its_manual_says(cast, robots, system):
    with gateway(GOOD) as box:
        robot = robots(cast, box.url, kind="dingtalk", secret="SECabc")
        post(cast, robot)
        assert send_notices(by=system) == 1
    query = parse_qs(urlsplit(box.heads[0].split()[1]).query)
    stamp = query["timestamp"][0]
    digest = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"][0]) == digest
    assert abs(int(stamp) / 1000 - time.time()) < 60
    assert unquote(signature_of("SECabc", stamp)) == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (GOOD, NoticeState.SENT),
        (answer("200 OK", b'{"errcode":45009}'), NoticeState.QUEUED),
        (answer("200 OK", b'{"errcode":93000}'), NoticeState.FAILED),
        (answer("200 OK", b'{"errcode":77}'), NoticeState.QUEUED),
        (answer("200 OK", b"<html>ok</html>"), NoticeState.UNKNOWN),
        (answer("200 OK", b'{"errcode":0'), NoticeState.UNKNOWN),
        (answer("200 OK", b'{"errcode":0}', length=9999), NoticeState.UNKNOWN),
        (answer("200 OK", b" " * 70_000 + b'{"errcode":0}'), NoticeState.UNKNOWN),
        (answer("500 Oops", b""), NoticeState.UNKNOWN),
        (answer("429 Slow", b"", "Retry-After: 120"), NoticeState.QUEUED),
        (answer("302 Found", b"", "Location: http://127.0.0.1:1/"), NoticeState.QUEUED),
        (answer("403 No", b""), NoticeState.QUEUED),
        (answer("400 Bad", b""), NoticeState.FAILED),
        ("drop", NoticeState.UNKNOWN),
        ("hang", NoticeState.UNKNOWN),
        ("trickle", NoticeState.UNKNOWN),
        ("early", NoticeState.FAILED),
    ],
)
def test_each_behaviour_ends_in_its_state_and_other_groups_go_on(
    cast, robots, settings, system, rule, state
):
    settings.ROBOTS = replace(settings.ROBOTS, timeout=patience_with(rule))
    with gateway(rule) as bad, gateway(GOOD) as good:
        post(cast, robots(cast, bad.url))
        post(cast, robots(cast, good.url, body=cast.sibling_committee))
        send_notices(by=system)
    assert states() == [state, NoticeState.SENT]
    assert len(good.taken) == 1


def test_nobody_there_waits_and_other_groups_go_on(cast, robots, system):
    with nobody_there() as port, gateway(GOOD) as good:
        post(cast, robots(cast, f"http://127.0.0.1:{port}/send?v=1"))
        post(cast, robots(cast, good.url, body=cast.sibling_committee))
        send_notices(by=system)
    assert states() == [NoticeState.QUEUED, NoticeState.SENT]
    waiting = Notice.objects.get(state=NoticeState.QUEUED)
    assert waiting.attempts == 0


def test_a_wrong_certificate_is_not_spoken_to(cast, robots, system):
    with gateway(GOOD) as box:
        post(cast, robots(cast, box.url.replace("http://", "https://")))
        send_notices(by=system)
    assert (states(), box.taken) == ([NoticeState.QUEUED], [])


def test_what_is_unknown_is_not_posted_again_by_itself(cast, robots, system):
    with gateway("drop", GOOD) as box:
        notice = post(cast, robots(cast, box.url))
        for _again in range(3):
            send_notices(by=system)
        assert states() == [NoticeState.UNKNOWN]
        assert settle(notice, accepted=False, by=SYSTEM)
        assert send_notices(by=system) == 1


def test_twenty_a_minute_and_no_more(cast, robots, system):
    with gateway(GOOD) as box:
        robot = robots(cast, box.url)
        for _each in range(23):
            post(cast, robot)
        assert send_notices(by=system) == 20
        assert send_notices(by=system) == 0
        GroupRobot.objects.update(window_at="2020-01-01T00:00+08:00")
        assert send_notices(by=system) == 3


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_keep_the_limit(cast, robots):
    with gateway(GOOD) as box:
        robot = robots(cast, box.url)
        for _each in range(25):
            post(cast, robot)
        at_once(*[lambda: send_notices(by=SYSTEM)] * 4)
        assert len(box.taken) == 20


def test_neither_address_nor_secret_stands_anywhere_in_clear(cast, robots, system, caplog):
    with gateway("drop") as box:
        post(cast, robots(cast, f"{box.url}&key=TOPSECRETKEY", secret="SECRETSIGN"))
        send_notices(by=system)
    with connection.cursor() as cursor:
        for table in ("notices_grouprobot", "notices_notice", "audit_event", "audit_rowchange"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            text = str(cursor.fetchall())
            assert "TOPSECRET" not in text
            assert "SECRETSIGN" not in text
    assert "TOPSECRET" not in caplog.text


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=a",
        "https://evil.example/cgi-bin/webhook/send?key=a",
        "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=a",
        "https://user@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a",
        "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=a",
        "https://qyapi.weixin.qq.com/cgi-bin/../admin?key=a",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a\r\nX: y",
        "https://127.0.0.1/cgi-bin/webhook/send?key=a",
        "https://[::1]/cgi-bin/webhook/send?key=a",
        "file:///etc/passwd",
        "https://[/",
    ],
)
def test_no_other_host_is_ever_spoken_to(address):
    with pytest.raises(ValidationError):
        check_address("wecom", address)


def test_the_providers_own_address_is_taken():
    check_address("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a-b-c")


def test_a_name_that_leads_inside_is_not_spoken_to(cast, robots, settings, system):
    """DNS may say anything: the address that was looked at is the one spoken to."""
    with gateway(GOOD) as box:
        robot = robots(cast, box.url)
        post(cast, robot)
        settings.ROBOTS = replace(
            settings.ROBOTS,
            allow_private=False,
            allow_http=True,
            adapters={"wecom": replace(settings.ROBOTS.adapters["wecom"])},
        )
        GroupRobot.objects.filter(pk=robot.pk).update()
        send_notices(by=system)
        assert box.taken == []
        # Its port is not a usual one, so it is refused before any name is asked.
        assert states() == [NoticeState.FAILED]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2400:3200::1", True),
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_setting_anew_ends_the_one_before_and_forgets_it(cast, robots, system):
    with gateway(GOOD) as box:
        first = robots(cast, box.url)
        post(cast, first)
        robots(cast, box.url, name="新群")
    first.refresh_from_db()
    assert (first.ended_at is not None, str(first.address)) == (True, "")
    assert states() == [NoticeState.CANCELLED]
    assert not end_robot(first, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_who_set_it_at_once_leave_one(cast, robots):
    with gateway(GOOD) as box:
        at_once(*[lambda: robots(cast, box.url)] * 3)
    assert GroupRobot.objects.filter(ended_at=None).count() == 1


def test_a_councils_group_comes_before_the_bodys_own(cast, robots):
    with gateway(GOOD) as box:
        own = robots(cast, box.url)
        council = robots(cast, box.url, group=Group(name="联席会", label="x.Y", uid=cast.unit.uid))
    by = actor_in(cast.secretary)
    for subject in (cast.unit, cast.second_unit):
        tell_group(kind="test", subject=subject, title="通知", by=by)
    found = Notice.objects.order_by("pk").values_list("robot", flat=True)
    assert list(found) == [council.pk, own.pk]
    assert tell_group(kind="test", subject=cast.unit, title="通知", by=by) == 0
    assert take_back(kind="test", subject=cast.unit, round=1, by=by) == 1


def test_a_chase_posts_bodies_and_no_person(cast, robots, system):
    debts = [
        make_debt(unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 3))
        for unit in (cast.unit, cast.second_unit)
    ]
    debts.append(
        make_debt(cast.member.person, cast.committee, duty="test.personal", unit=cast.unit)
    )
    with gateway(GOOD) as box:
        robots(cast, box.url)
        chase(debts, by=actor_in(cast.secretary), to_group=True)
        send_notices(by=system)
    text = json.dumps(box.taken, ensure_ascii=False)
    assert cast.unit.called in text
    assert cast.second_unit.called in text
    for post_ in (cast.member, cast.liaison, cast.secretary):
        assert post_.person.name not in text


ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=TOPSECRET"
FORM = {"group": "own", "kind": "wecom", "name": "工作群", "address": ADDRESS}


def test_pages_set_test_and_end(cast, client_of):
    client = client_of(cast.secretary)
    assert client.act(f"{LIST}new/", FORM).status_code == 302
    robot = GroupRobot.objects.get()
    page = client.get(LIST).content.decode()
    assert "工作群" in page
    assert "TOPSECRET" not in page
    assert client.act(f"{LIST}{robot.uid}/test/").status_code == 302
    assert Notice.objects.filter(kind="robot.test").count() == 1
    assert Event.objects.filter(kind="robot.tested").count() == 1
    for who in ("outsider", "liaison", "worker"):
        if hasattr(cast, who):
            other = client_of(getattr(cast, who))
            assert other.act(f"{LIST}{robot.uid}/test/").status_code in {403, 404}
    assert client.act(f"{LIST}{robot.uid}/end/").status_code == 302
    robot.refresh_from_db()
    assert robot.ended_at is not None


def test_a_refused_address_says_why_and_comes_back_nowhere(cast, client_of):
    answer_ = client_of(cast.secretary).act(
        f"{LIST}new/", {**FORM, "address": "https://evil.example/TOPSECRET"}
    )
    assert answer_.status_code == 422
    assert "TOPSECRET" not in answer_.content.decode()
    assert not GroupRobot.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("liaison", 403), ("member", 403), ("street_staff", 200)]
)
def test_who_may_set_a_robot(cast, client_of, who, status):
    assert client_of(getattr(cast, who)).get(f"{LIST}new/").status_code == status


def test_settings_are_read_and_refused(monkeypatch):
    env = environ.Env()
    monkeypatch.setenv("ROBOT_KINDS", "dingtalk")
    assert set(read_robots(env, allow_http=False).adapters) == {"dingtalk"}
    monkeypatch.setenv("ROBOT_KINDS", "wecom,unheard")
    with pytest.raises(environ.ImproperlyConfigured):
        read_robots(env, allow_http=False)
    monkeypatch.setenv("ROBOT_KINDS", "own")
    monkeypatch.setenv(
        "ROBOT_ADAPTERS",
        json.dumps(
            {
                "own": {
                    "label": "政务平台",
                    "host": "im.example.cn",
                    "path": "/hook",
                    "template": {"content": "{text}"},
                    "accepted": "code=0",
                }
            }
        ),
    )
    assert read_robots(env, allow_http=False).adapters["own"].host == "im.example.cn"
    monkeypatch.setenv("ROBOT_ADAPTERS", "[1]")
    with pytest.raises(environ.ImproperlyConfigured):
        read_robots(env, allow_http=False)


def test_a_refusal_while_the_last_byte_waits_is_still_read():
    """The other side answers and hangs up between our last look and our last byte."""
    asked, gone = threading.Event(), threading.Event()

    def refuse(listening):
        connection, _address = listening.accept()
        with connection:
            connection.settimeout(30)
            data = b""
            while not data.endswith(b'{"a":1'):
                data += connection.recv(65536)
            asked.wait(60)
            connection.sendall(answer("413 Too Large", b""))
            # What is sent from now on is thrown back.
            connection.shutdown(socket.SHUT_RD)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 5))
        gone.set()

    def before_dot():
        asked.set()
        assert gone.wait(60)
        return True

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=refuse, args=(listening,), daemon=True)
        thread.start()
        request = Request(
            url=f"http://127.0.0.1:{listening.getsockname()[1]}/send", timeout=30, body=b'{"a":1}'
        )
        found = hand(request, before_dot=before_dot, said=str)
        thread.join(60)
    assert isinstance(found, Answer)
    assert found.status == 413
