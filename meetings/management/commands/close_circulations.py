"""End rounds of countersigning whose date has passed, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from meetings.services import close_circulations
from partybuild.access import Actor


class Command(BaseCommand):
    """manage.py close_circulations: a second run ends none."""

    help = "End the rounds of countersigning minutes whose date has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        """End them and say how many."""
        by = Actor.system("close_circulations")
        self.stdout.write(f"{close_circulations(by=by)} closed")
