"""What can never be sent is tried eight times, parked and shown; what stands beside it goes out (T44)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partybuild.fields.models import ClockTimestamp
from partybuild.notices import registry
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, plan_reminders, send_notices
from partybuild.notices.services.sending import BATCH, MOST_ATTEMPTS, back_off, claim_batch
from tests.factories.core import make_unit_organization
from tests.factories.obligations import make_debt
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def mails(cast, system, settings):
    """Five mails to five bodies, and a server's port that the sender is pointed at."""
    bodies = [
        make_unit_organization(
            f"单位{number}", cast.community, contact_mail=f"u{number}@example.org"
        )
        for number in range(5)
    ]
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=body) for body in bodies],
        title="联席会议通知",
        body="请按时参加。",
        by=system,
    )
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 60
        yield keep


def states():
    return list(Notice.objects.mail().order_by("pk").values_list("state", flat=True))


def again(system, times):
    for _each in range(times):
        Notice.objects.update(retry_at=None)
        send_notices(by=system)


@pytest.fixture
def poison(monkeypatch):
    """A check of some app that fails over the third mail."""
    tried = []

    def fails(notices):
        for notice in notices:
            if notice.organization is not None and notice.organization.name == "单位2":
                tried.append(notice.pk)
                raise LookupError("no such thing")
        return {}

    monkeypatch.setattr(registry, "_checks", [*registry._checks, fails])
    return tried


def test_what_cannot_be_written_does_not_keep_the_others(mails, system, poison, caplog):
    again(system, 1)
    queued, sent = NoticeState.QUEUED, NoticeState.SENT
    assert states() == [sent, sent, queued, sent, sent]
    assert len(mails.mails) == 4
    assert "cannot be written" in caplog.text


def test_what_cannot_be_written_is_parked_after_eight_tries_and_says_why(mails, system, poison):
    again(system, 12)
    notice = Notice.objects.mail().get(state=NoticeState.FAILED)
    assert notice.attempts == MOST_ATTEMPTS
    assert notice.error == "重试8次未成功：内容无法生成：LookupError"
    # Once in its batch and once by itself the first time, then alone.
    assert len(poison) == MOST_ATTEMPTS + 1


def test_an_address_with_a_line_break_keeps_nobody_else(mails, system, cast):
    body = Notice.objects.mail().order_by("pk")[2].organization
    type(body).objects.filter(pk=body.pk).update(contact_mail="a@example.org\r\nRCPT TO:<b@c>")
    again(system, 1)
    assert states().count(NoticeState.SENT) == 4
    assert states()[2] == NoticeState.QUEUED
    again(system, MOST_ATTEMPTS)
    assert states()[2] == NoticeState.FAILED
    assert not [to for to in mails.addresses if "b@c" in to]


def die_with_a_batch():
    """A worker claims a batch and dies; its lease runs out."""
    claimed = claim_batch()
    Notice.objects.filter(lease_until__isnull=False).update(
        lease_until=ClockTimestamp() - timedelta(seconds=1)
    )
    return claimed


def test_only_what_a_dead_worker_had_in_hand_counts_as_tried(mails, system):
    """Nine workers die over the first mail: it is parked, its neighbors go out."""
    for _each in range(9):
        assert len(die_with_a_batch()) == 5
    again(system, 1)
    assert states() == [NoticeState.FAILED, *[NoticeState.SENT] * 4]
    assert len(mails.mails) == 4


def test_control_with_every_claimed_row_counted_all_are_parked(mails, system, monkeypatch):
    """As it was: one that kills workers takes the whole batch with it."""
    from partybuild.notices.services import sending

    monkeypatch.setattr(sending, "_tried_last", lambda found: [pk for pk, *_rest in found])
    for _each in range(9):
        die_with_a_batch()
    again(system, 1)
    assert states() == [NoticeState.FAILED] * 5


def test_waiting_doubles_up_to_an_hour_and_is_spread():
    waits = [sorted(back_off(tries).total_seconds() for _each in range(200)) for tries in (1, 2, 9)]
    for found, middle in zip(waits, (60, 120, 3600), strict=True):
        assert middle * 0.75 <= found[0] < middle * 0.85
        assert middle * 1.15 < found[-1] <= middle * 1.25
    assert BATCH == 50


def test_one_app_s_planner_that_fails_does_not_keep_the_others(cast, system, clock, monkeypatch):
    def fails(by):
        raise LookupError("no such thing")

    monkeypatch.setattr(registry, "_planners", [fails, *registry._planners])
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on="2026-03-06")
    clock(2026, 3, 6)
    # It is not hidden either.
    with pytest.raises(LookupError):
        plan_reminders(by=system)
    assert Notice.objects.mail().count() == 1
