"""Computing every keyed hash anew after a change of HASH_KEY, while nothing else runs."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.people.enums import EventKind
from partybuild.people.models import Person

# What higher floors keep beside a person: given people by primary key, writes their hashes.
Rehash = Callable[[dict[int, Person]], None]
_others: list[Rehash] = []
BATCH = 1000


def rehash(function: Rehash) -> Rehash:
    """Register a writer of hashes on a higher floor."""
    _others.append(function)
    return function


@transaction.atomic
def rehash_people(*, by: Actor) -> int:
    """Write every hash by which people are found under the HASH_KEY of today; all of them or none."""
    with connection.cursor() as cursor:
        # Nobody may be entered by a hash that is on its way out.
        cursor.execute(f'LOCK TABLE "{Person._meta.db_table}" IN SHARE ROW EXCLUSIVE MODE')
    done, last = 0, 0
    while rows := list(Person.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for person in rows:
            person.renew_hashes()
        Person.objects.bulk_update(rows, ["phone_hash", "id_number_hash", "double_hash"])
        for function in _others:
            function({person.pk: person for person in rows})
        done, last = done + len(rows), rows[-1].pk
    record_event(EventKind.REHASHED, target=None, by=by, changes={"people": [None, done]})
    return done
