"""Take away what has been kept long enough, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.people.services.sweeping import sweep_retention


class Command(BaseCommand):
    """A second run finds nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and say what went."""
        gone = sweep_retention(by=Actor.system("sweep_retention"))
        for key, count in gone.items():
            self.stdout.write(f"{key}: {count}")
        self.stdout.write(f"{sum(gone.values())} rows")
