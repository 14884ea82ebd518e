"""Sending suggestions, answering them, passing them on, and saying what came of them."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import add_working_days, today
from partybuild.calendar.clock import Now
from partybuild.calendar.words import short_date_cn
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, void
from partybuild.portal.enums import EventKind, SuggestionState
from partybuild.portal.exceptions import (
    FinishInThePast,
    NobodyAnswersThere,
    SuggestionAnswered,
    SuggestionNotUnderway,
)
from partybuild.portal.models import Suggestion
from partybuild.portal.queries.suggestions import (
    body_answering,
    hash_of_code,
    new_code,
    place_of_strangers,
)
from partybuild.portal.services.bodies import body_above

ANSWER_DUTY = "suggestion.answer"
FINISH_DUTY = "suggestion.finish"


@transaction.atomic
def send_suggestion(
    *,
    text: str,
    by: Actor,
    area: Area | None = None,
    contact: str = "",
    page: str = "",
    is_anonymous: bool = False,
    channel: str = "",
    said_by: str = "",
) -> Suggestion:
    """Keep what somebody wishes to say; the committee of the place owes an answer by a day.

    Anonymous, it names no person, nor do its events; `code` on the row returned finds it again.
    Taken down for somebody else (channel), it is not its writer's own.
    """
    is_own = not is_anonymous and not channel
    place = area or _own_place(by) or place_of_strangers()
    body = body_answering(place)
    code = "" if is_own and by.person_id is not None else new_code()
    days = parameter(place, "suggestion.answer_days")
    suggestion = Suggestion.objects.create(
        text=text,
        contact=contact,
        page=page[:300],
        person_id=by.person_id if is_own else None,
        channel=channel,
        said_by=said_by,
        area=place,
        organization=body,
        due_on=add_working_days(today(), days) if body is not None else None,
        code_hash=hash_of_code(code),
    )
    suggestion.code = code
    speaker = Actor.anonymous(request_id=by.request_id) if is_anonymous else by
    record_event(EventKind.SUGGESTED, target=suggestion, by=speaker)
    _owe(suggestion, duty=ANSWER_DUTY, due_on=suggestion.due_on, by=speaker)
    return suggestion


def _own_place(by: Actor) -> Area | None:
    if by.scope.area_id is None:
        return None
    return Area.objects.filter(pk=by.scope.area_id).first()


def _owe(suggestion: Suggestion, *, duty: str, due_on: date | None, by: Actor) -> None:
    body = suggestion.organization
    if body is None or due_on is None:
        return
    owe(
        [
            Debt(
                duty=duty,
                owed_to=body_above(body),
                due_on=due_on,
                bearer_organization=body,
                subject=suggestion,
                area=suggestion.area,
            )
        ],
        by=by,
    )


@transaction.atomic
def answer_suggestion(
    suggestion: Suggestion,
    *,
    answer: str,
    by: Actor,
    outcome: SuggestionState | str = SuggestionState.ANSWERED,
    finish_on: date | None = None,
) -> Suggestion:
    """Answer a suggestion once, and say what becomes of it; who gave their name is told.

    What is taken up is owed from then on, by the day that is said, else by the place's usual days.
    """
    finish_on = _finish_on(suggestion, finish_on) if outcome == SuggestionState.UNDERWAY else None
    # The filter is the lock: of two answering at once, one updates a row and one updates none.
    if (
        not Suggestion.objects.open()
        .filter(pk=suggestion.pk)
        .update(
            state=outcome,
            answer=answer,
            answered_at=Now(),
            answered_post=by.post,
            finish_on=finish_on,
        )
    ):
        raise SuggestionAnswered
    suggestion.refresh_from_db()
    record_event(
        EventKind.ANSWERED,
        target=suggestion,
        by=by,
        changes={"state": [SuggestionState.OPEN, str(outcome)]},
    )
    if suggestion.organization is not None:
        pay(
            duty=ANSWER_DUTY,
            bearer=suggestion.organization,
            subject=suggestion,
            paid_with=suggestion,
            by=by,
        )
    _owe(suggestion, duty=FINISH_DUTY, due_on=suggestion.finish_on, by=by)
    said = answer
    if finish_on is not None:
        said = _("%(answer)s（预计%(day)s前办结）") % {
            "answer": answer,
            "day": short_date_cn(finish_on),
        }
    _tell_sender(suggestion, kind="suggestion.answered", said=said, by=by)
    return suggestion


def _finish_on(suggestion: Suggestion, said: date | None) -> date:
    if said is None:
        days = parameter(suggestion.area, "suggestion.finish_days")
        return add_working_days(today(), days)
    if said < today():
        raise FinishInThePast
    return said


@transaction.atomic
def conclude_suggestion(suggestion: Suggestion, *, result: str, by: Actor) -> Suggestion:
    """Say what came of a suggestion that was taken up."""
    rows = Suggestion.objects.filter(pk=suggestion.pk, state=SuggestionState.UNDERWAY)
    if not rows.update(
        state=SuggestionState.DONE, result=result, concluded_at=Now(), concluded_post=by.post
    ):
        raise SuggestionNotUnderway
    suggestion.refresh_from_db()
    record_event(
        EventKind.SUGGESTION_CONCLUDED,
        target=suggestion,
        by=by,
        changes={"state": [SuggestionState.UNDERWAY, SuggestionState.DONE]},
    )
    if suggestion.organization is not None:
        pay(
            duty=FINISH_DUTY,
            bearer=suggestion.organization,
            subject=suggestion,
            paid_with=suggestion,
            by=by,
        )
    _tell_sender(suggestion, kind="suggestion.concluded", said=result, by=by)
    return suggestion


@transaction.atomic
def pass_suggestion_on(
    suggestion: Suggestion, *, area: Area, by: Actor, reason: str = ""
) -> Suggestion:
    """Hand an unanswered suggestion to the committee of another place, with its own days to answer."""
    body = body_answering(area)
    if body is None or body.pk == suggestion.organization_id:
        raise NobodyAnswersThere
    days = parameter(area, "suggestion.answer_days")
    before = suggestion.area
    if (
        not Suggestion.objects.open()
        .filter(pk=suggestion.pk, organization=suggestion.organization_id)
        .update(area=area, organization=body, due_on=add_working_days(today(), days))
    ):
        raise SuggestionAnswered
    void(duty=ANSWER_DUTY, subject=suggestion, by=by)
    suggestion.refresh_from_db()
    record_event(
        EventKind.SUGGESTION_PASSED_ON,
        target=suggestion,
        by=by,
        reason=reason,
        changes={"area": [before.name if before else "", area.name]},
    )
    _owe(suggestion, duty=ANSWER_DUTY, due_on=suggestion.due_on, by=by)
    return suggestion


def _tell_sender(suggestion: Suggestion, *, kind: str, said: str, by: Actor) -> None:
    if suggestion.person is None:
        return
    notify(
        kind=kind,
        subject=suggestion,
        recipients=[Recipient(person=suggestion.person)],
        title=_("您的意见建议有了答复：%(state)s") % {"state": suggestion.get_state_display()},
        body=said,
        path="/my/suggestions/",
        by=by,
    )
