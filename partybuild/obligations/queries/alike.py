"""Debts that are paid together: a community owes hundreds of forms at once, and they are one line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.obligations.queries.subjects import read_subjects

_ALIKE = ("bearer_organization", "bearer_person", "duty", "period", "due_on")
Key = tuple[Any, ...]
# So many of one bearer, duty, period and day are read one by one; the rest are counted.
_READ = 100


@dataclass(frozen=True)
class Alike:
    """Debts of one line, the most urgent first, and how many they are with those not read."""

    key: Key
    debts: tuple[Obligation, ...]
    count: int

    @property
    def title(self) -> str:
        """The debt's sentence, or what the debts have in common and how many they are."""
        debt = self.debts[0]
        if self.count == 1:
            return debt.title
        if debt.kind.list_url():
            return debt.kind.list_title(self.count)
        return _("%(duty)s，共%(count)d项") % {
            "duty": debt.kind.name_in(debt.period),
            "count": self.count,
        }


def gather(rows: ObligationQuerySet, *, by: Callable[[Obligation], Key], most: int) -> list[Alike]:
    """Return debts put together by a key, most urgent first.

    No duty's hundreds push another duty off the list: of each only the first are read.
    """
    part = [F(name) for name in _ALIKE]
    few = rows.annotate(
        place=Window(RowNumber(), partition_by=part, order_by=F("id").asc()),
        alike=Window(Count("pk"), partition_by=part),
    ).filter(place__lte=_READ)
    found = read_subjects(few.with_bodies().order_by("due_on", "id")[:most])
    groups: dict[Key, list[Obligation]] = defaultdict(list)
    for debt in found:
        groups[by(debt)].append(debt)
    read = Counter(_alike(debt) for debt in found)
    return [Alike(key, tuple(debts), _count(debts, read)) for key, debts in groups.items()]


def _alike(debt: Obligation) -> Key:
    return (
        debt.bearer_organization_id,
        debt.bearer_person_id,
        debt.duty,
        debt.period,
        debt.due_on,
    )


def _count(debts: Sequence[Obligation], read: Counter[Key]) -> int:
    """Return how many debts a line stands for: those not read lie where all that were read lie."""
    here = Counter(_alike(debt) for debt in debts)
    of = {_alike(debt): debt.alike for debt in debts}  # type: ignore[attr-defined]
    return sum(of[key] if number == read[key] else number for key, number in here.items())
