"""The commands that do without Celery."""

from __future__ import annotations

import threading
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from partybuild.calendar import now
from partybuild.notices.enums import NoticeState
from partybuild.notices.letters import write_letter
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.notices.tasks import plan_reminders, send_notices
from tests.factories.core import make_unit_organization
from tests.factories.obligations import make_debt
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def unknown(cast, system):
    """Two mails whose fate is unknown."""
    bodies = [make_unit_organization(f"单位{number}", cast.community) for number in range(2)]
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=body) for body in bodies],
        title="通知",
        body="",
        by=system,
    )
    Notice.objects.mail().update(state=NoticeState.UNKNOWN, unknown_at="2026-03-05T01:00Z")
    return list(Notice.objects.mail().order_by("pk"))


def states(notices):
    return [Notice.objects.get(pk=notice.pk).state for notice in notices]


def reconcile(*words):
    out = StringIO()
    call_command("reconcile_notices", *words, stdout=out)
    return out.getvalue()


def test_reconciling_lists_what_is_unknown(unknown):
    assert unknown[0].message_id in reconcile()
    assert states(unknown) == [NoticeState.UNKNOWN] * 2


def test_reconciling_by_id(unknown):
    first, second = unknown
    reconcile("--sent", first.message_id, "--not-sent", second.uid.hex)
    assert states(unknown) == [NoticeState.SENT, NoticeState.QUEUED]


def test_reconciling_by_log(unknown, tmp_path):
    log = tmp_path / "mail.log"
    log.write_bytes(b"\xff A1: message-id=" + unknown[0].message_id.encode() + b"\n")
    reconcile("--file", str(log))
    assert states(unknown) == [NoticeState.SENT, NoticeState.UNKNOWN]
    reconcile("--file", str(log), "--complete")
    assert states(unknown) == [NoticeState.SENT, NoticeState.QUEUED]


@pytest.mark.parametrize("words", [("--sent", "nonsense"), ("--file", "/no/such.log")])
def test_reconciling_says_what_is_wrong(unknown, words):
    with pytest.raises(CommandError):
        reconcile(*words)


def test_tasks_and_commands_run_twice_do_once(cast, clock, settings):
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="unit@example.org")
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on="2026-03-06")
    clock(2026, 3, 6, 9)
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        for _each in range(2):
            plan_reminders()
            call_command("plan_reminders", stdout=StringIO())
            send_notices()
            call_command("send_notices", "--once", stdout=StringIO())
    assert keep.addresses == ["unit@example.org"]


def test_the_sender_plans_too_while_nobody_can_be_woken(cast, clock, settings, monkeypatch):
    """Valkey away: no worker is woken, no beat is heard; what falls due is planned and sent by the sender."""
    from partybuild.notices.management.commands import send_notices as command

    type(cast.unit).objects.filter(pk=cast.unit.pk).update(contact_mail="unit@example.org")
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on="2026-03-06")
    clock(2026, 3, 6, 9)
    assert not Notice.objects.exists()
    rounds = []

    class Stop(threading.Event):
        """Ends the loop after three turns."""

        def wait(self, timeout=None):
            rounds.append(timeout)
            if len(rounds) == 3:
                self.set()
            return self.is_set()

    monkeypatch.setattr(command, "threading", SimpleNamespace(Event=Stop))
    monkeypatch.setattr(command.signal, "signal", lambda *_words: None)
    planned = []
    plan = command.plan_reminders
    monkeypatch.setattr(command, "plan_reminders", lambda **said: planned.append(plan(**said)))
    with sink() as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        call_command("send_notices", stdout=StringIO())
        assert keep.addresses == ["unit@example.org"]
    assert len(rounds) == 3
    # Once a minute, not at each of its turns.
    assert planned == [Notice.objects.count()]


def test_one_planner_at_fault_does_not_keep_what_is_queued(unknown, settings, monkeypatch):
    from partybuild.notices.management.commands import send_notices as command

    def fail(**_said):
        raise ValueError("a fault of one app")

    monkeypatch.setattr(command, "plan_reminders", fail)
    command._plan()
    monkeypatch.setattr(
        command, "plan_reminders", lambda **_said: (_ for _ in ()).throw(OperationalError("away"))
    )
    with pytest.raises(OperationalError):
        command._plan()


def test_letters_of_one_batch_ask_for_the_time_once(unknown, django_assert_num_queries):
    moment = now()
    mails = list(Notice.objects.mail().select_related("organization", "on_behalf_of"))
    with django_assert_num_queries(0):
        for notice in mails:
            letter = write_letter(
                notice, address="a@example.org", url="http://localhost/x", written_at=moment
            )
            assert b"Date: Thu, 05 Mar 2026" in letter.text
