"""After a restore: erase again whoever was erased since that backup."""

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.people.services.erasure import complete_ledger_file, replay_erasures


class Command(BaseCommand):
    """Reads ERASURE_LEDGER and the table; a second run finds nothing to do."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, complete the file, say how many."""
        done = replay_erasures(by=Actor.system("replay_erasures"))
        missing = complete_ledger_file()
        self.stdout.write(f"{done} erased again, {missing} lines added to the ledger's file")
