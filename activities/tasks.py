"""Doors of Celery."""

from __future__ import annotations

from celery import shared_task

from partybuild.access import Actor


@shared_task
def sweep_places() -> None:
    """Give free places to those who wait; finds what nobody woke us for."""
    from activities.services import sweep_places as sweep

    sweep(by=Actor.system("sweep_places"))
