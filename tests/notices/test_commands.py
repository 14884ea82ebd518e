"""The commands that do without Celery."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from partybuild.notices.enums import NoticeState
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
