"""Waking the worker once a transaction stands: its work is in PostgreSQL, a sweep finds what nobody woke."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake(task: str, *args: int) -> None:
    """Ask for a run of a task, by its name, once this transaction is committed and once only."""
    waiting = [call for _savepoints, call, _robust in transaction.get_connection().run_on_commit]
    if not any(isinstance(call, partial) and call.args == (task, args) for call in waiting):
        transaction.on_commit(partial(_send, task, args))


def _send(task: str, args: tuple[int, ...]) -> None:
    try:
        current_app.send_task(task, args, retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("%s%s waits for its sweep: %s", task, args, error)
