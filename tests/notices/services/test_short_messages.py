"""Short messages over real HTTP: each behaviour of a gateway ends in the right state."""

from __future__ import annotations

import json
import logging
import ssl
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qsl

import environ
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from django.conf import settings as configured
from django.urls import reverse

from config.sms import Rule, SmsGateway, read_gateway
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.services import send_way_in
from partybuild.accounts.services.one_time import send_invitation
from partybuild.areas.services import set_parameter
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import (
    Recipient,
    notify,
    pause_channel,
    reconcile_unknown,
    resume_channel,
    send_notices,
    settle,
)
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.people.services import change_person
from tests.factories.core import SYSTEM
from tests.meetings.services.test_two_at_once import at_once
from tests.notices.gateways import OK, answer, gateway
from tests.notices.servers import LONG, nobody_there, patience_with

pytestmark = pytest.mark.django_db

CODE = Rule(("code",), frozenset({"0"}))


@pytest.fixture
def at(settings):
    """Point the sender at a gateway; nobody looks after mail here."""
    settings.MAIL_ASK_AFTER_SECONDS = 0

    def use(box, **values):
        settings.SMS_GATEWAY = SmsGateway(
            **{
                "url": box.url if hasattr(box, "url") else box,
                "timeout": LONG,
                "signature": "测试",
                "token": "Bearer secret-token",
                "accepted": CODE,
                **values,
            }
        )

    return use


@pytest.fixture
def ask_for_link(cast):
    """Ask for a link to sign in, for people with a phone and no mail."""

    def ask(*posts):
        for post in posts or (cast.liaison,):
            user = post.person.user
            user.mail = ""
            user.save(update_fields=("mail",))
            send_way_in(post.person.phone, purpose=LinkPurpose.SIGN_IN, by=SYSTEM)

    return ask


def messages():
    return Notice.objects.filter(channel=Channel.SMS).order_by("pk")


def states():
    return list(messages().values_list("state", flat=True))


def make_due():
    messages().filter(state=NoticeState.QUEUED).update(retry_at=None)


def test_a_link_goes_out_once_with_its_key_and_nothing_personal(
    at, ask_for_link, cast, caplog, clock
):
    # Quiet hours hold no link to sign in.
    clock(2026, 3, 5, 23)
    caplog.set_level(logging.DEBUG)
    phone, name = cast.liaison.person.phone, cast.liaison.person.name
    with gateway() as box:
        at(box)
        ask_for_link()
        assert phone not in json.dumps(list(messages().values()), default=str, ensure_ascii=False)
        assert send_notices(by=SYSTEM) == 1
        assert send_notices(by=SYSTEM) == 0
    notice = messages().get()
    assert notice.state == NoticeState.SENT
    (sent,) = box.taken
    assert (sent["phone"], sent["id"]) == (phone, notice.uid.hex)
    assert sent["text"].startswith(f"【测试】登录链接：{configured.BASE_URL}/")
    assert name not in sent["text"]
    assert "authorization: bearer secret-token" in box.heads[0].lower()
    assert box.heads[0].startswith("POST /send?v=1 ")
    # The row keeps the masked number alone, and no log has the whole.
    assert notice.address == f"{phone[:3]}****{phone[-4:]}"
    assert phone not in caplog.text
    assert "secret-token" not in caplog.text + repr(SmsGateway(url="", token="secret-token"))


