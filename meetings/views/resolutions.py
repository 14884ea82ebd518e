"""Resolutions: the register and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from meetings.enums import (
    OPEN_RESOLUTION,
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    AcceptForm,
    CloseForm,
    ResolutionFilterForm,
    WorkForm,
)
from meetings.models import Council, Progress, Resolution, ResolutionParty
from meetings.queries.links import group_link, resolution_text
from meetings.queries.standing import (
    lead_of,
    resolution_sentence,
    resolution_steps,
    resolution_tone,
)
from meetings.views.answering import history
from meetings.views.rights import rights
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page


def find_resolution(by: Actor, uid: UUID) -> Resolution:
    """Return a resolution in sight; 404 otherwise."""
    resolution: Resolution = get_object_or_404(
        Resolution.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "meeting"
        ),
        uid=uid,
    )
    return resolution


def find_party(by: Actor, uid: UUID) -> ResolutionParty:
    """Return a responsible unit in sight; 404 otherwise."""
    party: ResolutionParty = get_object_or_404(
        ResolutionParty.objects.visible_to(by.scope).select_related(
            "organization", "resolution__council__area", "resolution__council__convener"
        ),
        uid=uid,
    )
    return party


@require_GET
def resolution_list(request: HttpRequest) -> HttpResponse:
    """List the resolutions in sight across meetings and years."""
    by = actor_of(request)
    require(by, "resolution.view")
    councils = Council.objects.visible_to(by.scope)
    form = ResolutionFilterForm(request.GET or None, councils=councils)
    rows = narrowed_resolutions(Resolution.objects.visible_to(by.scope), form)
    page = keyset_page(
        rows.select_related("meeting", "council").prefetch_related("parties__organization"),
        order=("-meeting_id", "number", "id"),
        params=request.GET,
    )
    day = today()
    return render(
        request,
        "meetings/resolution_list.html",
        {
            "form": form,
            "page": page,
            "rows": [
                (row, lead_of(row), resolution_tone(row, day), row.is_overdue(day))
                for row in page.rows
            ],
            "count": rows.count(),
            "year": day.year,
        },
    )


def narrowed_resolutions(rows: QuerySet[Any], form: ResolutionFilterForm) -> QuerySet[Any]:
    """Return the resolutions that the page's filters leave."""
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    if data["council"]:
        rows = rows.filter(council=data["council"])
    if data["state"] == "unfinished":
        rows = rows.filter(state__in=OPEN_RESOLUTION)
    elif data["state"] == "overdue":
        rows = rows.filter(state__in=OPEN_RESOLUTION, due_on__lt=today()).exclude(
            state=ResolutionState.REPORTED
        )
    elif data["state"]:
        rows = rows.filter(state=data["state"])
    if data["q"]:
        rows = rows.filter(text__icontains=data["q"].strip())
    return rows


@require_GET
def resolution_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a resolution: who answers for it, how far it is, what is to be done next."""
    by = actor_of(request)
    return resolution_page(request, by, find_resolution(by, uid))


def resolution_page(
    request: HttpRequest,
    by: Actor,
    resolution: Resolution,
    *,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    parties = list(
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .standing()
        .select_related("organization")
    )
    allowed = rights(
        by,
        resolution,
        "resolution.assign",
        "resolution.work_proxy",
        "resolution.verify",
    )
    own = next((p for p in parties if p.organization_id == by.organization_id), None)
    day = today()
    context = {
        "resolution": resolution,
        "category": word(resolution.council.area, "topic.category", resolution.category)
        if resolution.category
        else "",
        "tone": resolution_tone(resolution, day),
        "sentence": resolution_sentence(resolution, parties, day),
        "steps": resolution_steps(resolution),
        "parties": parties,
        "own": own,
        "may_work": own is not None
        and may(by, "resolution.work")
        and resolution.state
        in {ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED},
        "progress": list(
            Progress.objects.visible_to(by.scope)
            .filter(resolution=resolution)
            .select_related("party__organization")
        ),
        "is_pending": resolution.state == ResolutionState.PENDING,
        "is_ready": resolution.due_on is not None
        and any(p.role == PartyRole.LEAD and p.state == PartyState.WAITING for p in parties),
        "is_reported": resolution.state == ResolutionState.REPORTED,
        "can_close": resolution.state
        in {ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED},
        "accept_form": AcceptForm(auto_id="accept_%s"),
        "work_form": WorkForm(auto_id="work_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "stop_form": ReasonForm(auto_id="stop_%s"),
        "group_text": "",
        "history": history(resolution, by.scope),
        **allowed,
    }
    if allowed["may_resolution_assign"] and resolution.is_open and not context["is_pending"]:
        context["group_text"] = resolution_text(
            resolution,
            next((p.organization.called for p in parties if p.role == PartyRole.LEAD), ""),
            [p.organization.called for p in parties if p.role == PartyRole.HELPER],
            group_link(resolution, "resolution.work"),
        )
    return render(request, "meetings/resolution_detail.html", {**context, **forms}, status=status)
