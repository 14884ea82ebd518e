"""Mail over real SMTP: each behaviour of a server ends in the right state."""

from __future__ import annotations

import select
from datetime import timedelta

import pytest

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.services import create_user, end_appointment, send_way_in
from partybuild.calendar import now, today
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import (
    Recipient,
    notify,
    reconcile_unknown,
    send_notices,
    sending,
    settle,
    take_back,
)
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.notices.smtp import Courier
from partybuild.obligations.services import pay
from partybuild.people.models import Person
from tests.factories.core import make_person
from tests.factories.obligations import make_debt
from tests.notices.servers import LONG, nobody_there, only_first, patience_with, script, sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail_to(cast, system):
    """Write one notice to the body of each address given, by its contact mail."""

    def write(*addresses, **values):
        from tests.factories.core import make_unit_organization

        bodies = [
            make_unit_organization(f"单位{number}", cast.community, contact_mail=address)
            for number, address in enumerate(addresses)
        ]
        notify(
            **{
                "kind": "test",
                "subject": cast.committee,
                "recipients": [Recipient(organization=body) for body in bodies],
                "title": "联席会议通知",
                "body": "请按时参加。",
                "path": "/meetings/",
                "by": system,
                **values,
            }
        )
        return bodies

    return write


@pytest.fixture
def server(settings):
    """Point the sender at a port; short patience only where nothing will come."""

    def at(port, patience=LONG):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_TIMEOUT = patience

    return at


def states():
    return list(Notice.objects.mail().order_by("pk").values_list("state", flat=True))


def test_a_mail_arrives_with_its_link_and_both_bodies(mail_to, server, system, settings):
    mail_to("a@example.org")
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 1
        assert send_notices(by=system) == 0
    notice = Notice.objects.mail().get()
    (message,) = keep.messages
    assert notice.state == NoticeState.SENT
    assert message["Message-ID"] == notice.message_id
    assert message["Subject"] == "联席会议通知"
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert f"{settings.BASE_URL}/meetings/" in plain
    assert f'href="{settings.BASE_URL}/meetings/"' in html


def test_one_connection_carries_a_batch(mail_to, server, system):
    mail_to(*(f"a{number}@example.org" for number in range(5)))
    with script() as bad:
        server(bad.port)
        assert send_notices(by=system) == 5
    assert (bad.times["ehlo"], len(bad.taken)) == (1, 5)


def test_a_link_to_sign_in_passes_the_wave(mail_to, server, system, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 1)
    mail_to("first@example.test", "second@example.test")
    create_user(make_person("江晓燕"), mail="jiang@example.test", by=system)
    send_way_in("jiang@example.test", purpose=LinkPurpose.SIGN_IN, by=Actor.anonymous())
    with sink() as (mailbox, port):
        server(port)
        send_notices(by=system)
    assert mailbox.addresses == [
        "jiang@example.test",
        "first@example.test",
        "second@example.test",
    ]


def test_a_line_break_in_a_title_makes_no_header(mail_to, server, system):
    mail_to("a@example.org", title="通知\r\nBcc: b@example.org")
    with sink() as (keep, port):
        server(port)
        send_notices(by=system)
    assert keep.messages[0]["Bcc"] is None


def test_a_line_that_begins_with_a_dot_arrives_whole(mail_to, server, system):
    mail_to("a@example.org", body="第一行\n.\n.第三行")
    with sink() as (keep, port):
        server(port)
        send_notices(by=system)
    lines = keep.messages[0].get_body(("plain",)).get_content().splitlines()
    assert lines[2:5] == ["第一行", ".", ".第三行"]


