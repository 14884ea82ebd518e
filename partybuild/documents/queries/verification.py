"""Is this paper real? Answered to anybody who has its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    try:
        kind = str(kind_of(document.kind).name)
    except KeyError:
        kind = document.kind
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
    )
