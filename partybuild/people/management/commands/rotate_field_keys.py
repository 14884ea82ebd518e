"""Change the key of personal fields."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partybuild.access import Actor
from partybuild.fields.encryption import current_key, known_keys
from partybuild.people.services.keys import keys_in_use, left_under, rotate_field_keys


class Command(BaseCommand):
    """Rewrite what older keys have encrypted under the first key of FIELD_KEYS, batch by batch."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch, or only a question."""
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction")
        parser.add_argument("--report", action="store_true", help="count only, change nothing")
        parser.add_argument(
            "--may-drop", type=int, metavar="ID", help="ask whether a key is used no more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or answer."""
        if options["may_drop"] is not None:
            self._may_drop(options["may_drop"])
            return
        if not options["report"]:
            found = rotate_field_keys(by=Actor.system("rotate_field_keys"), batch=options["batch"])
            for name, tally in found.items():
                if tally.rewritten or tally.unreadable:
                    self.stdout.write(
                        f"{name}: {tally.rewritten} rewritten, {tally.unreadable} unreadable"
                    )
        counts = keys_in_use()
        for name, keys in counts.items():
            for number, rows in sorted(keys.items()):
                self.stdout.write(f"{name}: key {number}: {rows}")
        current = current_key(settings.FIELD_KEYS)
        for number in known_keys(settings.FIELD_KEYS)[1:]:
            rows = sum(keys[number] for keys in counts.values())
            verdict = "may be dropped" if not rows else f"still needed for {rows} values"
            self.stdout.write(f"key {number}: {verdict}; key {current} encrypts")

    def _may_drop(self, number: int) -> None:
        if number == current_key(settings.FIELD_KEYS):
            raise CommandError(f"key {number} is the one that encrypts: it must stay")
        left = left_under(number)
        if left:
            lines = "\n".join(f"  {name}: {rows}" for name, rows in left.items())
            raise CommandError(f"key {number} must stay, it is still needed for\n{lines}")
        self.stdout.write(
            f"key {number} is used by nothing in this database. Backups made before today still"
            " need it: keep it with them."
        )
