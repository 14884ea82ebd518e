"""A real SMTP server on loopback that keeps what it was given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any, Self

from aiosmtpd.controller import Controller
from django.conf import settings

from partybuild import calendar


@dataclass
class Mailbox:
    """Every message by its Message-ID, with the business time of the tick in which it came."""

    copies: Counter[str] = field(default_factory=Counter)
    recipients: dict[str, str] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    # The mail's own link stands last, behind those that its words name.
    last_links: dict[str, str] = field(default_factory=dict)
    # Set by the player before each tick: the sink has no database connection of its own.
    moment: datetime | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        key = str(message["Message-ID"]).strip()
        self.copies[key] += 1
        self.recipients[key] = envelope.rcpt_tos[0]
        self.subjects[key] = str(message["Subject"])
        if self.moment is not None:
            self.moments[key] = self.moment
        body = message.get_body(preferencelist=("plain",))
        found = re.findall(r"https?://\S+", body.get_content() if body else "")
        if found:
            self.links[key] = found[0]
            self.last_links[key] = found[-1]
        return "250 OK"


class Sink:
    """The server, and the settings that lead the outbox to it."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=_free_port())

    def __enter__(self) -> Self:
        self._controller.start()
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = self._controller.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return self

    def __exit__(self, *exception: object) -> None:
        self._controller.stop()

    def look_at_the_clock(self) -> datetime:
        """Note the business time for the messages that come next."""
        self.mailbox.moment = calendar.now()
        return self.mailbox.moment


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
