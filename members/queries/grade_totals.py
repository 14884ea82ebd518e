"""Totals of feedback forms without names, with what few persons could be read from left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Q

from members.enums import FeedbackState, Grade
from members.models.feedback import FeedbackQuerySet
from partybuild.indicators.queries import SMALLEST_GROUP, Cell, held_together, is_small

COLUMNS = ("sent", "acknowledged", "used", "objections")
Withheld = Mapping[str, Collection[int]]


@dataclass
class GradeTotal:
    """One community's forms of a period: each is one person (人), so a group under three says nothing."""

    community_id: int
    community_uid: Any
    community_name: str
    street_id: int | None
    sent: int = 0
    acknowledged: int = 0
    used: int = 0
    objections: int = 0
    grades: Counter[str] = field(default_factory=Counter)
    # The columns that stay out; "grades" is the last of them.
    held: set[str] = field(default_factory=set)

    @property
    def is_suppressed(self) -> bool:
        """Whether nothing but that there was feedback is said."""
        return "sent" in self.held

    @property
    def shown(self) -> dict[str, int | None]:
        """The columns that count, None where one stays out."""
        return {name: None if name in self.held else getattr(self, name) for name in COLUMNS}

    @property
    def shown_grades(self) -> list[tuple[Grade, int]]:
        """The grades in their order with how many persons have each; nothing where that would tell."""
        if "grades" in self.held:
            return []
        return [(grade, self.grades[grade]) for grade in Grade if self.grades[grade]]

    @property
    def has_small_grade(self) -> bool:
        """Whether a grade was given to one or two persons."""
        return any(0 < number < SMALLEST_GROUP for number in self.grades.values())


def grade_totals(
    rows: FeedbackQuerySet, *, withheld: Withheld = MappingProxyType({})
) -> list[GradeTotal]:
    """Return a line per community of the forms that stand, with what small groups stand behind held back.

    `withheld`: by column the communities of which the dashboards do not say that number.
    """
    counted = (
        rows.sent()
        .order_by()
        .values(
            "community",
            "community__uid",
            "community__name",
            "community__parent",
            "community__path",
            "grade",
        )
        .annotate(
            number=Count("pk", distinct=True),
            received=Count("pk", distinct=True, filter=~Q(state=FeedbackState.SENT)),
            used=Count("pk", distinct=True, filter=Q(state=FeedbackState.USED)),
            objected=Count("objections", distinct=True),
        )
        .order_by("community__path", "grade")
    )
    lines: dict[Any, GradeTotal] = {}
    for row in counted:
        line = lines.setdefault(
            row["community__uid"],
            GradeTotal(
                community_id=row["community"],
                community_uid=row["community__uid"],
                community_name=row["community__name"],
                street_id=row["community__parent"],
            ),
        )
        line.sent += row["number"]
        line.acknowledged += row["received"]
        line.used += row["used"]
        line.objections += row["objected"]
        line.grades[row["grade"]] += row["number"]
    by_street: dict[int | None, list[GradeTotal]] = defaultdict(list)
    for line in lines.values():
        by_street[line.street_id].append(line)
    for each in by_street.values():
        _hold_back(each, withheld)
    return list(lines.values())


def _hold_back(lines: list[GradeTotal], withheld: Withheld) -> None:
    """Mark what stays out of a street's lines: few persons, all but a few, and what would tell either.

    Sent, acknowledged and used lie within each other, and a street's total of each stands on the
    dashboards: what holds one back holds back the next, whose remainder it is.
    """
    held: set[int] = set()
    for name, whole in (("sent", None), ("acknowledged", "sent"), ("used", "acknowledged")):
        cells = {
            at: Cell(getattr(line, name), getattr(line, whole) if whole else None)
            for at, line in enumerate(lines)
        }
        told = withheld.get(name, ())
        held |= {at for at, line in enumerate(lines) if line.community_id in told}
        held = held_together(cells, held)
        for at in held:
            lines[at].held.add(name)
    for line in lines:
        if line.is_suppressed or is_small(Cell(line.objections, line.sent)):
            # A form is objected to once. No total of it stands anywhere: no neighbour gives it away.
            line.held.add("objections")
        if line.is_suppressed or line.has_small_grade:
            line.held.add("grades")
    _hold_back_another(lines, "grades")


def _hold_back_another(lines: list[GradeTotal], name: str) -> None:
    hidden = [line for line in lines if name in line.held]
    others = [line for line in lines if name not in line.held]
    if len(hidden) == 1 and others:
        min(others, key=lambda line: line.sent).held.add(name)
