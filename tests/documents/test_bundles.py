"""Everything about a meeting as one archive; a person's own uploads."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.documents.models import Attachment
from partybuild.documents.personal_data import Uploads
from partybuild.documents.registry import kind_of
from partybuild.documents.services import attach_file, end_attachment, issue_document
from tests.factories.core import SYSTEM
from tests.factories.files import PDF, photo, upload


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def bundle(meeting) -> str:
    """Return where the archive is fetched."""
    return reverse("documents:bundle-file", args=("meetings.Meeting", meeting.uid))


def test_the_archive_holds_papers_files_and_a_list(minutes, cast, client_of):
    meeting = minutes.meeting
    by = actor_in(cast.secretary)
    attach_file(meeting, upload=upload(name="选址说明.pdf"), kind="meeting.paper", by=by)
    gone = attach_file(meeting, upload=upload(name="传错了.pdf"), kind="meeting.paper", by=by)
    end_attachment(gone, reason="传错了", by=by)
    attach_file(
        meeting.resolutions.get(),
        upload=upload(photo(), "施工.jpg"),
        kind="resolution.proof",
        by=by,
    )
    paper = issue_document(kind_of("meeting.minutes"), minutes, by=SYSTEM)
    attach_file(paper, upload=upload(photo(), "盖章件.jpg"), kind="document.signed_copy", by=by)
    client = client_of(cast.secretary)
    assert "下载整套材料（档案袋）" in client.get(meeting.get_absolute_url()).content.decode()
    answer = client.get(bundle(meeting))
    assert answer["Content-Disposition"].startswith("attachment;")
    content = b"".join(answer.streaming_content)
    assert len(content) == int(answer["Content-Length"])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    names = archive.namelist()
    for said in (
        "选址说明.pdf",
        "施工.jpg",
        "盖章件.jpg",
        "会议纪要 〔2026〕1号.pdf",
        "会议签到表.pdf",
    ):
        assert any(said in name for name in names), said
    assert not any("传错了" in name for name in names)
    listed = archive.read("00_目录.txt").decode("utf-8-sig")
    assert paper.digest in listed
    assert all(name in listed for name in names if name != "00_目录.txt")
    assert next(archive.read(name) for name in names if "选址说明" in name) == PDF
    events = Event.objects.filter(kind=EventKind.DOWNLOADED, object_uid=meeting.uid)
    assert [event.changes["document"] for event in events] == [[None, "bundle"]]


@pytest.mark.parametrize(
    ("post", "status"),
    [("liaison", 403), ("outsider", 404), ("other_liaison", 404), ("sibling_secretary", 404)],
)
def test_the_archive_is_the_conveners(minutes, cast, client_of, post, status):
    client = client_of(getattr(cast, post))
    assert client.get(bundle(minutes.meeting)).status_code == status
    assert not Event.objects.filter(kind=EventKind.DOWNLOADED).exists()
    unknown = reverse("documents:bundle-file", args=("people.Person", minutes.uid))
    assert client.get(unknown).status_code == 404


def test_a_lost_file_stops_the_archive_and_says_so(minutes, cast, client_of):
    row = attach_file(
        minutes.meeting, upload=upload(), kind="meeting.paper", by=actor_in(cast.secretary)
    )
    row.file.storage.delete(row.file.name)
    answer = client_of(cast.secretary).get(bundle(minutes.meeting), follow=True)
    assert "有文件读不出来" in answer.content.decode()
    assert not Event.objects.filter(kind=EventKind.DOWNLOADED).exists()


def test_a_person_sees_their_uploads_and_is_parted_from_them(held, cast):
    person = cast.secretary.person
    attach_file(held, upload=upload(), kind="meeting.paper", by=actor_in(cast.secretary))
    attach_file(held, upload=upload(), kind="meeting.paper", by=SYSTEM)
    (row,) = Uploads().copy(person)
    assert (row["类别"], row["文件名"]) == ("会议材料", "会议材料.pdf")
    assert Uploads().erase(person, by=SYSTEM) == 1
    assert Uploads().copy(person) == []
    assert Attachment.objects.count() == 2
