"""Answers counted by grade."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from partybuild.evaluations.enums import EvaluatedVia, Satisfaction


@dataclass(frozen=True)
class Verdict:
    """Answers by grade; who was asked and did not answer stays apart."""

    satisfied: int = 0
    mostly: int = 0
    dissatisfied: int = 0
    asked: int | None = None

    @property
    def answers(self) -> int:
        """Valid answers: the denominator."""
        return self.satisfied + self.mostly + self.dissatisfied

    @property
    def unanswered(self) -> int | None:
        """Asked less answered; None where nobody counted whom they asked."""
        return None if self.asked is None else max(0, self.asked - self.answers)

    @property
    def rate(self) -> float | None:
        """(满意 + 基本满意) of the valid answers; None without any."""
        return (self.satisfied + self.mostly) / self.answers if self.answers else None

    @property
    def words(self) -> str:
        """满意12、基本满意1: the grades that somebody gave."""
        return "、".join(
            f"{grade.label}{number}"
            for grade in Satisfaction
            if (number := getattr(self, grade.value))
        )


_COUNTS = {grade.value: Count("pk", filter=Q(grade=grade)) for grade in Satisfaction}


def verdict(answers: QuerySet[Any], *, asked: int | None = None) -> Verdict:
    """Return these answers as one verdict."""
    return Verdict(**answers.order_by().aggregate(**_COUNTS), asked=asked)


def verdicts(answers: QuerySet[Any], of: str) -> dict[int, Verdict]:
    """Return {key of what was evaluated: verdict} in one query; nothing for what nobody answered about."""
    rows = answers.order_by().values(of).annotate(**_COUNTS)
    return {row.pop(of): Verdict(**row) for row in rows}


def on_paper(answers: QuerySet[Any]) -> dict[tuple[str, str], int]:
    """Return {(side, grade): how many} of the paper forms among these answers."""
    rows = answers.filter(via=EvaluatedVia.PAPER).order_by().values_list("side", "grade")
    return {(side, grade): number for side, grade, number in rows.annotate(number=Count("pk"))}


def sum_of(parts: Iterable[Verdict]) -> Verdict:
    """Return several verdicts as one; how many were asked only where it is known of all."""
    found = list(parts)
    asked = [each.asked for each in found if each.asked is not None]
    return Verdict(
        satisfied=sum(each.satisfied for each in found),
        mostly=sum(each.mostly for each in found),
        dissatisfied=sum(each.dissatisfied for each in found),
        asked=sum(asked) if asked and len(asked) == len(found) else None,
    )
