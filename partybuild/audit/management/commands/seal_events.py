"""Seal what has committed, as the worker does every minute."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from partybuild.audit.services import seal_events


class Command(BaseCommand):
    """Seal events and changes."""

    help = (
        "Seal the events and changes that have committed, and keep the anchor in the second place."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many rows were sealed."""
        self.stdout.write(json.dumps({"sealed": seal_events()}))
