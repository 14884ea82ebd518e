"""Offices: who holds what, appointing, ending, handing over."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, Role, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.forms.appointments import (
    AppointForm,
    AppointmentFilter,
    BodyFilter,
    EndForm,
    HandOverForm,
    TermForm,
)
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.queries.holders import (
    ORDER,
    account_state,
    in_order,
    term_state,
    vacancies,
)
from partybuild.accounts.queries.ranks import grantable_roles, stands_above, stands_above_person
from partybuild.accounts.services import (
    appoint,
    end_appointment,
    hand_over_to,
    open_holders_account,
    postpone_end,
)
from partybuild.accounts.services.appointments import NEVER_VACANT
from partybuild.accounts.step_up import require_step_up_of_administrators
from partybuild.accounts.unfinished import unfinished_of
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.models import Organization

# A chooser is searched, not scrolled.
MOST_FOUND = 30
ADMINISTRATORS = "administrators"


def _find(request: HttpRequest, uid: uuid.UUID) -> Appointment:
    by = actor_of(request)
    appointment: Appointment = get_object_or_404(
        Appointment.objects.visible_to(by.scope).select_related(
            "organization__area", "person__user", "successor__person"
        ),
        uid=uid,
    )
    return appointment


def _may_end(by: Actor, appointment: Appointment) -> bool:
    return (
        term_state(appointment).word not in {_("已终止"), _("组织已撤销")}
        and appointment.person_id != by.person_id
        and stands_above(by, appointment.role, appointment.organization)
        and may(by, "appointment.grant", appointment)
    )


def _account_of(appointment: Appointment) -> User | None:
    return getattr(appointment.person, "user", None)


@require_GET
def appointment_list(request: HttpRequest) -> HttpResponse:
    """List the offices in sight, area by area and body by body."""
    by = actor_of(request)
    require(by, "appointment.view")
    rows = Appointment.objects.visible_to(by.scope)
    form = AppointmentFilter(request.GET, roles=_roles_seen(by), auto_id="filter_%s")
    found, day = form.narrow(rows), today()
    page = keyset_page(
        in_order(found.select_related("organization__area", "person__user")),
        order=ORDER,
        params=request.GET,
    )
    body = None
    if form.is_valid() and form.cleaned_data["organization"]:
        body = _bodies(by).filter(uid=form.cleaned_data["organization"]).first()
    return render(
        request,
        "accounts/appointment_list.html",
        {
            "form": form,
            "count": found.count(),
            "page": page,
            "body": body,
            "lines": [
                {
                    "appointment": each,
                    "state": term_state(each, day),
                    "account": account_state(_account_of(each)),
                }
                for each in page.rows
            ],
            "grant_url": _grant_url(by, body),
            "import_url": import_url(by),
            "accounts_url": reverse("accounts:user-list")
            if may(by, "account.create") or may(by, "account.disable")
            else "",
            "vacancies": vacancies()
            if by.scope.column in {"system_admin", "security_admin"}
            else [],
        },
    )


def _grant_url(by: Actor, body: Organization | None) -> str:
    """Return where to appoint somebody, at the body that is looked at; "" for who may not."""
    if not may(by, "appointment.grant"):
        return ""
    url = reverse("accounts:appointment-create")
    if body is None:
        return url
    return f"{url}?organization={body.uid}" if grantable_roles(by, body) else ""


def import_url(by: Actor) -> str:
    """Return where a sheet of offices is uploaded; "" for who may not or where no sheet is declared."""
    if not (may(by, "import.rows") and may(by, "appointment.grant")):
        return ""
    try:
        return reverse("exchange:import-upload", args=("appointments",))
    except NoReverseMatch:
        return ""


def _roles_seen(by: Actor) -> list[str]:
    roles = [str(role) for role in Role if role not in {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}]
    if by.scope.is_unit:
        return [Role.UNIT_SECRETARY, Role.UNIT_LIAISON, Role.MEMBER]
    if by.scope.is_area:
        return roles[3:]
    return roles


@require_GET
def appointment_detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show an office: holder, term, what was done; end it, hand it over, see what it sees."""
    by = actor_of(request)
    require(by, "appointment.view")
    appointment = _find(request, uid)
    others = (
        Appointment.objects.visible_to(by.scope)
        .filter(person=appointment.person_id)
        .exclude(pk=appointment.pk)
        .select_related("organization")
        .order_by("-starts_on", "-id")[:20]
    )
    user = _account_of(appointment)
    return render(
        request,
        "accounts/appointment_detail.html",
        {
            "appointment": appointment,
            "state": term_state(appointment),
            "account": user,
            "account_state": account_state(user),
            "may_see_account": user is not None
            and (may(by, "account.create", user) or may(by, "account.disable", user)),
            "may_open": user is None
            and may(by, "account.create")
            and (stands_above_person(by, appointment.person) or by.scope.role == Role.SYSTEM_ADMIN),
            "may_end": _may_end(by, appointment),
            "may_hand_over": _may_end(by, appointment) and appointment.organization_id is not None,
            "may_preview": may(by, "access.preview", appointment),
            "others": [{"appointment": each, "state": term_state(each)} for each in others],
            "history": [line.entry() for line in history_of(appointment, by.scope, limit=20)],
        },
    )


