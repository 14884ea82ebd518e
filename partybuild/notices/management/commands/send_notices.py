"""Send what is queued, without Celery."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections

from partybuild.access import Actor
from partybuild.notices.services import send_notices

_EVERY_SECONDS = 10


class Command(BaseCommand):
    """manage.py send_notices [--once]: the same sweep as the worker's."""

    help = "Send the mails that are queued; goes on until stopped, or once."

    def add_arguments(self, parser: CommandParser) -> None:
        """--once."""
        parser.add_argument("--once", action="store_true", help="send what is due now and end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        """Send until there is nothing left, then wait for more."""
        stop = threading.Event()
        by = Actor.system("send_notices")
        if once:
            self.stdout.write(f"{send_notices(by=by)} sent")
            return
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: stop.set())
        while not stop.is_set():
            try:
                sent = send_notices(by=by)
            except (DatabaseError, InterfaceError) as error:
                # The database is away: what it holds is sent when it is back. One that hung up in the
                # middle is told by the bare DatabaseError.
                self.stderr.write(str(error))
                close_old_connections()
                sent = 0
            if sent:
                self.stdout.write(f"{sent} sent")
            stop.wait(_EVERY_SECONDS)
