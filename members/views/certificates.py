"""Certificates of volunteer service: asked for, checked, issued, taken along."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.documents.certificates import with_whole_number
from members.enums import CertificateState
from members.forms.certificates import (
    CertificateFilterForm,
    CertificateForm,
    DeclineCertificateForm,
    IssueCertificateForm,
    PrepareCertificateForm,
    ProxyCertificateForm,
    ReturnCertificateForm,
)
from members.models import PartyMember, ServiceCertificate
from members.queries.certificates import (
    PAPER,
    communities_served,
    hours_in,
    is_same_human,
    last_volunteer_number,
    lines_on,
    paper_of,
    span_of_service,
)
from members.services.certificates import (
    ask_certificate,
    cancel_certificate,
    decline_certificate,
    issue_certificate,
    prepare_certificate,
    return_certificate,
)
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.rendering.seal import Seal
from partybuild.documents.services import note_download
from partybuild.documents.views.documents import TYPES
from partybuild.exchange.downloads import attachment
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import area_of


@require_GET
def certificate_list(request: HttpRequest) -> HttpResponse:
    """A community sees those asked of it, what waits first; a member their own."""
    by = actor_of(request)
    require(by, "certificate.view")
    form = CertificateFilterForm(request.GET)
    form.is_valid()
    rows = ServiceCertificate.objects.visible_to(by.scope).select_related("community")
    state = form.cleaned_data.get("state")
    page = keyset_page(
        rows.filter(state=state) if state else rows, order=("-id",), params=request.GET
    )
    return render(
        request,
        "members/certificate_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "waiting": rows.waiting().count() if may(by, "certificate.prepare") else 0,
            "prepared": rows.prepared().count() if may(by, "certificate.issue") else 0,
            "may_ask": may(by, "certificate.ask"),
            "is_area": by.scope.is_area,
            "is_narrowed": bool(state),
            "to_print": rows.filter(state=CertificateState.ISSUED).count()
            if state in {"", None, CertificateState.ISSUED} and may(by, "certificate.prepare")
            else 0,
        },
    )


def _initial(member: PartyMember, communities: QuerySet[Any]) -> dict[str, Any]:
    initial: dict[str, Any] = {"volunteer_number": last_volunteer_number(member)}
    if communities:
        initial["community"] = communities[0]
        span = span_of_service(member, communities[0])
        if span is not None:
            initial["since"], initial["until"] = span
    return initial


@require_http_methods(["GET", "POST"])
def certificate_ask(request: HttpRequest) -> HttpResponse:
    """A member asks: which community and days are filled in already."""
    by = actor_of(request)
    require(by, "certificate.ask")
    member = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person"), person=by.person_id
    )
    communities = communities_served(member)
    form = CertificateForm(
        request.POST or None, communities=communities, initial=_initial(member, communities)
    )
    return _asked(request, by, member, communities, form)


@require_http_methods(["GET", "POST"])
def certificate_ask_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community writes down a wish that came by telephone, chat, paper or in person."""
    by = actor_of(request)
    member = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person"), uid=uid
    )
    require(by, "certificate.ask_proxy", member)
    area = area_of(by)
    if area is None:
        raise Http404
    communities = communities_served(member).filter(path__gte=area.path, path__lt=f"{area.path}~")
    form = ProxyCertificateForm(
        request.POST or None,
        communities=communities,
        area=area,
        initial=_initial(member, communities),
    )
    return _asked(request, by, member, communities, form)


