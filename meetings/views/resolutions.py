"""The page of a resolution."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from meetings.enums import (
    Closing,
    ExtensionState,
    PartyRole,
    PartyState,
    ProgressKind,
    ResolutionState,
)
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    AcceptForm,
    CardForm,
    CloseForm,
    DeadlineForm,
    DecideExtensionForm,
    ExtendForm,
    RefuseForm,
    ReopenForm,
    ReviewForm,
    WorkForm,
)
from meetings.models import Card, Extension, Progress, Resolution, ResolutionParty
from meetings.queries.cards import UNDER_WAY, card_of, late_parties
from meetings.queries.links import group_link, resolution_text
from meetings.queries.papers import files_of_progress
from meetings.queries.standing import resolution_sentence, resolution_steps, resolution_tone
from meetings.views.answering import history
from meetings.views.rights import rights
from partybuild.access import Actor, may
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.calendar import add_working_days, today
from partybuild.calendar.words import short_date_cn


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
    """Draw a resolution's page; forms that came back stand in for the empty ones."""
    known = list(
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .select_related("organization")
    )
    parties = [party for party in known if party.state != PartyState.RELEASED]
    context = {
        **_standing(by, resolution, parties),
        **_rights(by, resolution, parties),
        **_forms(by, resolution, parties),
        "history": history(resolution, by.scope),
        "group_text": "",
    }
    if context["may_resolution_assign"] and resolution.is_open and not context["is_pending"]:
        context["group_text"] = resolution_text(
            resolution,
            next((p.organization.called for p in parties if p.role == PartyRole.LEAD), ""),
            [p.organization.called for p in parties if p.role == PartyRole.HELPER],
            group_link(resolution, "resolution.work"),
        )
    return render(request, "meetings/resolution_detail.html", {**context, **forms}, status=status)


def _standing(by: Actor, resolution: Resolution, parties: list[ResolutionParty]) -> dict[str, Any]:
    """How it stands, and what has happened so far."""
    day = today()
    late = {
        each.organization_id: each for each in late_parties([resolution]).get(resolution.pk, [])
    }
    extensions = list(
        Extension.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .select_related("party__organization")
    )
    waiting = [p for p in parties if p.role == PartyRole.HELPER and _is_at_work(resolution, p)]
    progress = list(
        Progress.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .select_related("party__organization")
    )
    reported = {line.party_id for line in progress if line.kind == ProgressKind.REPORT}
    proofs = files_of_progress(progress, by)
    for line in progress:
        line.files = proofs.get(line.uid, [])
    extension = next((each for each in extensions if each.state == ExtensionState.WAITING), None)
    sentence = resolution_sentence(resolution, parties, day)
    if extension is not None:
        sentence += _("已申请延期至%(day)s，等召集单位审批。") % {
            "day": short_date_cn(extension.wanted_on)
        }
    return {
        "resolution": resolution,
        "category": word(resolution.council.area, "topic.category", resolution.category)
        if resolution.category
        else "",
        "tone": resolution_tone(resolution, day),
        "is_carried_over": resolution.is_open and resolution.is_carried_into(day.year),
        "card": card_of(resolution),
        "sentence": sentence,
        "steps": resolution_steps(resolution),
        "parties": [(party, late.get(party.organization_id)) for party in parties],
        "helpers_waiting": [p.organization.called for p in waiting if p.pk not in reported],
        "progress": progress,
        "reports": reports_since(progress),
        "extensions": extensions,
        "extended": sum(each.state == ExtensionState.GRANTED for each in extensions),
        "extension": extension,
        "cards": list(
            Card.objects.visible_to(by.scope)
            .filter(resolution=resolution)
            .select_related("organization")
        ),
        "again": resolution.continued_by.first() if resolution.reviewed_on else None,
    }


def reports_since(progress: list[Progress]) -> list[Progress]:
    """Return what units reported done since it was last sent back to work: what a verdict is about."""
    found: list[Progress] = []
    for line in progress:
        if line.kind in {ProgressKind.REFUSED, ProgressKind.REOPENED}:
            found = []
        elif line.kind == ProgressKind.REPORT:
            found.append(line)
    return found


def _is_at_work(resolution: Resolution, party: ResolutionParty) -> bool:
    return resolution.is_open and party.state in {PartyState.WAITING, PartyState.ACCEPTED}


def _rights(by: Actor, resolution: Resolution, parties: list[ResolutionParty]) -> dict[str, Any]:
    """What the reader may do now."""
    allowed = rights(
        by,
        resolution,
        "resolution.assign",
        "resolution.work_proxy",
        "resolution.verify",
        "resolution.card",
    )
    own = next((p for p in parties if p.organization_id == by.organization_id), None)
    state = resolution.state
    returned = [p for p in parties if p.state == PartyState.RETURNED]
    is_pending = state == ResolutionState.PENDING
    return {
        **allowed,
        "own": own,
        "may_work": own is not None
        and may(by, "resolution.work")
        and state in {*UNDER_WAY, ResolutionState.REPORTED},
        "is_pending": is_pending,
        "is_under_way": state in UNDER_WAY,
        "is_ready": resolution.due_on is not None
        and any(p.role == PartyRole.LEAD and p.state == PartyState.WAITING for p in parties),
        "is_reported": state == ResolutionState.REPORTED,
        "is_returned": is_pending and bool(returned),
        "returned": returned,
        "can_close": state in {*UNDER_WAY, ResolutionState.REPORTED},
        "can_card": resolution.is_open and not is_pending,
        "can_review": resolution.closing == Closing.STAGE and resolution.reviewed_on is None,
        "can_reopen": not resolution.is_open and resolution.assigned_on is not None,
    }


def _forms(by: Actor, resolution: Resolution, parties: list[ResolutionParty]) -> dict[str, Any]:
    later = add_working_days(max(today(), resolution.due_on or today()), 10)
    return {
        "accept_form": AcceptForm(auto_id="accept_%s"),
        "work_form": WorkForm(auto_id="work_%s"),
        "extend_form": ExtendForm(auto_id="extend_%s", initial={"due_on": later}),
        "decide_form": DecideExtensionForm(auto_id="decide_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
        "refuse_form": RefuseForm(auto_id="refuse_%s"),
        "deadline_form": DeadlineForm(auto_id="deadline_%s", initial={"due_on": later}),
        "stop_form": ReasonForm(auto_id="stop_%s"),
        "discuss_form": ReasonForm(auto_id="discuss_%s"),
        "reopen_form": ReopenForm(auto_id="reopen_%s", initial={"due_on": later}),
        "review_form": ReviewForm(auto_id="review_%s", by=by, council=resolution.council),
        "card_form": CardForm(auto_id="card_%s"),
        "lift_form": ReasonForm(auto_id="lift_%s"),
    }
