"""Plan and send, without Celery."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections

from partybuild.access import Actor
from partybuild.notices.faults import is_database_away
from partybuild.notices.services import plan_reminders, send_notices

_EVERY_SECONDS = 10
# As often as beat does; whoever comes second finds the reminders written.
_PLAN_SECONDS = 60

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """manage.py send_notices [--once]: the same sweeps as the worker's."""

    help = "Plan the reminders that have fallen due and send what is queued, until stopped; or send once."

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
        planned = -float(_PLAN_SECONDS)
        while not stop.is_set():
            try:
                if time.monotonic() - planned >= _PLAN_SECONDS:
                    _plan()
                    planned = time.monotonic()
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


def _plan() -> None:
    """Write the reminders that have fallen due; a fault in one app's must not keep what is queued."""
    try:
        plan_reminders(by=Actor.system("plan_reminders"))
    except Exception as error:  # whatever an app's planner does
        if is_database_away(error):
            raise
        log.exception("some reminders could not be planned")