@pytest.mark.parametrize(
    "rules", [None, {"banner": "drop"}, {"banner": "hang"}, {"banner": "554 no"}]
)
def test_a_server_that_is_down_costs_no_attempt(mail_to, server, system, rules):
    mail_to("a@example.org", "b@example.org")
    if rules is None:
        with nobody_there() as port:
            server(port)
            assert send_notices(by=system) == 0
    else:
        with script(**rules) as bad:
            server(bad.port, patience_with(*rules.values()))
            assert send_notices(by=system) == 0
            assert bad.times["banner"] == 1
    assert states() == [NoticeState.QUEUED] * 2
    assert set(Notice.objects.mail().values_list("attempts", flat=True)) == {0}
    assert not Notice.objects.mail().filter(retry_at__lte=ClockTimestamp()).exists()


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ({"ehlo": "250-test\r\n250 STARTTLS"}, {"EMAIL_USE_TLS": True}),
        ({"ehlo": "250-test\r\n250 STARTTLS", "starttls": "454 not now"}, {"EMAIL_USE_TLS": True}),
        ({}, {"EMAIL_USE_TLS": True}),
        ({}, {"EMAIL_USE_SSL": True}),
    ],
    ids=["no handshake", "refused", "not offered", "plain where TLS is due"],
)
def test_without_the_encryption_that_is_set_nothing_is_sent(
    mail_to, server, system, settings, rules, values
):
    mail_to("a@example.org", "b@example.org")
    with script(**rules) as bad:
        server(bad.port)
        for name, value in values.items():
            setattr(settings, name, value)
        assert send_notices(by=system) == 0
        assert bad.times["mail"] == 0
    assert states() == [NoticeState.QUEUED] * 2
    assert set(Notice.objects.mail().values_list("attempts", flat=True)) == {0}


@pytest.mark.parametrize(
    ("rules", "state", "taken"),
    [
        ({"mail": "421 busy"}, NoticeState.QUEUED, 0),
        ({"mail": "450 later"}, NoticeState.QUEUED, 0),
        ({"mail": "550 who are you"}, NoticeState.QUEUED, 0),
        ({"rcpt": "451 later"}, NoticeState.QUEUED, 0),
        ({"rcpt": "550 nobody here"}, NoticeState.FAILED, 0),
        ({"rcpt": "drop"}, NoticeState.QUEUED, 0),
        ({"data": "451 later"}, NoticeState.QUEUED, 0),
        ({"data": "554 never"}, NoticeState.FAILED, 0),
        ({"data": "hang"}, NoticeState.QUEUED, 0),
        ({"text": "drop"}, NoticeState.QUEUED, 0),
        ({"dot": "452 full"}, NoticeState.QUEUED, 0),
        ({"dot": "552 too big"}, NoticeState.FAILED, 0),
        ({"dot": "hang"}, NoticeState.UNKNOWN, 1),
        ({"dot": "drop"}, NoticeState.UNKNOWN, 1),
        ({"mail": "trickle", "rcpt": "trickle"}, NoticeState.QUEUED, 0),
    ],
    ids=lambda value: str(value),
)
def test_each_misbehaviour_ends_in_the_right_state(
    mail_to, server, system, monkeypatch, rules, state, taken
):
    mail_to("a@example.org")
    if rules.get("text") == "drop":
        _look_once_it_has_hung_up(monkeypatch)
    with script(**rules) as bad:
        server(bad.port, patience_with(*rules.values()))
        assert send_notices(by=system) == 0
    notice = Notice.objects.mail().get()
    assert (notice.state, len(bad.taken)) == (state, taken)
    assert notice.error
    if state == NoticeState.QUEUED:
        assert notice.attempts == 1
        assert notice.retry_at > notice.changed_at


def _look_once_it_has_hung_up(monkeypatch):
    """Let the sender look whether the server is gone only when it is."""
    look = Courier._is_gone

    def later(courier):
        select.select([courier.smtp.sock], [], [], LONG)
        return look(courier)

    monkeypatch.setattr(Courier, "_is_gone", later)


def test_a_poisoned_address_does_not_stop_the_others(mail_to, server, system):
    mail_to(
        "a@example.org", "bad@example.org", "c@example.org", "bad2@example.org", "e@example.org"
    )
    with script(rcpt=lambda line: "550 no" if b"bad" in line else None) as bad:
        server(bad.port)
        assert send_notices(by=system) == 3
    failed, sent = NoticeState.FAILED, NoticeState.SENT
    assert states() == [sent, failed, sent, failed, sent]
    assert bad.times["ehlo"] == 1


