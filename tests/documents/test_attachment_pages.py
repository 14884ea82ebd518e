"""Files on pages: who sees, adds, takes, takes off; a right that ended ends the download (T27)."""

from __future__ import annotations

import pytest
from django.db import connections
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.services import end_appointment
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.documents.models import Attachment
from partybuild.documents.registry import kind_of
from partybuild.documents.services import attach_file, end_attachment, issue_document
from tests.factories.core import SYSTEM, make_post
from tests.factories.files import PDF, photo, upload, word
from tests.factories.meetings import make_notified, make_topic

PAPER = "meeting.paper"
SIGNED = "document.signed_copy"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def meeting(council):
    """A meeting to which the units are invited."""
    return make_notified(council)


@pytest.fixture
def paper(meeting, cast):
    """A paper that the secretary put on it."""
    return attach_file(
        meeting, upload=upload(name="选址说明.pdf"), kind=PAPER, by=actor_in(cast.secretary)
    )


def adding(target, kind=PAPER) -> str:
    """Return the address of the form."""
    return reverse("documents:attachment-add", args=(kind, target.uid))


def taken(row) -> int:
    """Return how often it was written down that a file was taken."""
    return Event.objects.filter(kind=EventKind.DOWNLOADED, object_uid=row.uid).count()


def test_the_secretary_puts_files_on_a_meeting(meeting, cast, client_of):
    client = client_of(cast.secretary)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "会议材料" in page
    assert 'enctype="multipart/form-data"' in page
    answer = client.act(
        adding(meeting),
        {"uploads": [upload(name="一.pdf"), upload(word(), "二.docx")], "photo": upload(photo())},
    )
    assert (answer.status_code, answer["Location"]) == (302, meeting.get_absolute_url())
    assert [row.file_name for row in Attachment.objects.all()] == [
        "一.pdf",
        "二.docx",
        "会议材料.jpg",
    ]
    assert "二.docx" in client.get(meeting.get_absolute_url()).content.decode()


def test_good_files_are_kept_beside_bad_ones(meeting, cast, client_of):
    answer = client_of(cast.secretary).act(
        adding(meeting), {"uploads": [upload(name="好.pdf"), upload(b"MZ\0\0", "坏.exe")]}
    )
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "坏.exe：认不出这个文件的格式" in said
    assert "其余1个已经保存" in said
    assert Attachment.objects.get().file_name == "好.pdf"
    assert client_of(cast.secretary).act(adding(meeting), {}).status_code == 422


def test_htmx_gets_the_panel_alone(meeting, cast, client_of):
    client = client_of(cast.secretary)
    answer = client.act(
        adding(meeting), {"uploads": [upload()]}, headers={"HX-Request": "true"}
    ).content.decode()
    assert answer.strip().startswith('<div id="attachments-meeting-paper">')
    assert "会议材料.pdf" in answer


def test_a_unit_takes_the_paper_and_adds_none(meeting, paper, cast, client_of):
    client = client_of(cast.liaison)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "选址说明.pdf" in page
    assert 'name="uploads"' not in page
    file = client.get(paper.get_absolute_url())
    assert file.content == PDF
    assert file["Content-Disposition"].startswith("attachment;")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Type"] == "application/pdf"
    assert taken(paper) == 1
    assert client.act(adding(meeting), {"uploads": [upload()]}).status_code == 403
    ending = reverse("documents:attachment-end", args=(paper.uid,))
    assert client.act(ending, {"reason": "x"}).status_code == 403
    paper.refresh_from_db()
    assert paper.ended_at is None


@pytest.mark.parametrize("post", ["outsider", "other_liaison", "sibling_secretary"])
def test_others_find_nothing(meeting, paper, cast, client_of, post):
    client = client_of(getattr(cast, post))
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert client.act(adding(meeting), {"uploads": [upload()]}).status_code in {403, 404}
    ending = reverse("documents:attachment-end", args=(paper.uid,))
    assert client.act(ending, {"reason": "x"}).status_code in {403, 404}
    assert taken(paper) == 0
    assert Attachment.objects.get() == paper


def test_what_is_no_longer_seen_is_no_longer_taken(meeting, paper, cast, client_of):
    client = client_of(cast.liaison)
    assert client.get(paper.get_absolute_url()).status_code == 200
    meeting.receipts.filter(organization=cast.unit).delete()
    meeting.council.members.filter(organization=cast.unit).delete()
    assert client.get(paper.get_absolute_url()).status_code == 404
    assert taken(paper) == 1


def test_a_post_that_ended_takes_nothing(meeting, paper, cast, client_of):
    client = client_of(cast.liaison)
    assert client.get(paper.get_absolute_url()).status_code == 200
    day = today()
    end_appointment(cast.liaison, on=day.replace(day=day.day - 1), reason="届满", by=SYSTEM)
    assert client.get(paper.get_absolute_url()).status_code in {302, 403, 404}
    assert taken(paper) == 1


