"""manage.py draw_papers: every kind of paper out of a demo's real rows, as files and as pictures."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from partybuild.access import Actor
from partybuild.documents.composition import Composition
from partybuild.documents.registry import DocumentKind, kinds
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.rendering.seal import Seal
from partybuild.documents.services import draft_of, issue_document, set_style

BY = Actor.system("draw_papers")
# What the demo's street has set, so that the pictures show a red head and numbers.
STYLES = {
    "meeting.notice": {"mark": "{发文机关}文件", "prefix": "{简称}"},
    "resolution.supervision": {"prefix": "{简称}督办"},
}


class Command(BaseCommand):
    """Nothing is kept: the papers are issued in a transaction that is taken back."""

    help = "Draw every kind of paper from the rows of a demo: PDF, .docx and PNG pictures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and how fine."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dpi", type=int, default=60)
        parser.add_argument("--only", default="", help="a key or its beginning: meeting.")
        parser.add_argument("--pictures", action="store_true", help="keep the pictures alone")
        parser.add_argument(
            "--word", action="store_true", help="draw the .docx by LibreOffice, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw each kind once."""
        if not settings.DEBUG and settings.DEPLOYMENT == "production":
            raise CommandError("this is for demos")
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for kind in kinds():
            if not kind.key.startswith(options["only"]):
                continue
            drawn = self._paper(kind)
            if drawn is None:
                self.stdout.write(f"{kind.key}: nothing in this database that it could be about")
                continue
            name = kind.key.replace(".", "-")
            self._write(name, *drawn, folder=folder, dpi=options["dpi"], word=options["word"])
            if options["pictures"]:
                for ending in ("pdf", "docx"):
                    (folder / f"{name}.{ending}").unlink()
            self.stdout.write(kind.key)

    def _paper(self, kind: DocumentKind) -> tuple[Composition, Seal | None] | None:
        subject = _subject(kind)
        if subject is None:
            return None
        with transaction.atomic():
            area = kind.area(subject)
            if area is not None and kind.key in STYLES:
                set_style(kind, area=area.parent or area, by=BY, **STYLES[kind.key])
            if kind.is_form or kind.waits_for(subject):
                paper, seal = draft_of(kind, subject), None
            else:
                document = issue_document(kind, subject, by=BY)
                paper = document.composition
                seal = Seal(document.code, "https://dj.example.cn" + reverse("documents:verify"))
            transaction.set_rollback(True)
        return paper, seal

    def _write(
        self,
        name: str,
        paper: Composition,
        seal: Seal | None,
        *,
        folder: Path,
        dpi: int,
        word: bool,
    ) -> None:
        pdf, docx = folder / f"{name}.pdf", folder / f"{name}.docx"
        pdf.write_bytes(as_pdf(paper, seal))
        docx.write_bytes(as_word(paper, seal))
        _pictures(pdf, folder / name, dpi)
        if word and shutil.which("soffice"):
            with tempfile.TemporaryDirectory() as scratch:
                _run(
                    "soffice",
                    f"-env:UserInstallation=file://{scratch}/profile",
                    "--headless",
                    "--convert-to",
                    "pdf",
                    "--outdir",
                    scratch,
                    str(docx),
                )
                _pictures(Path(scratch) / f"{name}.pdf", folder / f"{name}-word", dpi)


def _subject(kind: DocumentKind) -> Any:
    """Return the row of the demo that shows most: the newest for which the paper can be issued."""
    model: Any = apps.get_model(kind.subject)
    best = None
    for row in model.objects.select_related(*kind.select_related).order_by("-id")[:200]:
        if kind.is_form or not kind.waits_for(row):
            best = row if best is None or _fullness(row) > _fullness(best) else best
    return best


def _fullness(row: Any) -> int:
    meeting = getattr(row, "meeting", row)
    resolutions = getattr(meeting, "resolutions", None)
    return int(resolutions.count()) if resolutions is not None else 0


def _pictures(pdf: Path, stem: Path, dpi: int) -> None:
    if shutil.which("pdftoppm"):
        _run("pdftoppm", "-png", "-r", str(dpi), str(pdf), str(stem))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=120)
