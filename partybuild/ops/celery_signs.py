"""Hooks of Celery by which worker and beat say that they are alive; a failure to say so stops nothing."""

from __future__ import annotations

import logging
import socket
import time
from typing import Any

from celery.signals import beat_init, before_task_publish, heartbeat_sent, worker_ready
from django.db import DatabaseError, connection

from partybuild.ops.enums import Process

logger = logging.getLogger(__name__)
EVERY_SECONDS = 30
_state: dict[str, Any] = {"last": 0.0, "beat": False}


def _say(process: Process, name: str) -> None:
    if time.monotonic() - _state["last"] < EVERY_SECONDS:
        return
    _state["last"] = time.monotonic()
    from partybuild.ops.services.signs import give_sign

    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        give_sign(process, name=name)
    except DatabaseError:
        logger.warning("no sign of life could be written")


def _worker(sender: Any = None, **kwargs: Any) -> None:
    # The heart knows its worker's name through what it beats for.
    known = getattr(sender, "hostname", "") or getattr(
        getattr(sender, "eventer", None), "hostname", ""
    )
    _say(Process.WORKER, str(known or socket.gethostname()))


def _beat_begins(**kwargs: Any) -> None:
    _state["beat"] = True
    _say(Process.BEAT, socket.gethostname())


def _published(**kwargs: Any) -> None:
    # Only in the process of beat: whatever it publishes shows that it runs.
    if _state["beat"]:
        _say(Process.BEAT, socket.gethostname())


def connect() -> None:
    """Listen to the process we are in."""
    worker_ready.connect(_worker, weak=False, dispatch_uid="sign-ready")
    heartbeat_sent.connect(_worker, weak=False, dispatch_uid="sign-heartbeat")
    beat_init.connect(_beat_begins, weak=False, dispatch_uid="sign-beat")
    before_task_publish.connect(_published, weak=False, dispatch_uid="sign-publish")
