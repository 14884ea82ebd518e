"""Taking a paper away is written down; where it cannot be, nothing leaves (T33)."""

from __future__ import annotations

import pytest
from django.db import connections
from django.urls import reverse

from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.documents.registry import kind_of
from partybuild.documents.services import issue_document
from tests.factories.core import SYSTEM

MINUTES = "meeting.minutes"


@pytest.fixture
def document(minutes):
    """The minutes as a paper."""
    return issue_document(kind_of(MINUTES), minutes, by=SYSTEM)


def taken(uid) -> list[dict]:
    """Return what was written down about taking a row's papers."""
    found = Event.objects.filter(kind=EventKind.DOWNLOADED, object_uid=uid)
    return [event.changes for event in found]


def test_taking_an_issued_paper_is_one_event(document, cast, client_of):
    client = client_of(cast.liaison)
    client.get(reverse("documents:document-file", args=(document.uid, "pdf")))
    assert taken(document.uid) == [{"document": [None, MINUTES], "file": [None, "pdf"]}]
    event = Event.objects.get(kind=EventKind.DOWNLOADED)
    assert event.person_id == cast.liaison.person_id
    assert event.appointment_id == cast.liaison.pk


def test_taking_a_form_is_one_event_on_its_record(held, cast, client_of):
    client_of(cast.secretary).get(
        reverse("documents:document-draft", args=("meeting.sign_in", held.uid, "docx"))
    )
    assert taken(held.uid) == [{"document": [None, "meeting.sign_in"], "file": [None, "docx"]}]


def test_what_is_refused_is_not_taken(document, minutes, cast, client_of):
    client = client_of(cast.outsider)
    for name, args in (
        ("document-file", (document.uid, "pdf")),
        ("document-draft", (MINUTES, minutes.uid, "pdf")),
    ):
        assert client.get(reverse(f"documents:{name}", args=args)).status_code == 404
    unknown = reverse("documents:document-file", args=(document.uid, "exe"))
    assert client_of(cast.secretary).get(unknown).status_code == 404
    assert not Event.objects.filter(kind=EventKind.DOWNLOADED).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_when_its_event_cannot_be_written(document, held, cast, client_of, settings):
    client = client_of(cast.secretary)
    addresses = (
        reverse("documents:document-file", args=(document.uid, "docx")),
        reverse("documents:document-draft", args=("meeting.sign_in", held.uid, "docx")),
    )
    role = settings.APP_DATABASE_ROLE
    with connections["owner"].cursor() as owner:
        owner.execute(f"REVOKE INSERT ON audit_event FROM {role}")
        try:
            answers = [client.get(address) for address in addresses]
        finally:
            owner.execute(f"GRANT INSERT ON audit_event TO {role}")
    assert [answer.status_code for answer in answers] == [503, 503]
    assert not any(answer.content.startswith(b"PK") for answer in answers)
    # The control: with the right to write, both leave.
    assert [client.get(address).status_code for address in addresses] == [200, 200]
