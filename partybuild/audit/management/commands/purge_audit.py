"""Let go of events older than they must be kept."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partybuild.access import Actor
from partybuild.audit.services.purging import ChainIsBroken, NotTheOwner, purge_events


class Command(BaseCommand):
    """Delete what is older than AUDIT_KEEP_DAYS, as the database's owner."""

    help = "Delete sealed events older than AUDIT_KEEP_DAYS (never younger than 183 days)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what went."""
        try:
            purged = purge_events(by=Actor.system("purge_audit"))
        except NotTheOwner as refused:
            raise CommandError("Set DATABASE_OWNER_URL: only the owner may purge.") from refused
        except ChainIsBroken as refused:
            raise CommandError("The chain does not verify: run verify_audit first.") from refused
        self.stdout.write(json.dumps(asdict(purged)))