def _bodies(by: Actor) -> Any:
    """Return the bodies that hold offices and lie in reach."""
    return (
        Organization.objects.reached(by.scope, "appointment.grant")
        .current()
        .filter(
            Q(kind="unit")
            | Q(party_organization__leads_area__isnull=False, party_organization__is_current=True)
        )
        .select_related("area")
    )


@require_http_methods(["GET", "POST"])
def appointment_create(request: HttpRequest) -> HttpResponse:
    """Appoint somebody by name and phone; their account is opened with it."""
    by = actor_of(request)
    require(by, "appointment.grant")
    require_step_up_of_administrators(request)
    chosen = request.POST.get("organization") or request.GET.get("organization") or ""
    if not chosen and by.scope.is_unit:
        chosen = str(_bodies(by).get().uid)
    if not chosen:
        return _choose_body(request, by)
    body = None if chosen == ADMINISTRATORS else _body(by, chosen)
    roles = [role for role in grantable_roles(by, body) if role != Role.MEMBER]
    if not roles:
        # A body in sight whose offices are not below, or administrators for who is none.
        raise Http404
    form = AppointForm(
        request.POST or None,
        roles=roles,
        needs_reason=by.scope.cell("appointment.grant").needs_reason,
        has_term=body is not None,
    )
    if form.is_valid():
        try:
            appointment = appoint(organization=body, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已任命%(name)s为%(post)s。")
                % {"name": appointment.person.name, "post": appointment.post},
            )
            return redirect("accounts:appointment-detail", appointment.uid)
    return render(
        request,
        "accounts/appointment_form.html",
        {"form": form, "body": body, "chosen": chosen},
        status=422 if form.is_bound else 200,
    )


def _body(by: Actor, text: str) -> Organization:
    try:
        uid = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    body: Organization = get_object_or_404(_bodies(by), uid=uid)
    return body


def _choose_body(request: HttpRequest, by: Actor) -> HttpResponse:
    form = BodyFilter(request.GET, auto_id="filter_%s")
    rows = _bodies(by)
    words = form.cleaned_data["words"].replace("\x00", "").strip() if form.is_valid() else ""
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(short_name__icontains=words))
    found = [
        body
        for body in rows.order_by("area__path", "kind", "sort", "id")[: MOST_FOUND * 2]
        if grantable_roles(by, body)
    ]
    return render(
        request,
        "accounts/appointment_choose.html",
        {
            "form": form,
            "found": found[:MOST_FOUND],
            "has_more": len(found) > MOST_FOUND,
            "most": MOST_FOUND,
            "may_administrators": by.scope.role == Role.SECURITY_ADMIN,
        },
    )


@require_POST
def appointment_open(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Open the account of a holder who has none."""
    by = actor_of(request)
    appointment = _find(request, uid)
    require(by, "account.create")
    try:
        user = open_holders_account(appointment, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("accounts:appointment-detail", appointment.uid)
    return redirect("accounts:user-detail", user.uid)


@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """End an office, today with effect at once."""
    by = actor_of(request)
    appointment = _find(request, uid)
    require(by, "appointment.grant", appointment)
    require_step_up_of_administrators(request)
    form = EndForm(request.POST or None, initial={"on": today()})
    if goes_through(form, end_appointment, appointment, by=by):
        messages.success(request, _("已办理终止。"))
        return redirect("accounts:appointment-detail", appointment.uid)
    return render(
        request,
        "accounts/appointment_end.html",
        {
            "form": form,
            "appointment": appointment,
            "has_term": appointment.role not in NEVER_VACANT,
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def appointment_renew(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Give a running office another last day."""
    by = actor_of(request)
    appointment = _find(request, uid)
    require(by, "appointment.grant", appointment)
    require_step_up_of_administrators(request)
    form = TermForm(request.POST or None, initial={"ends_on": appointment.ends_on})
    if goes_through(form, postpone_end, appointment, by=by):
        messages.success(request, _("任期已修改。"))
        return redirect("accounts:appointment-detail", appointment.uid)
    return render(
        request,
        "accounts/appointment_renew.html",
        {"form": form, "appointment": appointment},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def appointment_hand_over(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Name a successor: the term of the one ends, that of the other begins."""
    by = actor_of(request)
    appointment = _find(request, uid)
    require(by, "appointment.grant", appointment)
    require_step_up_of_administrators(request)
    if appointment.organization_id is None:
        raise Http404
    form = HandOverForm(request.POST or None, initial={"title": appointment.title})
    if form.is_valid():
        try:
            following = hand_over_to(appointment, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已交接给%(name)s。本岗位未办完的事项，接任人登录后在“待办”里就能看到。")
                % {"name": following.person.name},
            )
            return redirect("accounts:appointment-detail", following.uid)
    return render(
        request,
        "accounts/appointment_hand_over.html",
        {
            "form": form,
            "appointment": appointment,
            "unfinished": unfinished_of(appointment, by),
        },
        status=422 if form.is_bound else 200,
    )
