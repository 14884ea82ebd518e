"""Write the reminders that have fallen due, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.notices.services import plan_reminders


class Command(BaseCommand):
    """manage.py plan_reminders: a second run finds them written."""

    help = "Write the reminders that have fallen due."

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan and say how many are new."""
        self.stdout.write(f"{plan_reminders(by=Actor.system('plan_reminders'))} planned")
