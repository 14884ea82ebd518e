"""The register, the panel and the page of those who hold a paper."""

from __future__ import annotations

import io
import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from docx import Document

from partybuild.audit.models import Event
from partybuild.documents.models import OfficialDocument
from partybuild.documents.registry import kind_of
from partybuild.documents.services import issue_document, withdraw_document
from partybuild.documents.views.verification import MOST_PER_HOUR
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_meeting, make_notified

MINUTES = "meeting.minutes"


@pytest.fixture
def document(minutes):
    """The minutes as a paper."""
    return issue_document(kind_of(MINUTES), minutes, by=SYSTEM)


def test_minutes_signed_are_a_paper_and_pressing_again_is_the_same_one(minutes, cast, client_of):
    client = client_of(cast.secretary)
    page = client.get(reverse("meetings:minutes-detail", args=(minutes.meeting.uid,)))
    # Signing them has made it.
    assert "重新生成" in page.content.decode()
    made = client.act(reverse("documents:document-issue", args=(MINUTES, minutes.uid)))
    document = OfficialDocument.objects.get()
    assert made["Location"] == document.get_absolute_url()
    assert Event.objects.filter(kind="document.issued", object_uid=document.uid).count() == 1
    for extension, first in (("pdf", b"%PDF"), ("docx", b"PK")):
        file = client.get(reverse("documents:document-file", args=(document.uid, extension)))
        assert file.content.startswith(first)
        assert file["Content-Disposition"].startswith("attachment")


def test_a_unit_reads_the_paper_and_issues_none(minutes, document, cast, client_of):
    client = client_of(cast.liaison)
    assert client.get(document.get_absolute_url()).status_code == 200
    assert (
        client.get(reverse("documents:document-file", args=(document.uid, "pdf"))).status_code
        == 200
    )
    refused = client.act(reverse("documents:document-issue", args=(MINUTES, minutes.uid)))
    assert refused.status_code == 403
    withdrawn = client.act(
        reverse("documents:document-withdraw", args=(document.uid,)), {"reason": "x"}
    )
    assert withdrawn.status_code == 403
    document.refresh_from_db()
    assert document.state == "issued"


@pytest.mark.parametrize("post", ["outsider", "other_liaison", "sibling_secretary"])
def test_others_find_nothing(minutes, document, cast, client_of, post):
    client = client_of(getattr(cast, post))
    for name, args in (
        ("document-detail", (document.uid,)),
        ("document-file", (document.uid, "pdf")),
        ("document-draft", (MINUTES, minutes.uid, "pdf")),
        ("document-withdraw", (document.uid,)),
    ):
        assert client.get(reverse(f"documents:{name}", args=args)).status_code == 404, name
    assert document.title not in client.get(reverse("documents:document-list")).content.decode()


def test_a_draft_is_nobodys_but_its_writers(held, cast, client_of):
    from meetings.services import save_minutes

    draft = save_minutes(held, text="还没有定稿", version=0, by=SYSTEM)
    address = reverse("documents:document-draft", args=(MINUTES, draft.uid, "docx"))
    assert client_of(cast.secretary).get(address).status_code == 200
    assert client_of(cast.liaison).get(address).status_code == 404


def test_the_sheet_to_sign_is_the_conveners(council, cast, client_of):
    meeting = make_notified(council)
    address = reverse("documents:document-draft", args=("meeting.sign_in", meeting.uid, "pdf"))
    assert client_of(cast.worker).get(address).status_code == 200
    assert client_of(cast.liaison).get(address).status_code == 404


def test_what_is_not_ready_says_what_is_missing(council, cast, client_of):
    meeting = make_meeting(council)
    client = client_of(cast.secretary)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "发出会议通知后才能生成正式文书。" in page
    answer = client.act(
        reverse("documents:document-issue", args=("meeting.notice", meeting.uid)), follow=True
    )
    assert "发出会议通知后才能生成正式文书。" in answer.content.decode()
    assert not OfficialDocument.objects.exists()


