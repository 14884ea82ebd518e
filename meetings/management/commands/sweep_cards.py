"""Raise and lift yellow and red cards, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from meetings.services import sweep_cards
from partybuild.access import Actor


class Command(BaseCommand):
    """manage.py sweep_cards: a second run finds them standing."""

    help = "Raise and lift the yellow and red cards that the clock asks for."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and say how many are new."""
        self.stdout.write(f"{sweep_cards(by=Actor.system('sweep_cards'))} raised")
