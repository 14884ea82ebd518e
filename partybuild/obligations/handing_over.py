"""What the ledger tells the page that hands a post over."""

from __future__ import annotations

from collections import defaultdict

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.accounts.unfinished import Unfinished, tells_unfinished
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.subjects import read_subjects
from partybuild.obligations.queries.todo import waiting_in
from partybuild.obligations.registry import duty_of

_NAMED = 3
# So many are read to be named; the counts are of all.
_MOST_READ = 300


@tells_unfinished
def open_debts(appointment: Appointment, by: Actor) -> list[Unfinished]:
    """Count the debts on a post's to-do list by duty, and name the most urgent of each."""
    rows = Obligation.objects.visible_to(by.scope).filter(waiting_in([appointment]))
    counts: dict[str, int] = defaultdict(int)
    for duty in rows.order_by().values_list("duty", flat=True):
        counts[duty] += 1
    first: dict[str, list[Obligation]] = defaultdict(list)
    for debt in read_subjects(rows.with_bodies().order_by("due_on", "id")[:_MOST_READ]):
        if len(first[debt.duty]) < _NAMED:
            first[debt.duty].append(debt)
    return [
        Unfinished(
            name=str(duty_of(duty).name),
            count=number,
            first=tuple((str(debt.title), debt.due_on) for debt in first[duty]),
        )
        for duty, number in sorted(counts.items())
    ]
