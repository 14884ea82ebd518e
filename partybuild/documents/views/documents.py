"""The register, one document, making one, and its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.audit.queries import history_of
from partybuild.documents.composition import Composition
from partybuild.documents.enums import DocumentState
from partybuild.documents.forms import ProxySignForm, RegisterFilterForm, WithdrawForm
from partybuild.documents.models import Delivery, NumberSeries, OfficialDocument
from partybuild.documents.queries import DeliveryLine, deliveries_of, numbers_of
from partybuild.documents.registry import DocumentKind, kind_of
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.rendering.seal import Seal, spelled
from partybuild.documents.services import (
    draft_of,
    issue_document,
    note_download,
    sign_for_document,
    withdraw_document,
)
from partybuild.exchange.downloads import attachment
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import put_on

MOST_SERIES = 100
TYPES = {
    "docx": (
        as_word,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "pdf": (as_pdf, "application/pdf"),
}


def _kind(key: str) -> DocumentKind:
    try:
        return kind_of(key)
    except KeyError:
        raise Http404 from None


def _subject(kind: DocumentKind, uid: UUID, by: Actor) -> Any:
    model: Any = apps.get_model(kind.subject)
    subject = kind.find(model.objects.visible_to(by.scope), uid)
    if subject is None or not kind.is_for(subject, by):
        raise Http404
    return subject


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """The register of documents in sight, the newest first."""
    by = actor_of(request)
    require(by, "document.make")
    form = RegisterFilterForm(own_query(request, RegisterFilterForm))
    rows = OfficialDocument.objects.visible_to(by.scope).select_related("issuer")
    if form.is_valid():
        if form.cleaned_data["kind"]:
            rows = rows.filter(kind=form.cleaned_data["kind"])
        if word := form.cleaned_data["q"]:
            rows = rows.filter(Q(title__icontains=word) | Q(number_text__icontains=word))
    page = keyset_page(rows, order=("-id",), params=request.GET)
    return render(
        request,
        "documents/document_list.html",
        {
            "form": form,
            "page": page,
            "rows": [(row, _name(row.kind)) for row in page.rows],
            "count": rows.count(),
            "is_filtered": any(request.GET.get(name) for name in ("kind", "q")),
            "may_template": may(by, "document.template"),
        },
    )


def _name(key: str) -> str:
    try:
        return str(kind_of(key).name)
    except KeyError:
        return key


@require_GET
def document_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One document: its facts, its files, whether it is in force."""
    by = actor_of(request)
    require(by, "document.make")
    document = _found(by, uid)
    return render(
        request,
        "documents/document_detail.html",
        {
            "document": document,
            "kind_name": _name(document.kind),
            "spelled": spelled(document.code),
            "subject_url": _subject_url(document, by),
            "may_withdraw": document.state == "issued" and _may_issue(document, by),
            "deliveries": (deliveries := deliveries_of(document, by)),
            "signed": sum(line.delivery.signed_at is not None for line in deliveries),
            "answered": sum(
                line.delivery.signed_at is None and not line.waits for line in deliveries
            ),
            "may_proxy": document.state == DocumentState.ISSUED
            and may(by, "document.receive_proxy", document),
            "own_delivery": _own(document, deliveries, by),
            "history": [line.entry() for line in history_of(document, by.scope)],
        },
    )


def _own(document: OfficialDocument, lines: list[DeliveryLine], by: Actor) -> Delivery | None:
    """Return the delivery for which this post may sign now."""
    if document.state != DocumentState.ISSUED or not may(by, "document.receive"):
        return None
    own = (line for line in lines if line.is_own and line.waits)
    return next((line.delivery for line in own), None)


