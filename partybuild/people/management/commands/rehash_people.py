"""Compute every keyed hash anew after a change of HASH_KEY; stop web, worker and beat first."""

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.people.services.hashes import rehash_people


class Command(BaseCommand):
    """Everything or nothing, in one transaction."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and say for how many."""
        self.stdout.write(f"{rehash_people(by=Actor.system('rehash_people'))} people")
