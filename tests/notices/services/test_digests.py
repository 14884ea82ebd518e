"""One letter a day instead of a flood, and what is paid is not in it."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.notices.enums import Channel, MailWish, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, gathering, notify, plan_reminders, send_notices
from partybuild.notices.services.gathering import gather_digests
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.notices.services.wishes import set_preference
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import chase, pay
from tests.factories.core import SYSTEM
from tests.factories.obligations import make_debt
from tests.meetings.services.test_two_at_once import at_once
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db

PERIODS = ("2025Q2", "2025Q3", "2025Q4")


@pytest.fixture
def box(settings):
    """A mail server that takes everything."""
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield keep


@pytest.fixture
def debts(cast, clock):
    """Three debts of one unit that are due on 6 March; its liaison has an address."""
    clock(2026, 3, 4, 10)
    found = [
        make_debt(cast.unit, cast.committee, period=period, due_on=date(2026, 3, 6))
        for period in PERIODS
    ]
    for post in (cast.liaison, cast.unit_secretary):
        post.person.mail = f"{post.role}@example.org"
        post.person.save()
    clock(2026, 3, 6, 0, 10)
    return found


def mails(**values):
    return Notice.objects.filter(channel=Channel.MAIL, **values)


def pay_for(cast, period):
    pay(duty="test.report", bearer=cast.unit, period=period, by=SYSTEM)


def test_three_reminders_of_a_day_are_one_letter_at_the_hour(cast, debts, box, system, clock):
    plan_reminders(by=system)
    assert mails().count() == 6
    # In the app each fact stands by itself, at once.
    assert Notice.objects.filter(channel=Channel.IN_APP, person=cast.liaison.person).count() == 3
    assert send_notices(by=system) == 0
    clock(2026, 3, 6, 9)
    assert send_notices(by=system) == 2
    assert send_notices(by=system) == 0
    letter = mails(kind="digest", person=cast.liaison.person).get()
    assert set(letter.carried.values_list("debt_uid", flat=True)) == {each.uid for each in debts}
    message = next(each for each in box.messages if each["To"] == cast.liaison.person.mail)
    assert message["Subject"] == "有3件事请您办理"
    text = message.get_body(("plain",)).get_content()
    for debt in debts:
        assert text.count(debt.title) >= 1
    assert {each.fate.state for each in mails()} == {NoticeState.SENT}


def test_a_single_reminder_is_its_own_letter(cast, debts, box, system, clock):
    for period in PERIODS[1:]:
        pay_for(cast, period)
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    assert send_notices(by=system) == 2
    assert not mails(kind="digest").exists()
    assert box.messages[0]["Subject"].startswith("【今天到期】")


def test_a_place_sets_its_hour(cast, debts, box, system, clock):
    set_parameter(cast.street, key="digest.hour", value=14, by=system)
    plan_reminders(by=system)
    clock(2026, 3, 6, 13, 59)
    assert send_notices(by=system) == 0
    clock(2026, 3, 6, 14)
    assert send_notices(by=system) == 2


def test_what_was_paid_since_is_left_out(cast, debts, box, system, clock):
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    gather_digests()
    pay_for(cast, "2025Q2")
    assert send_notices(by=system) == 2
    subjects = {each["Subject"] for each in box.messages}
    assert subjects == {"有2件事请您办理"}
    assert all("2025年第二季度" not in str(each.get_body(("plain",))) for each in box.messages)
    # What was in it stays delivered; what was left out says why.
    assert mails(debt_uid=debts[0].uid, state=NoticeState.CANCELLED).count() == 2


def test_a_letter_of_which_all_is_paid_does_not_go(cast, debts, box, system, clock):
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    gather_digests()
    for period in PERIODS:
        pay_for(cast, period)
    assert send_notices(by=system) == 0
    assert set(mails(kind="digest").values_list("state", flat=True)) == {NoticeState.CANCELLED}


def test_a_payment_calls_back_the_letter_that_is_on_its_way(cast, debts, box, system, clock):
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    gather_digests()
    letters = [each for each in claim_batch() if each.kind == "digest"]
    pay_for(cast, "2025Q2")
    # The dot is not sent: the letter still asked for what is paid.
    assert [hand_over(each) for each in letters] == [False, False]
    assert send_notices(by=system) == 2
    assert {each["Subject"] for each in box.messages} == {"有2件事请您办理"}


def test_what_comes_later_on_the_day_waits_for_the_next_letter(cast, debts, box, system, clock):
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    send_notices(by=system)
    make_debt(cast.unit, cast.committee, period="2025Q1", due_on=date(2026, 3, 6))
    Obligation.objects.update(created_at="2026-03-01T09:00+08:00")
    plan_reminders(by=system)
    assert send_notices(by=system) == 0
    clock(2026, 3, 7, 9)
    assert send_notices(by=system) == 2
    assert len(box.mails) == 4


def test_who_wants_each_gets_each_and_who_wants_none_gets_none(cast, debts, box, system, clock):
    for post, wish in ((cast.liaison, MailWish.EACH), (cast.unit_secretary, MailWish.NONE)):
        set_preference(
            post.person, mail=wish, sms=True, quiet_from=None, quiet_to=None, by=actor_in(post)
        )
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    assert send_notices(by=system) == 3
    assert set(box.addresses) == {cast.liaison.person.mail}
    # Said to the sender, not hidden from them.
    assert set(
        mails(person=cast.unit_secretary.person)
        .exclude(carrier=None)
        .values_list("error", flat=True)
    ) >= {""}
    assert mails(kind="digest").get().error == "本人选择不收邮件"


def test_ones_own_quiet_hours_hold_the_letter(cast, debts, box, system, clock):
    set_preference(
        cast.liaison.person,
        mail=MailWish.DIGEST,
        sms=True,
        quiet_from=18,
        quiet_to=10,
        by=actor_in(cast.liaison),
    )
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    assert send_notices(by=system) == 1
    clock(2026, 3, 6, 10)
    assert send_notices(by=system) == 1
    assert box.addresses[-1] == cast.liaison.person.mail


def test_a_meetings_change_goes_at_once_whatever_the_wish(cast, debts, box, system, clock):
    clock(2026, 3, 6, 22)
    notify(
        kind="meeting.cancelled",
        subject=cast.committee,
        recipients=[Recipient(organization=cast.unit)],
        title="取消通知",
        body="明天的会议取消。",
        by=system,
    )
    assert send_notices(by=system) == 2


def test_a_chase_of_many_is_one_letter_at_once(cast, debts, box, clock, system):
    clock(2026, 3, 6, 15)
    assert chase(debts, by=actor_in(cast.secretary)).asked == 3
    assert send_notices(by=system) == 2
    assert {each["Subject"] for each in box.messages} == {"有3件事请您办理"}
    # A second press is a second letter, not a part of the first one.
    assert chase(debts, by=actor_in(cast.secretary), again=True).asked == 3
    assert send_notices(by=system) == 2


@pytest.mark.django_db(transaction=True)
def test_four_gatherers_at_once_write_one_letter_each(cast, debts, system, clock):
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    assert sum(at_once(*[gather_digests] * 4)) == 2
    assert mails(kind="digest").count() == 2
    assert mails(state=NoticeState.GATHERED).count() == 6


@pytest.mark.django_db(transaction=True)
def test_without_the_key_there_would_be_two(cast, debts, system, clock, monkeypatch):
    """The control: the word is the letter's key, so a second one cannot be written at all."""
    plan_reminders(by=system)
    clock(2026, 3, 6, 9)
    gather_digests()
    found = list(mails(state=NoticeState.GATHERED, person=cast.liaison.person))
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        gathering._letter(found).save(force_insert=True)
