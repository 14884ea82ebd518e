"""The recognition rate (认可率) and who did not answer, declared once for every kind of answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as lazy

from partybuild.calendar import Period
from partybuild.evaluations.enums import Satisfaction
from partybuild.evaluations.models import Answer
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.registry import Column, Indicator


def _grade(row: Any) -> tuple[str, str]:
    tone = "warn" if row.grade == Satisfaction.DISSATISFIED else "good"
    return str(row.get_grade_display()), tone


# What every list of answers shows last.
ANSWER_COLUMNS = (
    Column(lazy("身份"), lambda row: str(row.get_side_display())),
    Column(lazy("评价"), _grade, "status"),
    Column(lazy("意见建议"), lambda row: row.comment),
)


class Approved(Indicator):
    """Answers of residents and those served that are satisfied; the denominator is the app's."""

    unit = lazy("份")
    group = Group.EVALUATION
    # What one resident said is theirs: where only totals are seen, few answers stay out.
    about_persons = True
    target = "target.recognition"
    rate = lazy("认可率")
    words: ClassVar[dict[Part, Any]] = {
        Part.NUMERATOR: lazy("满意和基本满意"),
        Part.DENOMINATOR: lazy("有效评价"),
        Part.MISSING: lazy("不满意"),
    }

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those satisfied, wholly or mostly."""
        answers = self.denominator(period)
        assert answers is not None
        return answers.exclude(grade=Satisfaction.DISSATISFIED)


def unanswered(answers: type[Answer], of: str) -> Any:
    """Return what was asked less what came in, of rows that carry `evaluation_asked`."""
    given = (
        answers._default_manager.filter(**{of: OuterRef("pk")})
        .order_by()
        .values(of)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return F("evaluation_asked") - Coalesce(Subquery(given, output_field=IntegerField()), 0)


# What every list of what was asked about shows last.
ASKED_COLUMNS = (
    Column(lazy("发出份数"), lambda row: row.evaluation_asked),
    Column(lazy("收到份数"), lambda row: row.answers),
    Column(lazy("未作答"), lambda row: row.evaluation_asked - row.answers),
)


class Unanswered(Indicator):
    """Asked less answered, kept apart from the dissatisfied; `amount` is `unanswered(answers, of)`."""

    unit = lazy("份")
    group = Group.EVALUATION
    is_detail = True
    words: ClassVar[dict[Part, Any]] = {Part.NUMERATOR: lazy("未作答")}
    # The answers and their foreign key.
    answers: ClassVar[type[Answer]]
    of: ClassVar[str]

    def over(self, period: Period) -> QuerySet[Any]:
        """Return what was over in a period, whatever was asked."""
        raise NotImplementedError

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what not everybody asked has answered about."""
        return (
            self.over(period)
            .filter(evaluation_asked__isnull=False)
            .alias(unanswered=self.amount)
            .filter(unanswered__gt=0)
        )

    def prepare(self, rows: list[Any]) -> None:
        """Count the answers of a page."""
        given = self.answers._default_manager.filter(**{f"{self.of}__in": rows}).order_by()
        counted = dict(given.values(self.of).annotate(n=Count("pk")).values_list(self.of, "n"))
        for row in rows:
            row.answers = counted.get(row.pk, 0)
