"""manage.py sweep_attachments."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from partybuild.access import Actor
from partybuild.documents.services import sweep_attachments


class Command(BaseCommand):
    """Files without a row are deleted, rows without a file are marked."""

    help = "Delete files that no row names, and mark rows whose file is gone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it once and say what was found."""
        swept = sweep_attachments(by=Actor.system("sweep_attachments"))
        self.stdout.write(
            f"{swept.orphans} files without a row deleted, {swept.missing} rows without a file, "
            f"{swept.found_again} found again"
        )
