"""Sending and answering suggestions."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar.clock import Now
from partybuild.portal.enums import EventKind
from partybuild.portal.exceptions import SuggestionAnswered
from partybuild.portal.models import Suggestion


@transaction.atomic
def send_suggestion(
    *, text: str, by: Actor, contact: str = "", page: str = "", is_anonymous: bool = False
) -> Suggestion:
    """Keep what somebody wishes to say; anonymous, it names no person, nor does its event."""
    suggestion = Suggestion.objects.create(
        text=text,
        contact=contact,
        page=page[:300],
        person_id=None if is_anonymous else by.person_id,
        area_id=by.scope.area_id,
    )
    speaker = Actor.anonymous(request_id=by.request_id) if is_anonymous else by
    record_event(EventKind.SUGGESTED, target=suggestion, by=speaker)
    return suggestion


@transaction.atomic
def answer_suggestion(suggestion: Suggestion, *, answer: str, by: Actor) -> Suggestion:
    """Answer a suggestion once."""
    if not Suggestion.objects.filter(pk=suggestion.pk, answered_at=None).update(
        answer=answer, answered_at=Now(), answered_post=by.post
    ):
        raise SuggestionAnswered
    suggestion.refresh_from_db()
    record_event(EventKind.ANSWERED, target=suggestion, by=by)
    return suggestion
