"""Party organizations: the list, one of them, registering and correcting."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from partybuild.access import Actor, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import Appointment
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization
from partybuild.organizations.services import change_organization, create_party_organization
from partybuild.portal.forms.settings import NewOrganizationForm, OrganizationForm


def _find(by: Actor, uid: UUID) -> Organization:
    body: Organization = get_object_or_404(
        Organization.objects.visible_to(by.scope)
        .filter(kind="party")
        .select_related("area", "parent", "party_organization__leads_area"),
        uid=uid,
    )
    return body


@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    """List the Party organizations in sight, along 条."""
    by = actor_of(request)
    require(by, "organization.view")
    rows = (
        Organization.objects.visible_to(by.scope)
        .filter(kind="party")
        .select_related("area", "party_organization")
    )
    words = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(short_name__icontains=words))
    page = keyset_page(rows, order=("path", "id"), params=request.GET)
    return render(
        request,
        "organizations/organization_list.html",
        {
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "words": words,
            "may_change": by.scope.is_area and may(by, "organization.change"),
        },
    )


@require_GET
def organization_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a Party organization, who holds its posts, and what was done."""
    by = actor_of(request)
    body = _find(by, uid)
    posts = (
        Appointment.objects.visible_to(by.scope)
        .filter(organization=body)
        .current(today())
        .select_related("person")
    )
    return render(
        request,
        "organizations/organization_detail.html",
        {
            "body": body,
            "posts": posts,
            "children": Organization.objects.visible_to(by.scope)
            .filter(parent=body, valid_to=None)
            .order_by("sort", "id"),
            "may_change": body.is_current and may(by, "organization.change", body),
            "history": [line.entry() for line in history_of(body, by.scope, limit=20)]
            if may(by, "history.view", body)
            else [],
        },
    )


@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    """Register a Party organization, such as a unit's branch or a joint branch."""
    by = actor_of(request)
    require(by, "organization.change")
    if not by.scope.is_area:
        # The line gives a unit its own body; a new one stands in the area, which is not the unit's.
        raise Refused("organization.change")
    form = NewOrganizationForm(request.POST or None, by=by)
    if form.is_valid():
        try:
            party = create_party_organization(by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已登记：%(name)s。") % {"name": party})
            return redirect("organizations:organization-detail", party.uid)
    return render(
        request,
        "organizations/organization_form.html",
        {"form": form, "body": None},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def organization_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct a Party organization's names and contacts."""
    by = actor_of(request)
    body = _find(by, uid)
    require(by, "organization.change", body)
    initial = {name: getattr(body, name) for name in OrganizationForm.base_fields}
    form = OrganizationForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            change_organization(body, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("organizations:organization-detail", body.uid)
    return render(
        request,
        "organizations/organization_form.html",
        {"form": form, "body": body},
        status=422 if form.is_bound else 200,
    )
