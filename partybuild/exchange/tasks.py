"""Celery doors to imports and exports."""

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


@shared_task
def build_export(job_id: int) -> None:
    """Build one export; a second run finds it built."""
    from partybuild.exchange.services.exporting import run_export

    run_export(job_id)


@shared_task
def run_exports() -> None:
    """Take up exports that nobody woke and wipe old files; a second run finds nothing to do."""
    from partybuild.exchange.services.exporting import run_waiting_exports

    run_waiting_exports()