BEHAVIOURS = {
    # what the gateway does: (state after one run, messages it holds)
    "refuses the message": (answer("400 Bad Request", b"{}"), NoticeState.FAILED, True),
    "is broken": (answer("500 Oops", b"{}"), NoticeState.UNKNOWN, True),
    "gateway time-out": (answer("504 Gateway", b""), NoticeState.UNKNOWN, True),
    "knows the key already": (answer("409 Conflict", b"{}"), NoticeState.UNKNOWN, True),
    "is overloaded": (
        answer("429 Slow", b"{}", "Retry-After: 1800"),
        NoticeState.QUEUED,
        True,
    ),
    "is in maintenance": (answer("503 Closed", b"{}"), NoticeState.QUEUED, True),
    "lets nobody in": (answer("401 No", b"{}"), NoticeState.QUEUED, True),
    "says no in its own words": (answer("200 OK", b'{"code":7}'), NoticeState.QUEUED, True),
    "says nothing we know": (answer("200 OK", b'{"ok":1}'), NoticeState.UNKNOWN, True),
    "answers no JSON": (answer("200 OK", b"<html>"), NoticeState.UNKNOWN, True),
    "answers deep JSON": (answer("200 OK", b"[" * 60000), NoticeState.UNKNOWN, True),
    "answers without end": (answer("200 OK", b" " * 200_000), NoticeState.UNKNOWN, True),
    "cuts its answer": (answer("200 OK", OK, length=500), NoticeState.UNKNOWN, True),
    "cuts its headers": (b"HTTP/1.1 200 OK\r\nConte", NoticeState.UNKNOWN, True),
    "talks no HTTP": (b"220 smtp ready\r\n", NoticeState.UNKNOWN, True),
    "hangs before its headers": ("hang", NoticeState.UNKNOWN, True),
    "hangs up": ("drop", NoticeState.UNKNOWN, True),
    "answers a byte at a time": ("trickle", NoticeState.UNKNOWN, True),
    "refuses before the message is whole": ("early", NoticeState.FAILED, False),
}


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_each_behaviour_ends_in_the_right_state(at, ask_for_link, name):
    rule, state, is_held = BEHAVIOURS[name]
    with gateway(rule) as box:
        at(box, timeout=patience_with(rule))
        ask_for_link()
        send_notices(by=SYSTEM)
        send_notices(by=SYSTEM)
    assert states() == [state]
    # Never asked a second time by itself within the moment.
    assert len(box.taken) == int(is_held)
    assert len(box.heads) == 1


def test_who_refuses_the_connection_is_not_counted(at, ask_for_link):
    with nobody_there() as port:
        at(f"http://127.0.0.1:{port}/send")
        ask_for_link()
        for _time in range(10):
            send_notices(by=SYSTEM)
            make_due()
    notice = messages().get()
    assert (notice.state, notice.attempts) == (NoticeState.QUEUED, 0)
    with gateway() as box:
        at(box)
        assert send_notices(by=SYSTEM) == 1


def test_a_redirect_is_not_followed(at, ask_for_link):
    with gateway() as elsewhere:
        there = f"Location: {elsewhere.url}"
        with gateway(answer("307 Temporary", b"", there)) as box:
            at(box, status_url=f"http://127.0.0.1:{box.port}/of/{{id}}")
            ask_for_link()
            send_notices(by=SYSTEM)
            assert states() == [NoticeState.QUEUED]
            messages().update(state=NoticeState.UNKNOWN, unknown_at="2026-01-01T00:00Z")
            box.status = answer("302 Found", b"", there)
            reconcile_unknown(by=SYSTEM)
    assert (elsewhere.heads, elsewhere.asked) == ([], [])
    assert states() == [NoticeState.UNKNOWN]


def test_the_wait_that_the_gateway_asks_for_is_kept(at, ask_for_link):
    with gateway(answer("429 Slow", b"{}", "Retry-After: 1800")) as box:
        at(box)
        ask_for_link()
        send_notices(by=SYSTEM)
    later = messages().filter(retry_at__gt=ClockTimestamp() + timedelta(minutes=29))
    assert later.count() == 1


def test_poison_is_parked_after_eight_tries_and_the_others_go_out(at, ask_for_link, cast):
    poison = cast.liaison.person.phone
    with gateway() as box:
        usual = box.reply

        def reply(connection, rule):
            bad = json.loads(box.bodies[-1])["phone"] == poison
            usual(connection, answer("200 OK", b'{"code":"no"}') if bad else rule)

        box.reply = reply
        at(box)
        ask_for_link(cast.liaison, cast.secretary)
        for _time in range(12):
            send_notices(by=SYSTEM)
            make_due()
    assert sorted(states()) == [NoticeState.FAILED, NoticeState.SENT]
    parked = messages().get(state=NoticeState.FAILED)
    assert parked.attempts == 8
    assert "code=no" in parked.error
    assert sum(json.loads(body)["phone"] == poison for body in box.bodies) == 8


@pytest.mark.parametrize(
    ("said", "state", "copies"),
    [
        (answer("200 OK", b'{"state":"DELIVERED"}'), NoticeState.SENT, 1),
        (answer("200 OK", b'{"state":"NONE"}'), NoticeState.SENT, 2),
        (answer("200 OK", b'{"state":"?"}'), NoticeState.UNKNOWN, 1),
        (answer("404 Not Found", b"{}"), NoticeState.UNKNOWN, 1),
        (answer("500 Oops", b"{}"), NoticeState.UNKNOWN, 1),
        (answer("200 OK", b"<html>"), NoticeState.UNKNOWN, 1),
    ],
)
def test_the_unknown_is_asked_about_by_its_key(at, ask_for_link, said, state, copies):
    """Taken or not before the answer broke off: only the gateway can tell."""
    with gateway("drop", answer("200 OK"), status=said) as box:
        at(
            box,
            status_url=f"http://127.0.0.1:{box.port}/of?id={{id}}",
            status_accepted=Rule(("state",), frozenset({"DELIVERED"})),
            status_missing=Rule(("state",), frozenset({"NONE"})),
        )
        ask_for_link()
        for _time in range(3):
            send_notices(by=SYSTEM)
    assert states() == [state]
    assert len(box.taken) == copies
    assert {each["id"] for each in box.taken} == {messages().get().uid.hex}
    assert box.asked[0] == f"/of?id={messages().get().uid.hex}"


