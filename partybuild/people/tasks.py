"""Celery doors to the daily sweep."""

from __future__ import annotations

from celery import shared_task

from partybuild.access import Actor


@shared_task
def sweep_retention() -> None:
    """Take away what has been kept long enough; a second run finds nothing."""
    from partybuild.people.services.erasure import complete_ledger_file
    from partybuild.people.services.sweeping import sweep_retention as sweep

    sweep(by=Actor.system("sweep_retention"))
    complete_ledger_file()
