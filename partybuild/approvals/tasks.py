"""Celery's door to the sweep."""

from celery import shared_task

from partybuild.access import Actor


@shared_task
def sweep_approvals() -> None:
    """End requests whose time is over; a second run finds them ended."""
    from partybuild.approvals.services import sweep_approvals as sweep

    sweep(by=Actor.system("sweep_approvals"))
