"""Celery doors of documents."""

from __future__ import annotations

from celery import shared_task


@shared_task
def sweep_attachments() -> None:
    """Bring table and storage of one mind; a second run finds nothing to do."""
    from partybuild.access import Actor
    from partybuild.documents.services.attaching import sweep_attachments as sweep

    sweep(by=Actor.system("sweep_attachments"))
