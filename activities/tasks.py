"""Doors of Celery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery import shared_task
from django.db import transaction

from partybuild.access import Actor

if TYPE_CHECKING:
    from activities.models import Activity


@shared_task
def sweep_places() -> None:
    """Give free places to those who wait; finds what nobody woke us for."""
    from activities.services import sweep_places as sweep

    sweep(by=Actor.system("sweep_places"))


def fill_soon(activity: Activity) -> None:
    """Give free places to those who wait once this transaction stands.

    In a transaction of its own: only then does it see what others did at the same time.
    """
    key = activity.pk

    def fill() -> None:
        from activities.services import fill_places

        fill_places(key, by=Actor.system("fill_places"))

    transaction.on_commit(fill, robust=True)
