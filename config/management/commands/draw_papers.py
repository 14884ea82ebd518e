"""manage.py draw_papers: every kind of paper out of a demo's real rows, as files and as pictures."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from PIL import Image

from members.documents.records import Sheet, card_paper, statistics_paper
from members.models import ServiceRecord
from members.queries.cards import cards_of
from members.queries.statistics import Cut, member_lines, parts_of, total_of
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.documents.composition import Composition, Table
from partybuild.documents.registry import DocumentKind, kinds
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.rendering.seal import Seal
from partybuild.documents.services import draft_of, issue_document, set_style
from partybuild.organizations.models import Organization

BY = Actor.system("draw_papers")
# What the demo's street has set, so that the pictures show a red head and numbers.
STYLES = {
    "meeting.notice": {"mark": "{发文机关}文件", "prefix": "{简称}"},
    "resolution.supervision": {"prefix": "{简称}督办"},
}
# What a paper is drawn about, where not every row has one: by kind, or by what it is about.
READY: dict[str, dict[str, Any]] = {
    "annual_form.sheet": {"state": "filed"},
    "areas.Area": {"level": Level.COMMUNITY, "valid_to": None},
    "feedback.sheet": {"state": "acknowledged"},
    "feedback_request.reply": {"state__in": ("answered", "acknowledged")},
    "letter.paper": {"state": "issued"},
    "members.ReportIn": {"state": "confirmed"},
    "unit_report_in.sheet": {"state": "confirmed"},
    "service_post.poster": {"state": "open"},
    "service_post.claims": {"state": "open"},
    "wish.claim": {"state__in": ("accepted", "fulfilled")},
}
# As many of the newest rows are looked at for the one that shows most.
_TRIED = 40


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
        for key, paper, seal in self._drawn(options["only"]):
            name = key.replace(".", "-")
            self._write(name, paper, seal, folder=folder, dpi=options["dpi"], word=options["word"])
            if options["pictures"]:
                for ending in ("pdf", "docx"):
                    (folder / f"{name}.{ending}").unlink()
            self.stdout.write(key)

    def _drawn(self, only: str) -> Iterator[tuple[str, Composition, Seal | None]]:
        for kind in kinds():
            if kind.is_counted or not kind.key.startswith(only):
                continue
            drawn = self._paper(kind)
            if drawn is None:
                self.stdout.write(f"{kind.key}: nothing in this database that it could be about")
            else:
                yield kind.key, *drawn
        for key, paper in _counted():
            if key.startswith(only):
                yield key, paper, None

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


def _counted() -> Iterator[tuple[str, Composition]]:
    """Draw the forms that are counted for whoever asks: the cards and the table of a unit in a community."""
    counts: Counter[tuple[int, int, Period]] = Counter(
        (community, unit, Period.of(day))
        for community, unit, day in ServiceRecord.objects.certified()
        .exclude(unit=None)
        .values_list("community", "unit", "date")
    )
    if not counts:
        return
    (place, body, period), _number = max(counts.items(), key=lambda each: (each[1], each[0][:2]))
    community, unit = Area.objects.get(pk=place), Organization.objects.get(pk=body)
    cut = Cut(BY.scope, period, community=community, unit=unit)
    cards = sorted(cards_of(cut), key=lambda card: -len(card.records))
    yield "service.card", card_paper(cards[:1], name=unit.name)
    sheet = Sheet(
        name=f"{community.name}、{unit.name}",
        period=period,
        total=total_of(cut),
        lines=member_lines(cut),
        beside="community",
        parts=parts_of(period),
    )
    yield "service.statistics", statistics_paper(sheet)


def _subject(kind: DocumentKind) -> Any:
    """Return the row of the demo that shows most, among the newest for which the paper can be made."""
    model: Any = apps.get_model(kind.subject)
    rows = model._base_manager.select_related(*kind.select_related)
    rows = rows.filter(**READY.get(kind.key, READY.get(kind.subject, {}))).order_by("-id")
    ready = (row for row in rows[:200] if kind.is_form or not kind.waits_for(row))
    return max(islice(ready, _TRIED), key=lambda row: _fullness(kind, row), default=None)


def _fullness(kind: DocumentKind, row: Any) -> int:
    """Count what stands on the paper: letters in cells, a few of each, and paragraphs."""
    paper = draft_of(kind, row)
    return sum(
        sum(min(len(cell.strip()), 40) for line in block.rows for cell in line)
        if isinstance(block, Table)
        else 1
        for block in paper.blocks + paper.annexes
    )


def _pictures(pdf: Path, stem: Path, dpi: int) -> None:
    """Draw each page in few colors."""
    if not shutil.which("pdftoppm"):
        return
    for stale in stem.parent.glob(f"{stem.name}-[0-9]*.png"):
        stale.unlink()
    _run("pdftoppm", "-png", "-r", str(dpi), str(pdf), str(stem))
    for page in stem.parent.glob(f"{stem.name}-[0-9]*.png"):
        with Image.open(page) as picture:
            few = picture.convert("RGB").quantize(16)
        few.save(page, optimize=True)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, timeout=120)
