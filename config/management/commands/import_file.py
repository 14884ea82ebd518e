"""manage.py import_file areas FILE [--apply]: the import pipeline without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partybuild.access import Actor
from partybuild.exchange.enums import BatchState
from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.queries import wrong_cells
from partybuild.exchange.services import (
    apply_batch,
    confirm_batch,
    discard_batch,
    read_batch,
    refuse_batch,
    upload_file,
)
from partybuild.exchange.sheets import all_sheets, sheet_of

SHOWN = 20


class Command(BaseCommand):
    """Parse, call the services, report."""

    help = "Read a sheet, say what it would do, and do it with --apply. Last line: one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        """RESOURCE FILE [--apply] [--reason TEXT]."""
        parser.add_argument("resource", choices=[sheet.key for sheet in all_sheets()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--reason", default="命令行导入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the file through every step of the pipeline."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        by = Actor.system("import_file")
        try:
            batch = upload_file(
                sheet=sheet_of(options["resource"]),
                file_name=path.name,
                content=path.read_bytes(),
                by=by,
                reason=options["reason"],
            )
        except SheetRefused as refused:
            raise CommandError("".join(refused.messages)) from None
        self._take_through(batch, by=by, apply=options["apply"])

    def _take_through(self, batch: ImportBatch, *, by: Actor, apply: bool) -> None:
        try:
            read_batch(batch, by=by)
        except SheetRefused as refused:
            refuse_batch(batch, message="".join(refused.messages), by=by)
            raise CommandError("".join(refused.messages)) from None
        # A worker beside us may have been quicker.
        batch.refresh_from_db()
        if batch.state == BatchState.REFUSED:
            raise CommandError(batch.message)
        for line, label, text, sentence in wrong_cells(batch, most=SHOWN):
            self.stderr.write(f"第{line}行 {label} {text}：{sentence}")
        absent = batch.layout["report"].get("absent", {})
        if absent.get("count"):
            self.stderr.write(f"名册中没有而系统中仍在用的区域：{absent['count']}个（没有改动）")
        if apply and batch.good_count:
            confirm_batch(batch, by=by)
            apply_batch(batch, by=by)
        elif not apply:
            discard_batch(batch, by=by)
        self.stdout.write(
            json.dumps(
                {
                    "rows": batch.row_count,
                    "new": batch.new_count,
                    "changed": batch.changed_count,
                    "same": batch.same_count,
                    "ambiguous": batch.ambiguous_count,
                    "wrong": batch.wrong_count,
                }
            )
        )
