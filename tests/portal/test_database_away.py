"""While PostgreSQL is down: a plain page in Chinese, nothing of the machine's inside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import (
    DatabaseError,
    DataError,
    OperationalError,
    ProgrammingError,
    connection,
)
from django.template import Context
from django.template.loader import get_template

from partybuild.notices.faults import is_database_away
from partybuild.portal.views.errors import server_error
from tests.notices.servers import nobody_there

ROOT = Path(__file__).resolve().parents[2]
_ASK = """
import json, django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
found = {}
client.cookies["sessionid"] = client.cookies["__Host-sessionid"] = "x" * 32
for path in ("/", "/sign-in/", "/api/v1/meetings/"):
    answer = client.get(path, HTTP_AUTHORIZATION="Token x" * path.startswith("/api"))
    found[path] = [answer.status_code, answer.headers.get("Retry-After"), answer.content.decode()]
answer = client.post("/sign-in/", {"name": "a", "password": "b"})
found["post"] = [answer.status_code, answer.headers.get("Retry-After"), answer.content.decode()]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def answers() -> dict[str, list]:
    """What a process says whose database nobody answers for."""
    with nobody_there() as port:
        away = f"postgresql://nobody:x@127.0.0.1:{port}/nothing"
        done = subprocess.run(
            [sys.executable, "-c", _ASK],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": away, "ALLOWED_HOSTS": "testserver"},
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        )
    found: dict[str, list] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("path", ["/", "/api/v1/meetings/", "post"])
def test_nobody_is_shown_a_fault_of_the_machine(answers, path):
    status, wait, said = answers[path]
    assert (status, wait) == (503, "60")
    words = json.loads(said)["detail"] if path.startswith("/api") else said
    assert "请过一两分钟" in words
    for inside in ("Traceback", "psycopg", "OperationalError", "127.0.0.1", "SELECT"):
        assert inside not in said


# -- Telling a server that hung up from a fault of ours --------------------------------------


def _raised(fault: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise fault from cause
    except DatabaseError as error:
        return error


HUNG_UP = "server closed the connection unexpectedly"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fault", "is_away"),
    [
        (_raised(OperationalError("the database system is starting up")), True),
        # psycopg2 says no more of a server that hangs up while it answers, and its connection looks open.
        (_raised(DatabaseError(HUNG_UP), psycopg2.DatabaseError(HUNG_UP)), True),
        (_raised(DatabaseError("Save with update_fields did not affect any rows.")), False),
        (_raised(DataError("value too long"), psycopg2.DataError("value too long")), False),
        (_raised(ProgrammingError("no such column"), psycopg2.ProgrammingError("x")), False),
    ],
)
def test_a_server_that_hung_up_is_no_fault_of_ours(rf, fault, is_away):
    # Its connection is still there, as it is for the half second after a crash.
    connection.ensure_connection()
    assert is_database_away(fault) is is_away
    request = rf.get("/")
    try:
        raise fault
    except DatabaseError:
        assert server_error(request).status_code == (503 if is_away else 500)


@pytest.mark.django_db
def test_a_page_that_is_cut_off_in_its_template_says_so(cast, client_of, monkeypatch):
    """The crash often hits while the frame is drawn, long after the view has begun."""

    def hang_up(*_words):
        raise DatabaseError(HUNG_UP) from psycopg2.DatabaseError(HUNG_UP)

    client = client_of(cast.secretary)
    client.raise_request_exception = False
    monkeypatch.setattr("partybuild.ui.context_processors.todo_counts", hang_up)
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert HUNG_UP not in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html", "503.html", "503_disk.html"])
def test_a_refusal_without_the_frame_asks_nothing(name):
    """Without a request, a context processor or a database: it must come out whatever is gone."""
    words = get_template(name).template.render(Context({"request_id": "7f3a"}))
    assert "非涉密系统" in words
    assert "如需联系管理员，请告知编号 7f3a。" in words
    title = re.search(r"<title>(.+?)</title>", words).group(1)
    assert f"<h1>{title}</h1>" in words
    assert "如需联系管理员" not in get_template(name).template.render(Context({}))