def test_of_a_batch_that_is_half_taken_each_ends_by_its_own_answer(at, ask_for_link, cast):
    no = answer("200 OK", b'{"code":1}')
    with gateway(answer("200 OK"), no, answer("200 OK", OK, length=99), answer("200 OK")) as box:
        at(box)
        ask_for_link(cast.liaison, cast.secretary, cast.outsider)
        send_notices(by=SYSTEM)
    assert states() == [NoticeState.SENT, NoticeState.QUEUED, NoticeState.UNKNOWN]
    assert len(box.bodies) == 3


def test_what_is_never_taken_is_not_sent_for_ever(at, ask_for_link):
    with gateway("drop", status=answer("404 Not Found", b"{}"), takes=False) as box:
        at(
            box,
            status_url=f"http://127.0.0.1:{box.port}/of/{{id}}",
            status_missing_is_404=True,
        )
        ask_for_link()
        for _time in range(12):
            send_notices(by=SYSTEM)
    assert states() == [NoticeState.FAILED]
    assert len(box.bodies) == 8


def test_without_a_query_a_person_settles_it(at, ask_for_link):
    with gateway("drop") as box:
        at(box)
        ask_for_link()
        for _time in range(3):
            send_notices(by=SYSTEM)
        assert states() == [NoticeState.UNKNOWN]
        assert len(box.taken) == 1
    assert settle(messages().get(), accepted=True, by=SYSTEM)
    assert states() == [NoticeState.SENT]


def test_a_form_and_nested_names_are_filled_once(at, ask_for_link, cast):
    with gateway() as box:
        at(box, is_form=True, template={"m": "{phone}", "c": "{title}|{link}", "k": "{id}"})
        ask_for_link()
        assert send_notices(by=SYSTEM) == 1
    found = dict(parse_qsl(box.bodies[0].decode()))
    assert found["m"] == cast.liaison.person.phone
    assert found["c"].startswith(f"登录链接|{configured.BASE_URL}/")
    assert "x-www-form-urlencoded" in box.heads[0]


def test_a_number_changed_on_the_roster_gets_no_link(at, ask_for_link, cast):
    with gateway() as box:
        at(box)
        ask_for_link()
        change_person(cast.liaison.person, phone="13900009999", by=SYSTEM)
        send_notices(by=SYSTEM)
        assert states() == [NoticeState.FAILED]
        send_way_in(cast.liaison.person.user.username or "x", purpose="sign_in", by=SYSTEM)
        send_notices(by=SYSTEM)
    assert box.taken == []


def test_without_a_gateway_nothing_is_offered_or_lost(at, ask_for_link, settings, client):
    settings.SMS_GATEWAY = None
    ask_for_link()
    assert states() == []
    page = reverse("accounts:way-in")
    assert "短信" not in client.get(page).content.decode()
    with gateway() as box:
        at(box)
        assert "邮箱、手机短信" in client.get(page).content.decode()
        ask_for_link()
        settings.SMS_GATEWAY = None
        send_notices(by=SYSTEM)
        assert states() == [NoticeState.QUEUED]
        at(box)
        make_due()
        assert send_notices(by=SYSTEM) == 1


def test_an_invitation_goes_by_phone(at, cast):
    with gateway() as box:
        at(box)
        cast.liaison.person.user.mail = ""
        cast.liaison.person.user.save(update_fields=("mail",))
        assert send_invitation(cast.liaison.person.user, by=SYSTEM) == ["sms"]
        assert send_notices(by=SYSTEM) == 1
    assert "开通" in box.taken[0]["text"]
    assert cast.liaison.person.name not in box.taken[0]["text"]


def test_a_paused_channel_waits_alone(at, ask_for_link):
    with gateway() as box:
        at(box)
        ask_for_link()
        pause_channel(Channel.SMS, reason="检修", by=SYSTEM)
        assert send_notices(by=SYSTEM) == 0
        resume_channel(Channel.SMS, reason="好了", by=SYSTEM)
        assert send_notices(by=SYSTEM) == 1