def test_bad_recipients_cost_the_others_less_than_their_own_time(mail_to, server, system):
    """Half of them bad: at most twice the steps that the good ones take alone, on one connection."""

    def steps(*addresses):
        Notice.objects.all().delete()
        mail_to(*addresses)
        with script(rcpt=lambda line: "550 no" if b"bad" in line else None) as mixed:
            server(mixed.port)
            assert send_notices(by=system) == 24
            return mixed.times

    good = [f"a{number}@example.org" for number in range(24)]
    bad = [f"bad{number}@example.org" for number in range(24)]
    alone = steps(*good)
    together = steps(*(each for pair in zip(good, bad, strict=True) for each in pair))
    assert alone.total() > 4 * 24
    assert together.total() <= 2 * alone.total()
    # A greeting for each bad one would be what costs the others.
    assert (alone["ehlo"], together["ehlo"]) == (1, 1)
    assert (alone["data"], together["data"]) == (24, 24)


def test_one_broken_connection_does_not_stop_the_others(mail_to, server, system):
    mail_to("a@example.org", "b@example.org", "c@example.org")
    with script(data=only_first("drop")) as bad:
        server(bad.port)
        assert send_notices(by=system) == 2
    assert states() == [NoticeState.QUEUED, NoticeState.SENT, NoticeState.SENT]


def test_a_mail_that_never_goes_is_parked_after_eight_tries(mail_to, server, system):
    mail_to("a@example.org")
    with script(rcpt="451 later") as bad:
        server(bad.port)
        for _try in range(10):
            Notice.objects.mail().update(retry_at=None)
            send_notices(by=system)
        assert bad.times["rcpt"] == 8
    notice = Notice.objects.mail().get()
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, 8)
    assert notice.error == "重试8次未成功：451 later"


def test_a_worker_that_dies_while_claimed_loses_nothing(mail_to, server, system):
    mail_to("a@example.org")
    claim_batch()
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 0
        Notice.objects.mail().update(lease_until=ClockTimestamp() - timedelta(seconds=1))
        assert send_notices(by=system) == 1
    assert len(keep.mails) == 1


def test_a_worker_that_dies_in_handover_leaves_an_unknown_that_is_not_resent(
    mail_to, server, system
):
    mail_to("a@example.org")
    (notice,) = claim_batch()
    assert hand_over(notice)
    Notice.objects.mail().update(lease_until=ClockTimestamp() - timedelta(seconds=1))
    with sink() as (keep, port):
        server(port)
        send_notices(by=system)
    assert states() == [NoticeState.UNKNOWN]
    assert keep.mails == []


def test_a_claim_that_was_lost_sends_no_dot(mail_to, server, system):
    mail_to("a@example.org")
    (notice,) = claim_batch()
    Notice.objects.mail().update(lease_until=ClockTimestamp() - timedelta(seconds=1))
    assert not hand_over(notice)


def unknown_mail(mail_to, server, system, **values):
    mail_to("a@example.org", **values)
    with script(dot="drop") as bad:
        server(bad.port)
        send_notices(by=system)
    Notice.objects.mail().update(unknown_at=ClockTimestamp() - timedelta(minutes=5))
    return Notice.objects.mail().get()


@pytest.mark.parametrize(
    ("answer", "state"),
    [(True, NoticeState.SENT), (False, NoticeState.QUEUED), (None, NoticeState.UNKNOWN)],
)
def test_an_unknown_is_settled_by_asking(mail_to, server, system, answer, state):
    notice = unknown_mail(mail_to, server, system)
    answers = {} if answer is None else {notice.message_id: answer}
    reconcile_unknown(by=system, ask=lambda ids: answers)
    assert states() == [state]


@pytest.mark.parametrize(("is_reminder", "times"), [(True, 1), (False, 0)])
def test_after_a_day_only_a_reminder_goes_out_once_more(
    mail_to, server, system, is_reminder, times
):
    notice = unknown_mail(mail_to, server, system, is_reminder=is_reminder)
    with sink() as (keep, port):
        server(port)
        for _day in range(3):
            Notice.objects.filter(state=NoticeState.UNKNOWN).update(
                unknown_at=ClockTimestamp() - timedelta(hours=25)
            )
            reconcile_unknown(by=system)
            send_notices(by=system)
    assert keep.ids == ({notice.message_id: 1} if times else {})


