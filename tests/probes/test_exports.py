"""T04, T14, T25: what leaves as a file holds nothing foreign, nothing masked, and no formula."""

from __future__ import annotations

from typing import Any

import pytest

from partybuild.exchange.lists import lists
from partybuild.exchange.models import ExportJob
from partybuild.exchange.services.exporting import run_export
from partybuild.organizations.models import Organization
from tests.probes.reading import body_of, text_of
from tests.probes.roaming import Visitor, signed_in
from tests.probes.test_forms import send
from tests.probes.test_texts import FORMULA, formula_cells
from tests.probes.watching import Tally, foreign_canaries, personal_hits
from tests.probes.world import World


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def taken(visitor: Visitor, key: str, file_format: str) -> bytes | None:
    """Take a list away; None where it is not given."""
    values = {"file_format": file_format, "reason": "日常工作使用"}
    answer = send(visitor, f"/exports/new/{key}/", values)
    if answer.status_code != 302:
        return None
    job = ExportJob.objects.get(uid=answer["Location"].split("/")[2])
    run_export(job.pk)
    answer = visitor.client.get(f"/exports/{job.uid}/file/")
    return body_of(answer) if answer.status_code == 200 else None


def run_exports(world: World, visitors: list[Visitor]) -> Tally:
    """Let everybody take every list in every format."""
    tally = Tally()
    for visitor in visitors:
        for export in lists():
            for file_format in ("xlsx", "csv"):
                content = taken(visitor, export.key, file_format)
                tally.probes += 1
                if content is None:
                    continue
                tally.responses += 1
                text = text_of(content)
                found = foreign_canaries(visitor.reader, text)
                found += personal_hits(world, visitor.reader, text, visitor.person_id)
                if file_format == "xlsx":
                    found += formula_cells(content)
                else:
                    found += [
                        f"a formula in CSV: {cell[:40]}"
                        for line in text.splitlines()
                        for cell in line.split(",")
                        if cell.strip('"')[:1] in set("=+-@＝＋－＠") and len(cell) > 2
                    ]
                tally.faults += [
                    f"{visitor.reader.role} {visitor.reader.key} {export.key}.{file_format}: {each}"
                    for each in found
                ]
    return tally


def test_lists_leave_with_nothing_more_than_their_page(world, client_of):
    bodies = [world.spots["1111"].units[0].pk, world.spots["1121"].units[0].pk]
    Organization.objects.filter(pk__in=bodies).update(address="=" + FORMULA, short_name="@x")
    tally = run_exports(world, list(signed_in(world, client_of, fast=True)))
    tally.say("T04/T14/T25 lists that leave")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.responses >= 10
