"""T40: a full disk under uploads and logs: a clear word, nothing half-written, well again when there is room."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.documents.exceptions import FileNotKept
from partybuild.documents.models import Attachment
from partybuild.documents.services import attach_file
from partybuild.exchange.enums import ExportState
from partybuild.exchange.models import ExportJob
from partybuild.exchange.services.exporting import MOST_ATTEMPTS, run_export
from tests.chaos.house import fill, small_disk
from tests.factories.files import upload
from tests.factories.meetings import make_notified, make_own_council
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
PAPER = "meeting.paper"


@pytest.fixture
def disk(settings, tmp_path):
    """A disk of 256 kB for what is uploaded."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a disk that is small")
    with small_disk(tmp_path / "media", 0.25) as place:
        settings.MEDIA_ROOT = str(place)
        yield place


def files_below(place: Path) -> set[str]:
    return {each.name for each in place.rglob("*") if each.is_file()}


def test_a_full_disk_keeps_neither_file_nor_row_and_heals(cast, disk):
    meeting = make_notified(make_own_council(cast))
    by = actor_in(cast.secretary)
    attach_file(meeting, upload=upload(name="一.pdf"), kind=PAPER, by=by)
    before = files_below(disk)
    filler = fill(disk)
    events = Event.objects.count()
    with pytest.raises(FileNotKept):
        attach_file(meeting, upload=upload(name="二.pdf"), kind=PAPER, by=by)
    assert files_below(disk) - {filler.name} == before
    assert Attachment.objects.count() == 1
    assert Event.objects.count() == events
    filler.unlink()
    attach_file(meeting, upload=upload(name="二.pdf"), kind=PAPER, by=by)
    rows = {Path(name).name for name in Attachment.objects.values_list("file", flat=True)}
    assert files_below(disk) == rows
    assert len(rows) == 2


def test_the_page_says_that_the_file_was_not_kept(cast, disk, client_of):
    from django.urls import reverse

    meeting = make_notified(make_own_council(cast))
    client = client_of(cast.secretary)
    fill(disk)
    answer = client.act(
        reverse("documents:attachment-add", args=(PAPER, meeting.uid)),
        {
            "kind": PAPER,
            "title": "材料",
            "file": upload(name="二.pdf"),
            "files": upload(name="二.pdf"),
        },
    )
    assert answer.status_code < 500
    assert not Attachment.objects.exists()


_LOGS = """
import logging, django
django.setup()
for number in range(100):
    logging.getLogger("product").error("line %s", number)
print("done")
"""


def test_a_log_that_cannot_be_written_stops_nothing():
    """Standard error goes to a full disk: the lines are lost, the work is not."""
    with Path("/dev/full").open("wb", buffering=0) as full:
        done = subprocess.run(
            [sys.executable, "-c", _LOGS],
            cwd=Path(__file__).resolve().parents[2],
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, b"done\n")


def test_an_export_on_a_full_disk_leaves_nothing_half_and_is_built_when_there_is_room(
    cast, disk, client_of
):
    make_unit(cast.community, "甲厂", kind="enterprise")
    filler = fill(disk)
    client = client_of(cast.secretary)
    values = {"file_format": "xlsx", "unmasked": "False", "reason": "日常工作使用"}
    assert client.act("/exports/new/units/?", values).status_code == 302
    job = ExportJob.objects.get()
    assert (job.state, job.place) == (ExportState.WAITING, "")
    assert files_below(disk) == {filler.name}
    assert client.get(f"/exports/{job.uid}/").status_code == 200
    filler.unlink()
    run_export(job.pk)
    job.refresh_from_db()
    assert (job.state, job.row_count) == (ExportState.READY, 1)
    assert len(files_below(disk)) == 1


def test_an_export_that_finds_no_room_again_and_again_says_so(cast, disk, client_of):
    make_unit(cast.community, "甲厂", kind="enterprise")
    fill(disk)
    values = {"file_format": "csv", "unmasked": "False", "reason": "日常工作使用"}
    client = client_of(cast.secretary)
    client.act("/exports/new/units/?", values)
    job = ExportJob.objects.get()
    for _again in range(MOST_ATTEMPTS):
        run_export(job.pk)
    job.refresh_from_db()
    assert job.state == ExportState.FAILED
    assert "存储空间不足" in client.get(f"/exports/{job.uid}/").content.decode()
