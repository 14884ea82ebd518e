"""Writing down who was told what, and what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.people.enums import EventKind, Purpose, Way
from partybuild.people.models import Consent, NoticeSeen, Person
from partybuild.people.privacy import CURRENT_NOTICE, USES


def has_seen_notice(person_id: int) -> bool:
    """Tell whether somebody has seen the notice that is in force."""
    return NoticeSeen.objects.filter(person=person_id, version=CURRENT_NOTICE.version).exists()


@transaction.atomic
def note_notice_seen(person: Person, *, by: Actor, how: str = Way.SIGN_IN) -> None:
    """Write down that somebody saw the notice in force; only the first time counts."""
    seen, is_new = NoticeSeen.objects.get_or_create(
        person=person, version=CURRENT_NOTICE.version, defaults={"way": how}
    )
    if is_new:
        record_event(
            EventKind.NOTICE_SEEN,
            target=seen,
            by=by,
            changes={"version": [None, seen.version], "way": [None, seen.way]},
        )


@transaction.atomic
def decide_consent(
    person: Person, *, purpose: Purpose, is_given: bool, by: Actor, how: str = Way.PAGE
) -> Consent:
    """Keep somebody's yes or no; it holds from this moment."""
    # One at a time per person: of two clicks the later one counts.
    Person.objects.select_for_update().get(pk=person.pk)
    current = Consent.objects.filter(person=person, purpose=purpose).first()
    if current is not None and current.is_given == is_given:
        return current
    consent = Consent.objects.create(
        person=person,
        purpose=purpose,
        is_given=is_given,
        version=CURRENT_NOTICE.version,
        way=how,
    )
    kind = EventKind.CONSENT_GIVEN if is_given else EventKind.CONSENT_WITHDRAWN
    record_event(kind, target=consent, by=by, changes={"purpose": [None, str(purpose)]})
    return consent


def allowed(purpose: Purpose, person_ids: Iterable[int]) -> set[int]:
    """Return those among some people for whom a purpose runs now."""
    keys = set(person_ids)
    newest = dict(
        Consent.objects.filter(person__in=keys, purpose=purpose)
        .order_by("person", "id")
        .values_list("person", "is_given")
    )
    unasked = next(use.runs_unasked for use in USES if use.purpose == purpose)
    return {key for key in keys if newest.get(key, unasked)}
