"""Celery doors to imports."""

from __future__ import annotations

from celery import shared_task


@shared_task
def read_import(batch_id: int) -> None:
    """Read and stage one batch; a second run finds it read."""
    from partybuild.exchange.services.running import run_read

    run_read(batch_id)


@shared_task
def apply_import(batch_id: int) -> None:
    """Apply one confirmed batch; a second run finds it applied."""
    from partybuild.exchange.services.running import run_apply

    run_apply(batch_id)


@shared_task
def run_imports() -> None:
    """Take up what nobody woke; a second run finds nothing to do."""
    from partybuild.exchange.services.running import run_waiting

    run_waiting()
