"""Somebody at a browser: opens pages all the time, and chases debts through the web server."""

from __future__ import annotations

import http.client
import threading
import time
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.test import Client

from partybuild.accounts.actors import POST_KEY
from partybuild.accounts.models import Appointment
from partybuild.accounts.signing_in import FACTOR, PASSED

PAGES = ("/sign-in/", "/", "/obligations/", "/notices/")


def cookies_of(appointment: Appointment) -> str:
    """Sign somebody in, in the database, and return the browser's cookies."""
    client = Client()
    client.force_login(appointment.person.user)
    session = client.session
    session[POST_KEY] = str(appointment.uid)
    session[FACTOR] = PASSED
    session.save()
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={_TOKEN}"


_TOKEN = "c" * 32


@dataclass
class Visitor:
    """Counts what the web server answered; a refused connection is told apart from an error."""

    port: int
    cookies: str
    post: str
    answers: dict[int, int] = field(default_factory=dict)
    refused: int = 0
    # When the last answer below 500 came, and what was wrong with others.
    last_good: float = 0.0
    bad: list[tuple[float, str, int]] = field(default_factory=list)
    to_chase: list[UUID] = field(default_factory=list)
    chased: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._visit, daemon=True)

    def start(self) -> None:
        """Begin to visit."""
        self._thread.start()

    def stop(self) -> None:
        """Chase what is still to be chased, and go."""
        self._stop.set()
        self._thread.join(timeout=60)

    def _visit(self) -> None:
        turn = 0
        while not self._stop.is_set():
            turn += 1
            if self.to_chase:
                self._chase(self.to_chase[0])
            self.ask("GET", PAGES[turn % len(PAGES)])
            self._stop.wait(0.05)

    def _chase(self, debt: UUID) -> None:
        body = urlencode(
            {
                "nonce": str(uuid.uuid4()),
                "post": self.post,
                "csrfmiddlewaretoken": _TOKEN,
                "selected": str(debt),
            }
        )
        if self.ask("POST", "/obligations/chase/", body) == 302:
            self.chased.add(debt)
            self.to_chase.pop(0)

    def ask(self, method: str, path: str, body: str = "") -> int:
        """Send one request; returns the status, 0 where there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": self.cookies, "Host": f"127.0.0.1:{self.port}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.refused += 1
            return 0
        finally:
            connection.close()
        status = answer.status
        self.answers[status] = self.answers.get(status, 0) + 1
        if status < 500:
            self.last_good = time.monotonic()
        else:
            self.bad.append((time.monotonic(), path, status))
        return status