@pytest.mark.parametrize(
    ("name", "args"),
    [("document-draft", ("no.such", "pdf")), ("document-draft", (MINUTES, "exe"))],
)
def test_unknown_kinds_and_types_are_not_found(minutes, cast, client_of, name, args):
    address = reverse(f"documents:{name}", args=(args[0], minutes.uid, args[1]))
    assert client_of(cast.secretary).get(address).status_code == 404


def test_withdrawing_asks_for_a_reason(document, cast, client_of):
    client = client_of(cast.secretary)
    address = reverse("documents:document-withdraw", args=(document.uid,))
    assert client.act(address, {"reason": ""}).status_code == 422
    assert client.act(address, {"reason": "印错了一行"}).status_code == 302
    assert "印错了一行" in client.get(document.get_absolute_url()).content.decode()


def test_the_register_narrows(document, minutes, council, cast, client_of):
    issue_document(kind_of("meeting.notice"), make_notified(council), by=SYSTEM)
    client = client_of(cast.secretary)
    page = client.get(reverse("documents:document-list"), {"kind": MINUTES}).content.decode()
    assert document.get_absolute_url() in page
    assert page.count("<tr>") == 2
    nothing = client.get(reverse("documents:document-list"), {"q": "没有这样的"}).content.decode()
    assert "没有符合条件的文书" in nothing


def test_anybody_with_the_code_sees_no_more_than_the_facts(document, client):
    page = client.get(reverse("documents:verify"), {"code": document.code}).content.decode()
    assert "核验一致：文书有效" in page
    assert document.number_text in page
    assert "社区书记甲" not in page
    assert "充电" not in page
    withdraw_document(document, reason="印错", by=SYSTEM)
    page = client.get(reverse("documents:verify"), {"code": document.code}).content.decode()
    assert "这份文书已作废" in page
    assert "印错" not in page
    assert "没有查到" in client.get(reverse("documents:verify"), {"code": "x"}).content.decode()


def test_codes_cannot_be_tried_by_the_thousand(client, db):
    cache.clear()
    address = reverse("documents:verify")
    for _turn in range(MOST_PER_HOUR):
        assert client.get(address, {"code": "AAAA"}).status_code == 200
    assert client.get(address, {"code": "AAAA"}).status_code == 429


def test_the_street_sets_how_its_communities_write(cast, client_of, council):
    client = client_of(cast.street_staff)
    page = client.get(reverse("documents:style-list"))
    assert page.status_code == 200
    saved = client.act(
        reverse("documents:style-change", args=("meeting.notice",)),
        {"mark": "{发文机关}文件", "prefix": "{简称}", "is_sealed": "on"},
    )
    assert saved.status_code == 302
    paper = issue_document(kind_of("meeting.notice"), make_notified(council), by=SYSTEM)
    assert paper.number_text == f"{cast.committee.called}〔2026〕1号"
    assert paper.composition.mark == f"{cast.committee.name}文件"
    assert client_of(cast.secretary).get(reverse("documents:style-list")).status_code == 403


def test_the_paper_leads_to_the_configured_address(document, cast, client_of, settings):
    settings.ALLOWED_HOSTS = ["*"]
    file = client_of(cast.secretary).get(
        reverse("documents:document-file", args=(document.uid, "docx")), headers={"host": "evil.cn"}
    )
    text = "".join(p.text for p in Document(io.BytesIO(file.content)).paragraphs)
    assert f"{settings.BASE_URL}/documents/verify/" in text
    assert "evil" not in text


def test_a_file_name_holds_no_line_breaks(document, cast, client_of):
    file = client_of(cast.secretary).get(
        reverse("documents:document-file", args=(document.uid, "pdf"))
    )
    assert re.fullmatch(
        r"attachment; filename=\"download\.pdf\"; filename\*=UTF-8''[%\w.-]+",
        file["Content-Disposition"],
    )