@pytest.mark.parametrize(("wanted", "count"), [(False, 0), (True, 1)])
def test_reminders_go_by_phone_only_where_the_place_wants_it(at, cast, wanted, count):
    with gateway() as box:
        at(box)
        if wanted:
            set_parameter(cast.street, key="reminder.sms", value=True, by=SYSTEM)
        notify(
            kind="test",
            subject=cast.committee,
            recipients=[
                Recipient(organization=cast.liaison.organization, roles=frozenset({"unit_liaison"}))
            ],
            title="请张三回执",
            body="请按时参加。",
            path="/meetings/",
            is_reminder=True,
            by=SYSTEM,
        )
        assert len(states()) == count
        send_notices(by=SYSTEM)
    assert ["张三" in each["text"] for each in box.taken] == [False] * count


GOOD = {"SMS_GATEWAY_URL": "https://sms.example.cn/send"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMS_GATEWAY_URL": "http://sms.example.cn/send"},
        {"SMS_GATEWAY_URL": "https://name:word@sms.example.cn/send"},
        {"SMS_GATEWAY_URL": "file:///etc/passwd"},
        {"SMS_GATEWAY_STATUS_URL": "https://other.example.cn/{id}"},
        {"SMS_GATEWAY_STATUS_URL": "https://sms.example.cn/status"},
        {"SMS_GATEWAY_FORMAT": "xml"},
        {"SMS_GATEWAY_TEMPLATE": '{"m": "{phone}"}'},
        {"SMS_GATEWAY_TEMPLATE": "no"},
        {"SMS_GATEWAY_TOKEN": "a\r\nb: c"},
        {"SMS_GATEWAY_ACCEPTED": "code"},
    ],
)
def test_a_wrong_setting_stops_the_start_by_its_name(wrong):
    env = environ.Env()
    env.ENVIRON = {**GOOD, **wrong}
    with pytest.raises(environ.ImproperlyConfigured, match="SMS_"):
        read_gateway(env, product="测试", allow_http=False)


def test_a_whole_setting_is_read():
    env = environ.Env()
    env.ENVIRON = {
        **GOOD,
        "SMS_GATEWAY_ACCEPTED": "result.code=0,OK",
        "SMS_GATEWAY_STATUS_URL": "https://sms.example.cn/status?id={id}",
        "SMS_GATEWAY_STATUS_MISSING": "404",
    }
    found = read_gateway(env, product="测试", allow_http=False)
    assert found is not None
    assert found.accepted == Rule(("result", "code"), frozenset({"0", "OK"}))
    assert found.status_missing_is_404
    assert found.signature == "测试"
    env.ENVIRON = {}
    assert read_gateway(env, product="测试", allow_http=False) is None


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(at, ask_for_link, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*_self_signed(tmp_path))
    with gateway(tls=context) as box:
        at(f"https://localhost:{box.port}/send")
        ask_for_link()
        assert send_notices(by=SYSTEM) == 0
    assert (box.heads, states()) == ([], [NoticeState.QUEUED])
    assert "CERTIFICATE_VERIFY_FAILED" in messages().get().error


def _self_signed(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    moment = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(pem), str(secret)


def test_one_that_a_dead_worker_had_handed_over_is_not_sent_again(at, ask_for_link):
    with gateway() as box:
        at(box)
        ask_for_link()
        (claimed,) = claim_batch(Channel.SMS)
        assert hand_over(claimed)
        messages().update(lease_until=ClockTimestamp() - timedelta(seconds=1))
        assert send_notices(by=SYSTEM) == 0
    assert (states(), box.heads) == ([NoticeState.UNKNOWN], [])


def test_one_that_a_dead_worker_had_only_claimed_goes_out(at, ask_for_link):
    with gateway() as box:
        at(box)
        ask_for_link()
        claim_batch(Channel.SMS)
        messages().update(lease_until=ClockTimestamp() - timedelta(seconds=1))
        assert send_notices(by=SYSTEM) == 1
    assert len(box.taken) == 1


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_send_each_message_once(at, ask_for_link, cast):
    with gateway() as box:
        at(box)
        for _time in range(4):
            ask_for_link(cast.liaison, cast.secretary, cast.outsider)
        run = partial(send_notices, by=SYSTEM)
        assert sum(at_once(run, run, run)) == 12
    assert len({each["id"] for each in box.taken}) == len(box.taken) == 12