def test_an_unknown_is_settled_by_hand_once(mail_to, server, system):
    notice = unknown_mail(mail_to, server, system)
    assert settle(notice, accepted=True, by=system)
    assert not settle(notice, accepted=False, by=system)
    assert states() == [NoticeState.SENT]


def a_reminder(cast, system, **values):
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="unit@example.org")
    cast.unit.refresh_from_db()
    debt = make_debt(cast.unit, cast.committee, period="2026Q1")
    notify(
        **{
            "kind": "reminder",
            "subject": debt,
            "recipients": [Recipient(organization=cast.unit)],
            "title": "请填报",
            "body": "",
            "by": system,
            "obligation": debt,
            "is_reminder": True,
            **values,
        }
    )
    return debt


def test_a_debt_paid_between_claim_and_dot_is_not_asked_for(cast, system, server):
    a_reminder(cast, system)
    (notice,) = claim_batch()
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=system)
    assert not hand_over(notice)
    assert states() == [NoticeState.CANCELLED]


def test_a_debt_paid_behind_the_services_is_seen_at_claiming(cast, system, server):
    debt = a_reminder(cast, system)
    type(debt).objects.filter(pk=debt.pk).update(state="filed", paid_at=now(), paid_on=today())
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 0
    assert states() == [NoticeState.CANCELLED]
    assert keep.mails == []


def test_a_reminder_waits_for_the_end_of_quiet_hours(cast, system, server, clock):
    clock(2026, 3, 5, 21, 30)
    a_reminder(cast, system)
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 0
        clock(2026, 3, 6, 7, 59)
        assert send_notices(by=system) == 0
        clock(2026, 3, 6, 8, 0)
        assert send_notices(by=system) == 1
    assert keep.addresses == ["unit@example.org"]


def test_a_notice_that_is_no_reminder_does_not_wait(cast, system, server, clock):
    clock(2026, 3, 5, 23)
    a_reminder(cast, system, is_reminder=False)
    with sink() as (_keep, port):
        server(port)
        assert send_notices(by=system) == 1


def test_a_holder_who_has_left_gets_nothing(cast, system, server, clock):
    Person.objects.filter(pk=cast.liaison.person_id).update(mail="liaison@example.org")
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=cast.unit)],
        title="通知",
        body="",
        by=system,
    )
    clock(2026, 3, 10)
    end_appointment(cast.liaison, on=today() - timedelta(days=1), reason="调离", by=system)
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 0
    assert states() == [NoticeState.CANCELLED]
    assert keep.mails == []


def test_an_address_changed_after_planning_is_the_one_written_to(cast, system, server):
    a_reminder(cast, system)
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="new@example.org")
    with sink() as (keep, port):
        server(port)
        send_notices(by=system)
    assert keep.addresses == ["new@example.org"]


def test_a_body_without_an_address_fails_visibly(cast, system, server):
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=cast.unit)],
        title="通知",
        body="",
        by=system,
    )
    send_notices(by=system)
    notice = Notice.objects.mail().get()
    assert (notice.state, notice.error) == (NoticeState.FAILED, "没有登记邮箱，请电话联系")


def test_a_held_notice_is_taken_back_unseen_and_unsent(cast, system, server, clock):
    debt = a_reminder(cast, system, kind="held", hold_minutes=5, is_reminder=False)
    scope = actor_in(cast.liaison).scope
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 0
        assert not Notice.objects.received_by(scope).exists()
        # The unit's secretary and liaison in-app, its contact address by mail.
        assert take_back(kind="held", subject=debt, round=1, by=system) == 3
        clock(2026, 3, 5, 9, 6)
        assert send_notices(by=system) == 0
    assert keep.mails == []
    assert not Notice.objects.received_by(scope).exists()


def test_after_the_hold_it_is_seen_and_sent_and_not_taken_back(cast, system, server, clock):
    debt = a_reminder(cast, system, kind="held", hold_minutes=5, is_reminder=False)
    clock(2026, 3, 5, 9, 6)
    with sink() as (keep, port):
        server(port)
        assert send_notices(by=system) == 1
    assert Notice.objects.received_by(actor_in(cast.liaison).scope).count() == 1
    assert take_back(kind="held", subject=debt, round=1, by=system) == 0
    assert len(keep.mails) == 1
