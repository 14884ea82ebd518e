"""Is this paper real? Answered to anybody who has its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps

from partybuild.documents.models import Attachment, OfficialDocument
from partybuild.documents.registry import kind_of

SIGNED_COPY = "document.signed_copy"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Verified:
    """What the verification page says: no names of persons, no text."""

    kind: str
    title: str
    number: str
    issuer: str
    issued_on: date
    is_valid: bool
    edition: int
    # The edition that stands now and its day, where this one was replaced.
    newer_edition: int | None
    newer_on: date | None
    # The scan of the signed copy is on file; the file itself is for those who see the document.
    has_signed_copy: bool
    # What the kind adds, so that a forged figure or name shows: (label, value), masked.
    facts: tuple[tuple[Any, str], ...] = ()


def subject_of(document: OfficialDocument) -> Any:
    """Return the row that a document is about; None where its app or row is gone."""
    try:
        model: Any = apps.get_model(document.subject_label)
    except LookupError:
        return None
    return model._base_manager.filter(uid=document.subject_uid).first()


def verify(code: str) -> Verified | None:
    """Return what is known about a code; None where there is no such document."""
    plain = "".join(each for each in code.upper() if each in ALPHABET)
    document = OfficialDocument.objects.select_related("issuer").filter(code=plain).first()
    if document is None:
        return None
    newer = (
        OfficialDocument.objects.filter(
            kind=document.kind,
            subject_uid=document.subject_uid,
            edition__gt=document.edition,
            state="issued",
        )
        .order_by("-edition")
        .first()
    )
    facts: tuple[tuple[Any, str], ...] = ()
    try:
        declared = kind_of(document.kind)
    except KeyError:
        kind = document.kind
    else:
        kind = str(declared.name)
        subject = subject_of(document)
        # An earlier edition said something else.
        if subject is not None and newer is None:
            facts = tuple(declared.verified(subject))
    return Verified(
        kind=kind,
        title=document.title,
        number=document.number_text,
        issuer=document.issuer.name,
        issued_on=document.issued_on,
        is_valid=document.state == "issued",
        edition=document.edition,
        newer_edition=newer.edition if newer else None,
        newer_on=newer.issued_on if newer else None,
        has_signed_copy=Attachment.objects.filter(
            kind=SIGNED_COPY, subject_uid=document.uid, ended_at=None
        ).exists(),
        facts=facts,
    )
