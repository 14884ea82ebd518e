"""No password, number, token or session reaches a log, a task's arguments or Redis (T34)."""

from __future__ import annotations

import io
import logging

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from partybuild.fields.logs import GuardedFormatter, guarded
from partybuild.people.models import Person
from tests.factories.core import id_number, make_person
from tests.factories.members import make_member

PHONE, SECRET = "19912345678", "Kan4rie-Passwort-99"
TOKEN = "pb_" + "Zq7" * 20
SESSION = "k3x9w2m8p4q7r1s5t6u0v2y8z4a7b3c1"


@pytest.fixture
def lines():
    """Everything that is logged, as production writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(GuardedFormatter(settings.LOGGING["formatters"]["line"]["format"]))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def _canaries(person):
    return (PHONE, SECRET, TOKEN, SESSION, person.id_number, person.phone_hash)


@pytest.mark.django_db
def test_flows_leave_no_canary_in_logs_and_redis(cast, client_of, lines):
    member = make_member(cast.unit, phone=PHONE, id_number=id_number(901))
    visitor = Client()
    visitor.cookies["sessionid"] = SESSION
    visitor.post("/sign-in/", {"login": PHONE, "username": PHONE, "password": SECRET})
    visitor.get(f"/l/{TOKEN}/", {"phone": PHONE, "token": TOKEN})
    visitor.get("/api/v1/units/", headers={"Authorization": f"Token {TOKEN}"})
    browser = client_of(cast.unit_secretary)
    browser.step_up()
    shown = browser.act(f"/members/{member.uid}/phone/")
    browser.act(f"/members/{member.uid}/id-number/", {"reason": "other", "words": "办理社保"})
    browser.act(f"/members/{member.uid}/edit/", {"name": "甲", "phone": PHONE, "mail": "x"})
    browser.get("/members/", {"q": PHONE})
    assert PHONE in shown.content.decode()
    try:
        with transaction.atomic():
            Person.objects.filter(pk=make_person().pk).update(
                id_number_hash=member.person.id_number_hash
            )
    except IntegrityError:
        logging.getLogger("test").exception("for %s with %s", PHONE, {"password": SECRET})
    logged = lines.getvalue()
    assert "IntegrityError" in logged
    for canary in _canaries(member.person):
        assert canary not in logged
    broker = redis.from_url(settings.REDIS_URL)
    for key in broker.scan_iter(count=1000):
        kind = broker.type(key)
        held = {
            b"list": lambda k: b"".join(broker.lrange(k, 0, -1)),
            b"hash": lambda k: b"".join(broker.hvals(k)),
            b"string": broker.get,
        }.get(kind, lambda k: b"")(key)
        for canary in _canaries(member.person):
            assert canary.encode() not in (held or b""), key


def test_settings_use_the_guard():
    assert settings.LOGGING["formatters"]["line"]["()"] == "partybuild.fields.logs.GuardedFormatter"
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


@pytest.mark.parametrize(
    "text",
    [
        f"Not Found: /l/{TOKEN}/",
        f"sessionid={SESSION}",
        f"call {PHONE} or +86 {PHONE}",
        f"{{'password': '{SECRET}'}}",
        "DETAIL:  Key (phone_hash)=(9f) already exists: 王小明",
    ],
)
def test_guard_takes_out(text):
    line = guarded(text)
    for canary in (TOKEN, SESSION, PHONE, SECRET, "王小明"):
        assert canary not in line


def test_guard_leaves_what_is_needed_to_find_a_fault():
    line = "Internal Server Error: /members/0b8e7f7e-9df8-4ae1-8736-8a930f3b4e8d/ bb6105d22bf3411d94d9501310261cb2"
    assert guarded(line) == line
    path = (
        'File "/srv/partybuild/accounts/services/appointments.py", line 220, in grant_appointment'
    )
    assert guarded(path) == path