@require_POST
def document_sign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign for a document that came to one's own body."""
    by = actor_of(request)
    require(by, "document.receive")
    document = _found(by, uid)
    delivery = get_object_or_404(
        Delivery.objects.visible_to(by.scope),
        document=document,
        organization=by.organization_id,
    )
    try:
        sign_for_document(delivery, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已签收。"))
    return redirect(document)


@require_http_methods(["GET", "POST"])
def document_sign_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter that a body has received a document, as it said by telephone or on paper."""
    by = actor_of(request)
    delivery: Delivery = get_object_or_404(
        Delivery.objects.visible_to(by.scope).select_related(
            "document__area", "document__issuer", "organization"
        ),
        uid=uid,
    )
    document = delivery.document
    require(by, "document.receive_proxy", target=delivery)
    if delivery.organization_id == by.organization_id:
        return redirect(document)
    form = ProxySignForm(request.POST or None, area=document.area)
    if form.is_valid():
        try:
            sign_for_document(delivery, by=by, channel=form.cleaned_data["channel"])
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已代录%(unit)s的签收。") % {"unit": delivery.organization.called}
            )
            return redirect(document)
    return render(
        request,
        "documents/document_sign_proxy.html",
        {"form": form, "delivery": delivery, "document": document},
        status=422 if form.is_bound else 200,
    )


@require_GET
def number_list(request: HttpRequest) -> HttpResponse:
    """The register of numbers: every series of papers, and what each number of one of them went to.

    Numbers of letters, receipts and forms stand on what they were given to, not here.
    """
    by = actor_of(request)
    require(by, "document.make")
    papers = OfficialDocument.objects.visible_to(by.scope).filter(
        issuer=OuterRef("issuer"), prefix=OuterRef("prefix"), year=OuterRef("year")
    )
    every = list(
        NumberSeries.objects.visible_to(by.scope)
        .filter(Exists(papers.filter(number__isnull=False)))
        .select_related("issuer")
        .order_by("-year", "issuer__sort", "issuer_id", "prefix")[:MOST_SERIES]
    )
    asked = request.GET.get("series", "")
    series = next((each for each in every if str(each.uid) == asked), every[0] if every else None)
    return render(
        request,
        "documents/number_list.html",
        {
            "every": [(each, each == series) for each in every],
            "series": series,
            "lines": numbers_of(series, by.scope) if series else [],
        },
    )


def _found(by: Actor, uid: UUID) -> OfficialDocument:
    document: OfficialDocument = get_object_or_404(
        OfficialDocument.objects.visible_to(by.scope).select_related("issuer", "area"), uid=uid
    )
    return document


def _subject_of(document: OfficialDocument, by: Actor) -> Any:
    model: Any = apps.get_model(document.subject_label)
    return model.objects.visible_to(by.scope).filter(uid=document.subject_uid).first()


def _subject_url(document: OfficialDocument, by: Actor) -> str:
    subject = _subject_of(document, by)
    address = getattr(subject, "get_absolute_url", None)
    return address() if address else ""


def _may_issue(document: OfficialDocument, by: Actor) -> bool:
    subject = _subject_of(document, by)
    try:
        kind = kind_of(document.kind)
    except KeyError:
        return False
    return subject is not None and bool(kind.issue_key) and may(by, kind.issue_key, subject)


@require_POST
def document_issue(request: HttpRequest, key: str, uid: UUID) -> HttpResponse:
    """Issue a document under its number."""
    by = actor_of(request)
    require(by, "document.make")
    kind = _kind(key)
    subject = _subject(kind, uid, by)
    if kind.is_form or not kind.issue_key:
        raise Http404
    require(by, kind.issue_key, subject)
    try:
        document = issue_document(kind, subject, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        address = getattr(subject, "get_absolute_url", None)
        return redirect(address() if address else reverse("documents:document-list"))
    return redirect(document)


@require_http_methods(["GET", "POST"])
def document_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a document out of force, with a reason."""
    by = actor_of(request)
    require(by, "document.make")
    document = _found(by, uid)
    subject = _subject_of(document, by)
    if subject is None:
        raise Http404
    require(by, _kind(document.kind).issue_key, subject)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_document(document, reason=form.cleaned_data["reason"], by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("文书已作废，字号保留在登记簿中。"))
            return redirect(document)
    return render(
        request,
        "documents/document_withdraw.html",
        {"form": form, "document": document},
        status=422 if form.is_bound else 200,
    )


@require_GET
def document_file(request: HttpRequest, uid: UUID, extension: str) -> HttpResponseBase:
    """The file of an issued document, the same for ever."""
    by = actor_of(request)
    require(by, "document.make")
    return file_of(_found(by, uid), extension, by=by)


def file_of(document: OfficialDocument, extension: str, *, by: Actor) -> HttpResponseBase:
    """Draw an issued document for whoever was found to see it, and write down that it is taken."""
    # The configured address, whatever host the request named.
    seal = Seal(document.code, settings.BASE_URL + reverse("documents:verify"))
    answer = _file(document.composition, extension, seal, document.title)
    note_download(document, kind=document.kind, extension=extension, by=by)
    return answer


@require_GET
def document_draft(request: HttpRequest, key: str, uid: UUID, extension: str) -> HttpResponseBase:
    """A form, or a document as it would be today, without number."""
    by = actor_of(request)
    require(by, "document.make")
    kind = _kind(key)
    subject = _subject(kind, uid, by)
    if kind.is_counted:
        if extension not in TYPES:
            raise Http404
        return redirect(kind.address(subject, extension, by))
    composition = draft_of(kind, subject)
    answer = _file(composition, extension, None, composition.title.replace("\n", ""))
    note_download(subject, kind=key, extension=extension, by=by)
    return answer


def _file(
    composition: Composition, extension: str, seal: Seal | None, name: str
) -> HttpResponseBase:
    """Draw a paper; the caller writes down that it is taken before it leaves."""
    if extension not in TYPES:
        raise Http404
    render_as, content_type = TYPES[extension]
    return attachment(
        render_as(composition, seal), name=f"{name}.{extension}", content_type=content_type
    )
