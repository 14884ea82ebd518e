"""Nothing younger than the law asks goes, and what is left still verifies."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from partybuild.access import Actor
from partybuild.audit.models import Event, EventSeal
from partybuild.audit.queries.verifying import verify_chain
from partybuild.audit.services import purge_events, record_event, seal_events
from partybuild.calendar import SHANGHAI
from partybuild.calendar.clock import set_play_clock

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")
BEGAN = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)


def _write(kind: str, count: int = 3) -> None:
    for _number in range(count):
        record_event(kind, target=None, by=SYSTEM)
    seal_events()


@pytest.fixture
def kept(settings):
    """As short as the law allows."""
    settings.AUDIT_KEEP_DAYS = 183


def test_nothing_younger_than_183_days_goes(kept):
    set_play_clock(BEGAN)
    _write("old")
    for days in (1, 30, 182):
        set_play_clock(BEGAN + timedelta(days=days))
        assert purge_events(by=SYSTEM).events == 0
    assert Event.objects.filter(kind="old").count() == 3


def test_what_is_older_goes_and_the_chain_still_verifies(kept):
    set_play_clock(BEGAN)
    _write("old")
    set_play_clock(BEGAN + timedelta(days=100))
    _write("young")
    set_play_clock(BEGAN + timedelta(days=184))
    call_command("purge_audit")
    assert not Event.objects.filter(kind="old").exists()
    assert Event.objects.filter(kind="young").count() == 3
    event = Event.objects.get(kind="audit.purged")
    assert event.changes["events"] == 3
    seal_events()
    found = verify_chain()
    assert (found.ok, found.purged, found.events) == (True, 3, 4)
    assert EventSeal.objects.filter(number=1).exists()
    assert purge_events(by=SYSTEM).events == 0


def test_rows_that_went_without_a_purge_are_missed(kept):
    set_play_clock(BEGAN)
    _write("old")
    set_play_clock(BEGAN + timedelta(days=184))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL audit.purging = 'on'")
        cursor.execute("DELETE FROM audit_event WHERE kind = 'old'")
    assert verify_chain().first_bad.what == "missing"


def test_even_while_purging_the_database_keeps_what_is_young(kept):
    set_play_clock(BEGAN)
    _write("old")
    set_play_clock(BEGAN + timedelta(days=182))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL audit.purging = 'on'")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("DELETE FROM audit_event")
        transaction.set_rollback(True, using="owner")


def test_forged_purge_of_young_rows_is_not_believed(kept):
    set_play_clock(BEGAN)
    _write("young")
    last = EventSeal.objects.order_by("-number").first()
    record_event(
        "audit.purged",
        target=None,
        by=SYSTEM,
        changes={"through": last.number, "hash": bytes(last.hash).hex()},
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE kind = 'young'")
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    assert verify_chain().first_bad.what == "missing"


def test_shorter_than_the_law_is_refused(monkeypatch):
    import importlib

    import environ

    from config import settings as module

    monkeypatch.setenv("AUDIT_KEEP_DAYS", "30")
    with pytest.raises(environ.ImproperlyConfigured):
        importlib.reload(module)
    monkeypatch.delenv("AUDIT_KEEP_DAYS")
    importlib.reload(module)
