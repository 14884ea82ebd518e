"""Doors of Celery."""

from celery import shared_task

from partybuild.access import Actor
from partybuild.calendar import today


@shared_task
def open_duties() -> None:
    """Open the debts of the running periods; a second run finds them standing."""
    from partybuild.obligations.services import open_duties as open_all

    open_all(on=today(), by=Actor.system("open_duties"))
