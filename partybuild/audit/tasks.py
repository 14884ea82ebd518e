"""Celery doors of the audit."""

from celery import shared_task


@shared_task
def seal_events() -> None:
    """Seal what has committed; a second run seals what came since."""
    from partybuild.audit import services

    services.seal_events()