def _asked(
    request: HttpRequest,
    by: Actor,
    member: PartyMember,
    communities: QuerySet[Any],
    form: CertificateForm,
) -> HttpResponse:
    if form.is_valid():
        try:
            certificate = ask_certificate(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已提交申请，社区核对服务记录后由负责人签发。"))
            return redirect(certificate)
    return render(
        request,
        "members/certificate_form.html",
        {
            "form": form,
            "member": member,
            "communities": communities,
            "is_own": by.scope.column == "member",
            "has_number": member.person.has_id_number,
        },
        status=422 if form.is_bound else 200,
    )


def _find(by: Actor, uid: UUID) -> ServiceCertificate:
    certificate: ServiceCertificate = get_object_or_404(
        ServiceCertificate.objects.visible_to(by.scope).select_related(
            "community", "issuer", "member__person", "handler"
        ),
        uid=uid,
    )
    return certificate


def _page(
    request: HttpRequest, by: Actor, certificate: ServiceCertificate, failed: Form | None = None
) -> HttpResponse:
    person = certificate.member.person
    is_about_me = is_same_human(by.person_id, person)
    is_asked = certificate.state == CertificateState.ASKED
    is_prepared = certificate.state == CertificateState.PREPARED
    may_prepare = by.scope.is_area and may(by, "certificate.prepare", certificate)
    may_issue = by.scope.is_area and may(by, "certificate.issue", certificate)
    lines = lines_on(certificate)

    def form(kind: type[Form], **initial: Any) -> Form:
        return failed if isinstance(failed, kind) else kind(initial=initial)

    return render(
        request,
        "members/certificate_detail.html",
        {
            "certificate": certificate,
            "lines": lines,
            "times": len(lines),
            "hours": hours_in(lines),
            "steps": _steps(certificate),
            "is_own": by.scope.column == "member",
            "is_about_me": is_about_me,
            "has_number": person.has_id_number,
            "channel": word(certificate.community, "proxy.channel", certificate.channel)
            if certificate.channel
            else "",
            "may_cancel": certificate.is_open and may(by, "certificate.ask", certificate),
            "prepare_form": form(
                PrepareCertificateForm,
                handler_name=by.name,
                handler_phone=certificate.issuer.contact_phone,
                volunteer_number=certificate.volunteer_number,
            )
            if may_prepare and is_asked and not is_about_me
            else None,
            "issue_form": form(IssueCertificateForm, responsible_name=by.name)
            if may_issue and is_prepared and not is_about_me
            else None,
            "is_handler": is_same_human(by.person_id, certificate.handler),
            # Who checks cannot issue: who could do both hears it before the press.
            "may_issue": may_issue,
            "return_form": form(ReturnCertificateForm)
            if may_issue and is_prepared and not is_about_me
            else None,
            "decline_form": form(DeclineCertificateForm)
            if may_prepare and certificate.is_open and not is_about_me
            else None,
            "may_copy": by.scope.column == "member"
            and certificate.state == CertificateState.ISSUED
            and may(by, "document.make"),
            "history": [
                line.entry()
                for line in history_of(certificate, by.scope)
                if line.kind != "notice.created"  # each step tells somebody: one act, one line
            ],
        },
        status=422 if failed is not None else 200,
    )


def _steps(certificate: ServiceCertificate) -> list[dict[str, str]]:
    order = [
        (CertificateState.ASKED, _("社区核对记录")),
        (CertificateState.PREPARED, _("负责人签发")),
        (CertificateState.ISSUED, _("已出具")),
    ]
    states = [state for state, _label in order]
    at = states.index(CertificateState(certificate.state)) if certificate.state in states else -1
    if certificate.state == CertificateState.ISSUED:
        at = len(order)
    steps = [{"label": _("提出申请"), "state": "done", "note": ""}]
    for number, (_state, label) in enumerate(order):
        word_of = "done" if number < at else "current" if number == at else "todo"
        steps.append({"label": label, "state": word_of if at >= 0 else "skipped", "note": ""})
    return steps


@require_GET
def certificate_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One certificate: the records it is about, and the next step."""
    by = actor_of(request)
    require(by, "certificate.view")
    return _page(request, by, _find(by, uid))


@require_POST
def certificate_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The member takes the wish back."""
    by = actor_of(request)
    certificate = _find(by, uid)
    require(by, "certificate.ask", certificate)
    try:
        cancel_certificate(certificate, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回申请。"))
    return redirect(certificate)


@require_POST
def certificate_prepare(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The records are right: the one responsible looks next."""
    by = actor_of(request)
    certificate = _find(by, uid)
    require(by, "certificate.prepare", certificate)
    form = PrepareCertificateForm(request.POST)
    if goes_through(form, prepare_certificate, certificate, by=by):
        messages.success(request, _("已核对，等负责人复核签发。"))
        return redirect(certificate)
    return _page(request, by, certificate, form)


@require_POST
def certificate_issue(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The second look, the number, the paper."""
    by = actor_of(request)
    certificate = _find(by, uid)
    require(by, "certificate.issue", certificate)
    form = IssueCertificateForm(request.POST)
    if goes_through(form, issue_certificate, certificate, by=by):
        messages.success(request, _("已签发，编号%(number)s。") % {"number": certificate.number})
        return redirect(certificate)
    return _page(request, by, certificate, form)


@require_POST
def certificate_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The second look found something."""
    by = actor_of(request)
    certificate = _find(by, uid)
    require(by, "certificate.issue", certificate)
    form = ReturnCertificateForm(request.POST)
    if goes_through(form, return_certificate, certificate, by=by):
        messages.success(request, _("已退回经办人重新核对。"))
        return redirect(certificate)
    return _page(request, by, certificate, form)


@require_POST
def certificate_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """There is none, and the member hears why."""
    by = actor_of(request)
    certificate = _find(by, uid)
    require(by, "certificate.prepare", certificate)
    form = DeclineCertificateForm(request.POST)
    if goes_through(form, decline_certificate, certificate, by=by):
        messages.success(request, _("已答复本人不予出具的原因。"))
        return redirect(certificate)
    return _page(request, by, certificate, form)


@require_GET
def certificate_copy(request: HttpRequest, uid: UUID, extension: str) -> HttpResponseBase:
    """The member's own copy: the only one that carries the whole ID number."""
    by = actor_of(request)
    require(by, "certificate.view")
    certificate = _find(by, uid)
    if by.scope.column != "member" or extension not in TYPES:
        raise Http404
    require(by, "document.make")
    document = paper_of(certificate)
    if document is None:
        raise Http404
    seal = Seal(document.code, settings.BASE_URL + reverse("documents:verify"))
    drawn = as_pdf if extension == "pdf" else as_word
    content = drawn(with_whole_number(document.composition, certificate), seal)
    note_download(certificate, kind=PAPER, extension=extension, by=by)
    return attachment(
        content,
        name=f"{document.title}{document.number_text}.{extension}",
        content_type=TYPES[extension][1],
    )
