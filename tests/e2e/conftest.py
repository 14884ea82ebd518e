"""A browser, a mail server, and notices that go out when the test says so."""

from __future__ import annotations

from typing import Any

import pytest

from config.play.sink import Sink
from partybuild.notices.services import plan_reminders, send_notices
from tests.factories.core import SYSTEM

# What the tests measured, said at the end of the run.
figures: list[str] = []


class Post:
    """The mail that has come, by address."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def deliver(self) -> None:
        """Send what is due now, as the sweep does every minute."""
        plan_reminders(by=SYSTEM)
        self.sink.look_at_the_clock()
        send_notices(by=SYSTEM)

    def newest_link(self, address: str, about: str, *, last: bool = False) -> str:
        """Return the path of the first or last link in the newest mail to an address about this."""
        box = self.sink.mailbox
        keys = [
            key
            for key in box.copies
            if box.recipients[key] == address and about in box.subjects[key]
        ]
        link = (box.last_links if last else box.links)[keys[-1]]
        return "/" + link.split("//", 1)[1].split("/", 1)[1]

    def count(self, address: str) -> int:
        """Return how many mails came to an address."""
        return list(self.sink.mailbox.recipients.values()).count(address)


@pytest.fixture
def post(settings, live_server):
    """A real SMTP server behind the outbox; links lead to the live server."""
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD")
    for name in (*names, "EMAIL_USE_TLS", "EMAIL_USE_SSL"):
        # Touched here, so that the fixture puts back what the sink changes.
        setattr(settings, name, getattr(settings, name))
    settings.BASE_URL = live_server.url
    with Sink() as sink:
        yield Post(sink)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say the figures of the day."""
    if figures:
        terminalreporter.section("work at the desk")
        for line in figures:
            terminalreporter.line(line)
