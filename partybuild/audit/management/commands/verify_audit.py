"""Verify the chain of events."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.audit.queries.verifying import verify_chain
from partybuild.audit.services import verify_audit


class Command(BaseCommand):
    """Verify the chain; exits with 1 and names the first bad row where it does not hold."""

    help = "Verify that everything sealed is still there as it was; names the first bad row."

    def add_arguments(self, parser: Any) -> None:
        """Take the flag for a look that leaves no line."""
        parser.add_argument("--quiet", action="store_true", help="write no event about it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found as one JSON object."""
        by = Actor.system("verify_audit")
        found = verify_chain() if options["quiet"] else verify_audit(by=by)
        self.stdout.write(json.dumps(found.as_dict()))
        if not found.ok:
            raise SystemExit(1)
