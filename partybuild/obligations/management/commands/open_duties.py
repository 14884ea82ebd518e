"""Open the debts of the running periods, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.obligations.services import open_duties


class Command(BaseCommand):
    """manage.py open_duties: a second run opens none."""

    help = "Open the debts of the periods that run today."

    def handle(self, *args: Any, **options: Any) -> None:
        """Open and say how many are new."""
        self.stdout.write(f"{open_duties(on=today(), by=Actor.system('open_duties'))} opened")
