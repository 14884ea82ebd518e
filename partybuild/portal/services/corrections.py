"""Asking for a correction of one's own data, and answering."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import add_working_days, today
from partybuild.calendar.clock import Now
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.portal.enums import CorrectionState, EventKind
from partybuild.portal.exceptions import CorrectionAnswered
from partybuild.portal.models import CorrectionRequest
from partybuild.portal.services.bodies import body_above

CORRECT_DUTY = "privacy.correction"


@transaction.atomic
def ask_correction(
    person: Person, *, organization: Organization, matter: str, wanted: str, by: Actor
) -> CorrectionRequest:
    """Tell the body that keeps the data what is wrong; it owes an answer by a day."""
    days = parameter(organization.area, "privacy.answer_days")
    request = CorrectionRequest.objects.create(
        person=person,
        organization=organization,
        matter=matter,
        wanted=wanted,
        due_on=add_working_days(today(), days),
    )
    record_event(EventKind.CORRECTION_ASKED, target=request, by=by, about=[person.pk])
    owe(
        [
            Debt(
                duty=CORRECT_DUTY,
                owed_to=body_above(organization),
                due_on=request.due_on,
                bearer_organization=organization,
                subject=request,
                area=organization.area,
            )
        ],
        by=by,
    )
    return request


@transaction.atomic
def answer_correction(
    request: CorrectionRequest, *, is_corrected: bool, answer: str, by: Actor
) -> CorrectionRequest:
    """Answer once: corrected, or why not; the history stays."""
    state = CorrectionState.DONE if is_corrected else CorrectionState.REFUSED
    # The filter is the lock: of two answering at once, one updates a row and one updates none.
    if (
        not CorrectionRequest.objects.open()
        .filter(pk=request.pk)
        .update(state=state, answer=answer, answered_at=Now(), answered_post=by.post)
    ):
        raise CorrectionAnswered
    request.refresh_from_db()
    record_event(
        EventKind.CORRECTION_ANSWERED,
        target=request,
        by=by,
        changes={"state": [CorrectionState.OPEN, state]},
        about=[request.person_id],
    )
    pay(
        duty=CORRECT_DUTY,
        bearer=request.organization,
        subject=request,
        paid_with=request,
        by=by,
    )
    return request
