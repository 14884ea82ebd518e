"""Waking the worker after commit; a sweep finds what nobody woke."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from partybuild.exchange.models import ExportJob, ImportBatch

logger = logging.getLogger(__name__)


def wake(what: str, batch: ImportBatch) -> None:
    """Ask the worker to read or apply a batch as soon as this transaction is committed."""
    key = batch.pk
    transaction.on_commit(lambda: _send(what, key), robust=True)


def _send(what: str, key: int) -> None:
    from partybuild.exchange import tasks

    task = tasks.read_import if what == "read" else tasks.apply_import
    try:
        task.apply_async((key,), retry=False)
    except OperationalError:
        logger.warning("import %s of batch %s waits for the sweep", what, key)


def wake_export(job: ExportJob) -> None:
    """Ask the worker to build an export as soon as this transaction is committed."""
    key = job.pk
    transaction.on_commit(lambda: _send_export(key), robust=True)


def _send_export(key: int) -> None:
    from partybuild.exchange import tasks

    try:
        tasks.build_export.apply_async((key,), retry=False)
    except OperationalError:
        logger.warning("export %s waits for the sweep", key)
