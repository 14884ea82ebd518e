"""Doors of Celery."""

from celery import shared_task

from partybuild.access import Actor


@shared_task
def sweep_cards() -> None:
    """Raise and lift yellow and red cards by the clock; a second run finds them standing."""
    from meetings.services import sweep_cards as sweep

    sweep(by=Actor.system("sweep_cards"))
