"""What is woken after a commit is a task that exists, once, and a broker that is away loses nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from partybuild import waking

SEND = "partybuild.notices.tasks.send_notices"


@pytest.mark.django_db
def test_a_transaction_wakes_each_task_once(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda task, args, **_: sent.append((task, args)))
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for key in (1, 2, 1):
            waking.wake("partybuild.exchange.tasks.read_import", key)
            waking.wake(SEND)
    assert sent == [
        ("partybuild.exchange.tasks.read_import", (1,)),
        (SEND, ()),
        ("partybuild.exchange.tasks.read_import", (2,)),
    ]


@pytest.mark.django_db
def test_a_broker_that_is_away_is_no_fault_of_the_request(
    monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def away(*_args, **_options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        waking.wake(SEND)
    assert "waits for its sweep" in caplog.text


def test_every_name_that_is_woken_is_a_task():
    current_app.loader.import_default_modules()
    root = Path(waking.__file__).parents[1]
    names = [
        name
        for folder in ("partybuild", "units", "members", "meetings", "activities", "config")
        for path in (root / folder).rglob("*.py")
        for name in re.findall(r'\bwake\(\s*"([^"]+)"', path.read_text())
    ]
    assert SEND in names
    assert set(names) <= set(current_app.tasks)
