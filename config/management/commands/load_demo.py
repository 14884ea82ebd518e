"""manage.py load_demo: the made-up district."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.exceptions import DemoIsBeingLoaded, DemoIsHalfLoaded
from config.demo.services import load_demo


class Command(BaseCommand):
    """Call one service, report."""

    help = "Load the demo: one street of 13 communities, 40 units, 1,500 members. A second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, never beside real people."""
        if not settings.IN_DEVELOPMENT:
            raise CommandError("Demo data is not for production (DEPLOYMENT=production).")
        try:
            done = load_demo()
        except DemoIsBeingLoaded:
            raise CommandError("Another process is loading the demo just now.") from None
        except DemoIsHalfLoaded:
            raise CommandError(
                "The last load was cut off, and there are accounts here since. Throw the data away "
                "(make reset; elsewhere manage.py flush --database=owner) and load again."
            ) from None
        self.stdout.write("Demo data loaded." if done else "Demo data is there already.")
