"""The worker is killed with -9 in the middle of a wave and run on: nothing lost, no silent double."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, reconcile_unknown, send_notices, sending
from tests.factories.core import SYSTEM, make_unit_organization
from tests.notices.servers import sink, wait_for
from tests.sessions import wait_until_gone

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def a_wave(cast, number):
    """Write a notice to each of many bodies; returns how many."""
    bodies = [
        make_unit_organization(f"单位{each}", cast.community, contact_mail=f"u{each}@example.org")
        for each in range(number)
    ]
    notify(
        kind="wave",
        subject=cast.committee,
        recipients=[Recipient(organization=body) for body in bodies],
        title="联席会议通知",
        body="请按时参加。",
        path="/",
        by=SYSTEM,
    )


def of_test_database(name):
    """Return the server's address with the test database in place of its own."""
    address = urlsplit(os.environ[name])
    return address._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def start_worker(port):
    """Run manage.py send_notices as a process on the test database."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_notices", "--skip-checks"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": of_test_database("DATABASE_URL"),
            "DATABASE_OWNER_URL": of_test_database("DATABASE_OWNER_URL"),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_LEASE_SECONDS": "300",
            "PGAPPNAME": "killed-worker",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def count(*states):
    return Notice.objects.mail().filter(state__in=states).count()


def test_killed_in_the_middle_and_run_on(cast, settings):
    a_wave(cast, 60)
    settings.MAIL_ASK_AFTER_SECONDS = 0
    with sink(delay=0.05) as (keep, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        for kill in range(3):
            worker = start_worker(port)
            seen = len(keep.mails)
            wait_for(lambda seen=seen: len(keep.mails) >= seen + 5)
            worker.kill()
            worker.wait()
            wait_until_gone("killed-worker")
            # The leases of the dead run out.
            Notice.objects.filter(lease_until__isnull=False).update(
                lease_until=ClockTimestamp() - timedelta(seconds=1)
            )
            assert kill < 3
        send_notices(by=SYSTEM)
        unknown = set(
            Notice.objects.mail().filter(state=NoticeState.UNKNOWN).values_list("uid", flat=True)
        )
        # At most one mail was between handover and answer at each kill; it is listed.
        assert len(unknown) <= 3
        assert count(NoticeState.SENT) == 60 - len(unknown)
        assert set(keep.ids.values()) == {1}
        taken = set(keep.ids)
        reconcile_unknown(by=SYSTEM, ask=lambda ids: {each: each in taken for each in ids})
        send_notices(by=SYSTEM)
    assert count(NoticeState.SENT) == 60
    sent = {notice.message_id for notice in Notice.objects.mail()}
    assert keep.ids == Counter(dict.fromkeys(sent, 1))
    # The inbox: one each, by construction.
    in_app = Notice.objects.filter(channel=Channel.IN_APP)
    assert Counter(in_app.values_list("organization", flat=True)).most_common(1)[0][1] == 1
    assert in_app.count() == 60


def two_workers(port, settings):
    """Let two workers claim at the same moment, then send what each claimed."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    claimed = threading.Barrier(2)
    errors = []

    def work():
        try:
            with sending.Courier() as courier:
                rows = sending.claim_batch()
                claimed.wait(timeout=60)
                sending._deliver(courier, rows, by=SYSTEM)
        except Exception as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_two_workers_at_once_send_each_mail_once(cast, settings):
    a_wave(cast, 20)
    with sink() as (keep, port):
        two_workers(port, settings)
    assert set(keep.ids.values()) == {1}
    assert len(keep.ids) == 20


def test_without_the_lock_and_its_claim_mails_double(cast, settings, monkeypatch):
    """The control: the same two workers, with the lock and the claim taken away, send doubles."""
    a_wave(cast, 20)
    before = threading.Barrier(2)

    def unlocked(rows):
        keys = list(rows.values_list("pk", flat=True))
        before.wait(timeout=60)
        return Notice.objects.filter(pk__in=keys)

    monkeypatch.setattr(sending, "locked", unlocked)
    monkeypatch.setattr(sending, "hand_over", lambda notice: True)
    real_claim = sending.claim_batch

    def claim_by_first():
        rows = real_claim()
        return rows or list(
            Notice.objects.mail().select_related("person", "organization__area", "sender")
        )

    monkeypatch.setattr(sending, "claim_batch", claim_by_first)
    with sink() as (keep, port):
        two_workers(port, settings)
    assert max(keep.ids.values()) == 2
