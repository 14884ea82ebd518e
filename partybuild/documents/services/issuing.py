"""Issuing a document under its number, and taking it out of force."""

from __future__ import annotations

import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.documents.composition import Composition, number_on_paper
from partybuild.documents.enums import DocumentState, EventKind
from partybuild.documents.exceptions import (
    AlreadyWithdrawn,
    NotReadyToIssue,
    WithdrawalNeedsAReason,
)
from partybuild.documents.models import Delivery, OfficialDocument
from partybuild.documents.queries.styles import style_of
from partybuild.documents.queries.verification import ALPHABET, subject_of
from partybuild.documents.registry import DocumentKind, Issue, kind_of
from partybuild.documents.services.numbering import take_number
from partybuild.documents.services.receiving import let_signatures_go, owe_signatures

_CODE_LENGTH = 12


def draft_of(kind: DocumentKind, subject: Any) -> Composition:
    """Return the document as it stands today, without number; nothing is written."""
    style = style_of(kind, kind.area(subject), kind.issuer(subject))
    issue = Issue(
        number=kind.own_number(subject), is_draft=not (kind.is_form or kind.is_signed_first)
    )
    return kind.compose(subject, style=style, issue=issue)


@transaction.atomic
def issue_document(kind: DocumentKind, subject: Any, *, by: Actor) -> OfficialDocument:
    """Freeze what a document says under its number; the same text issued again is the same document."""
    if reason := kind.waits_for(subject):
        raise NotReadyToIssue(reason)
    # The subject's row is the lock: two pressing at once issue one edition.
    type(subject)._base_manager.select_for_update(of=("self",)).get(pk=subject.pk)
    issuer, area = kind.issuer(subject), kind.area(subject)
    style = style_of(kind, area, issuer)
    moment = now()
    earlier = OfficialDocument.objects.filter(kind=kind.key, subject_uid=subject.uid)
    standing = earlier.filter(state=DocumentState.ISSUED).order_by("-edition").first()
    if standing is not None:
        same = Issue(number=standing.number_text, day=standing.issued_on, is_draft=False)
        said = kind.compose(subject, style=style, issue=same)
        if digest_of(said.plain()) == standing.digest:
            return standing
    number: int | None = None
    text = kind.own_number(subject)
    if kind.is_numbered and not text:
        # A further edition keeps the number of the first: it is the same document, corrected.
        if standing is not None and standing.number is not None:
            number, text = None, standing.number_text
        elif style.prefix:
            number = take_number(issuer, prefix=style.prefix, year=moment.year)
            text = number_on_paper(style.prefix, moment.year, number)
    issue = Issue(number=text, day=moment.date(), is_draft=False)
    content = kind.compose(subject, style=style, issue=issue)
    plain = content.plain()
    if standing is not None:
        _replace(standing, by=by)
    last = earlier.aggregate(last=Max("edition"))["last"] or 0
    document = OfficialDocument.objects.create(
        kind=kind.key,
        subject_label=subject._meta.label,
        subject_uid=subject.uid,
        edition=last + 1,
        issuer=issuer,
        area=area,
        title=content.title.replace("\n", "")[:300],
        prefix=style.prefix if number is not None else "",
        year=moment.year if number is not None else None,
        number=number,
        number_text=text,
        content=plain,
        digest=digest_of(plain),
        code="".join(secrets.choice(ALPHABET) for _place in range(_CODE_LENGTH)),
        issued_at=moment,
        issued_on=moment.date(),
        issued_by=by.post,
    )
    receivers = {each.pk: each for each in kind.receivers(subject) if each.pk != issuer.pk}
    Delivery.objects.bulk_create(
        Delivery(document=document, organization=organization)
        for organization in receivers.values()
    )
    if kind.asks_signature:
        owe_signatures(document, receivers.values(), by=by)
    record_event(EventKind.ISSUED, target=document, by=by, changes={"number_text": [None, text]})
    return document


def _replace(standing: OfficialDocument, *, by: Actor) -> None:
    """Take the earlier edition out of force: a paper in somebody's hand then says so."""
    reason = _("已由第%(edition)d版替代") % {"edition": standing.edition + 1}
    OfficialDocument.objects.filter(pk=standing.pk).update(
        state=DocumentState.WITHDRAWN, state_reason=reason
    )
    let_signatures_go(standing, reason=reason, by=by)


@transaction.atomic
def withdraw_document(document: OfficialDocument, *, reason: str, by: Actor) -> None:
    """Take a document out of force; it and its number stay in the register."""
    if not reason.strip():
        raise WithdrawalNeedsAReason
    if not OfficialDocument.objects.filter(pk=document.pk, state=DocumentState.ISSUED).update(
        state=DocumentState.WITHDRAWN, state_reason=reason
    ):
        raise AlreadyWithdrawn
    document.refresh_from_db()
    let_signatures_go(document, reason=reason, by=by)
    record_event(EventKind.WITHDRAWN, target=document, by=by, reason=reason)
    subject = subject_of(document)
    if subject is not None:
        kind_of(document.kind).withdrawn(subject, reason=reason, by=by)


def digest_of(content: dict[str, Any]) -> str:
    """Return the SM3 of a document's content, 64 hex digits."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())
    return digest.finalize().hex()
