"""The papers of a whole list as one file: letters of a branch, feedback of a period, certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members.enums import CertificateState, FeedbackState
from members.forms.certificates import CertificateFilterForm
from members.forms.feedback import FeedbackFilterForm
from members.forms.letters import LetterFilterForm
from members.models import ServiceCertificate
from members.views.feedback import narrowed_feedbacks
from members.views.letters import letters_to_print, narrowed_letters
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.documents.composition import Composition
from partybuild.documents.enums import DocumentState
from partybuild.documents.models import OfficialDocument
from partybuild.documents.registry import kind_of
from partybuild.documents.rendering import as_one_pdf
from partybuild.documents.rendering.seal import Seal
from partybuild.documents.services import draft_of, note_download
from partybuild.exchange.downloads import attachment

# As many as are drawn while somebody waits.
MOST = 60


def _forms(
    request: HttpRequest, rows: Any, *, kind_key: str, back: str, name: str
) -> HttpResponseBase:
    """Draw a form about each row; each taking is written down on the row it is about."""
    by = actor_of(request)
    kind = kind_of(kind_key)
    found = list(rows.select_related(*kind.select_related)[: MOST + 1])
    if refusal := _too(found):
        return _back(request, back, refusal)
    subjects = [row for row in found if kind.is_for(row, by)]
    return _file(
        [(draft_of(kind, subject), None) for subject in subjects],
        subjects,
        kind_key=kind_key,
        name=name,
        by=by,
    )


def _too(found: Sequence[Any]) -> str:
    """Return why these are not printed together: none, or more than one sits and waits for."""
    if not found:
        return _("按现在的条件没有可以打印的，请换一个条件。")
    if len(found) > MOST:
        return _("一次最多打印%(most)d份。请用条件缩小范围，分几次打印。") % {"most": MOST}
    return ""


def _back(request: HttpRequest, back: str, refusal: str) -> HttpResponseBase:
    messages.warning(request, refusal)
    query = request.GET.urlencode()
    return redirect(reverse(back) + (f"?{query}" if query else ""))


def _file(
    papers: Sequence[tuple[Composition, Seal | None]],
    targets: Sequence[Any],
    *,
    kind_key: str,
    name: str,
    by: Actor,
) -> HttpResponseBase:
    content = as_one_pdf(papers)
    for target in targets:
        note_download(target, kind=kind_key, extension="pdf", by=by)
    return attachment(
        content, name=f"{name}（{len(papers)}份）.pdf", content_type="application/pdf"
    )


@require_GET
def letters_print(request: HttpRequest) -> HttpResponseBase:
    """The letters of the list's filters, one to a sheet in the order of branches: to cut and hand over."""
    by = actor_of(request)
    require(by, "report_in.letter")
    require(by, "document.make")
    form = LetterFilterForm(request.GET, by=by)
    rows = letters_to_print(narrowed_letters(form, by), form)
    return _forms(
        request,
        rows.order_by("branch__organization__sort", "branch", "member__person__sort", "pk"),
        kind_key="letter.paper",
        back="members:letter-list",
        name=_("组织推荐信"),
    )


@require_GET
def feedbacks_print(request: HttpRequest) -> HttpResponseBase:
    """The feedback forms of the list's filters, unit by unit."""
    by = actor_of(request)
    require(by, "feedback.view")
    require(by, "document.make")
    form = FeedbackFilterForm(request.GET, by=by)
    rows = narrowed_feedbacks(form, by).exclude(state=FeedbackState.DRAFT)
    return _forms(
        request,
        rows.order_by("-period", "unit__sort", "unit", "member__person__sort", "pk"),
        kind_key="feedback.sheet",
        back="members:feedback-list",
        name=_("在职党员活动情况反馈表"),
    )


@require_GET
def certificates_print(request: HttpRequest) -> HttpResponseBase:
    """The issued certificates, as they stand in the register: with number, code and QR picture."""
    by = actor_of(request)
    require(by, "certificate.view")
    require(by, "document.make")
    kind = kind_of("service.certificate")
    form = CertificateFilterForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    rows = ServiceCertificate.objects.visible_to(by.scope).select_related(*kind.select_related)
    if values.get("state", "") not in {"", CertificateState.ISSUED}:
        rows = rows.none()
    rows = rows.filter(state=CertificateState.ISSUED).order_by("-id")
    subjects = [row for row in rows[: MOST + 1] if kind.is_for(row, by)]
    documents = list(
        OfficialDocument.objects.visible_to(by.scope)
        .filter(
            kind=kind.key,
            subject_uid__in=[row.uid for row in subjects],
            state=DocumentState.ISSUED,
        )
        .order_by("-id")
    )
    if refusal := _too(documents):
        return _back(request, "members:certificate-list", refusal)
    verify = settings.BASE_URL + reverse("documents:verify")
    return _file(
        [(document.composition, Seal(document.code, verify)) for document in documents],
        documents,
        kind_key=kind.key,
        name=_("志愿服务记录证明"),
        by=by,
    )