def test_a_file_taken_off_is_there_for_who_takes_off(meeting, paper, cast, client_of):
    client = client_of(cast.secretary)
    ending = reverse("documents:attachment-end", args=(paper.uid,))
    assert client.get(ending).status_code == 200
    assert client.act(ending, {"reason": ""}).status_code == 422
    assert client.act(ending, {"reason": "传错了文件"}).status_code == 302
    assert client.act(ending, {"reason": "再来"}).status_code == 422
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "已移除的（1个）" in page
    assert "传错了文件" in page
    assert client.get(paper.get_absolute_url()).status_code == 200
    unit = client_of(cast.liaison)
    assert unit.get(paper.get_absolute_url()).status_code == 404
    assert "选址说明.pdf" not in unit.get(meeting.get_absolute_url()).content.decode()


def test_a_unit_takes_off_its_own_files_only(council, cast, client_of):
    from meetings.services import assign_resolutions
    from tests.factories.meetings import make_held, make_resolution

    resolution = make_resolution(make_held(council), cast.unit, cast.second_unit)
    assign_resolutions([resolution], by=SYSTEM)
    theirs = attach_file(
        resolution, upload=upload(), kind="resolution.proof", by=actor_in(cast.secretary)
    )
    own = attach_file(
        resolution, upload=upload(), kind="resolution.proof", by=actor_in(cast.liaison)
    )
    client = client_of(cast.liaison)
    for row, status in ((theirs, 403), (own, 302)):
        ending = reverse("documents:attachment-end", args=(row.uid,))
        assert client.act(ending, {"reason": "传错了"}).status_code == status


def test_a_draft_topics_papers_are_its_proposers_alone(council, cast, client_of):
    from meetings.models import Topic

    topic = make_topic(council, cast.unit)
    Topic.objects.filter(pk=topic.pk).update(state="draft")
    row = attach_file(topic, upload=upload(), kind="topic.paper", by=actor_in(cast.liaison))
    assert client_of(cast.liaison).get(row.get_absolute_url()).status_code == 200
    assert client_of(cast.secretary).get(row.get_absolute_url()).status_code == 404


def test_a_lost_file_is_told_and_not_taken(meeting, paper, cast, client_of):
    paper.file.storage.delete(paper.file.name)
    answer = client_of(cast.liaison).get(paper.get_absolute_url())
    assert answer.status_code == 503
    assert "服务器上找不到这个文件" in answer.content.decode()
    assert taken(paper) == 0


def test_members_and_programs_have_no_part_in_it(meeting, paper, cast, client_of):
    member = make_post(Role.AUDITOR)
    assert client_of(member).get(paper.get_absolute_url()).status_code in {403, 404}


def test_the_signed_copy_goes_back_on_the_document(minutes, cast, client_of, client):
    document = issue_document(kind_of("meeting.minutes"), minutes, by=SYSTEM)
    verify = reverse("documents:verify")
    assert "盖章件" not in client.get(verify, {"code": document.code}).content.decode()
    secretary = client_of(cast.secretary)
    assert "盖章扫描件" in secretary.get(document.get_absolute_url()).content.decode()
    sent = secretary.act(adding(document, SIGNED), {"uploads": [upload(photo(), "盖章件.jpg")]})
    assert sent.status_code == 302
    row = Attachment.objects.get(kind=SIGNED)
    unit = client_of(cast.liaison)
    assert unit.get(row.get_absolute_url()).status_code == 200
    assert unit.act(adding(document, SIGNED), {"uploads": [upload()]}).status_code == 403
    said = client.get(verify, {"code": document.code}).content.decode()
    assert "盖章件已存档" in said
    assert str(row.uid) not in said
    assert client.get(row.get_absolute_url()).status_code in {302, 403, 404}
    end_attachment(row, reason="扫反了", by=SYSTEM)
    assert "盖章件已存档" not in client.get(verify, {"code": document.code}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_its_event_cannot_be_written(paper, cast, client_of, settings):
    client = client_of(cast.liaison)
    role = settings.APP_DATABASE_ROLE
    with connections["owner"].cursor() as owner:
        owner.execute(f"REVOKE INSERT ON audit_event FROM {role}")
        try:
            answer = client.get(paper.get_absolute_url())
        finally:
            owner.execute(f"GRANT INSERT ON audit_event TO {role}")
    assert answer.status_code == 503
    assert PDF not in answer.content
    assert client.get(paper.get_absolute_url()).content == PDF


def test_the_list_costs_the_same_for_one_and_three(
    meeting, paper, cast, client_of, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(cast.liaison)
    client.get(meeting.get_absolute_url())
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(meeting.get_absolute_url())
    for _more in range(2):
        attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    with django_assert_num_queries(len(one)):
        client.get(meeting.get_absolute_url())
