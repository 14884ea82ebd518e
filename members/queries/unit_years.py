"""A unit's year: what communities told it about its members, and what it made of that."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from members.enums import AnnualFormState, FeedbackState, Grade, RequestState, SummaryState
from members.models import AnnualForm, Feedback, FeedbackRequest, ServiceRecord, ServiceSummary
from members.models.feedback import FeedbackUse
from partybuild.access import Scope
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period
from partybuild.indicators.queries import SMALLEST_GROUP
from partybuild.organizations.models import Organization


@dataclass
class Received:
    """One community's line: papers (份), and persons (人), person-times (人次), hours apart."""

    community_name: str
    summaries: int = 0
    summaries_received: int = 0
    summaries_answered: int = 0
    forms: int = 0
    forms_received: int = 0
    forms_used: int = 0
    people: int = 0
    times: int = 0
    hours: Decimal = Decimal(0)


@dataclass
class UnitYear:
    """What stands on the page."""

    period: Period
    lines: list[Received]
    people: int
    # {word: persons} of what forms were used for; one person may stand in several.
    uses: list[tuple[str, int]]
    # None where whoever reads sees no grades and the groups are small.
    grades: list[tuple[str, int]] | None
    objections: int
    # None where whoever reads does not see requests.
    requests: dict[str, int] | None
    annual_forms: dict[str, int] = field(default_factory=dict)

    def total(self, name: str) -> Any:
        """Add a column up; persons are counted apart: one may serve in two communities."""
        return sum((getattr(line, name) for line in self.lines), 0)

    @property
    def totals(self) -> dict[str, Any]:
        """Every column but that of persons."""
        names = (
            "summaries",
            "summaries_received",
            "summaries_answered",
            "forms",
            "forms_received",
            "forms_used",
            "times",
            "hours",
        )
        return {name: self.total(name) for name in names}

    @property
    def unacknowledged(self) -> int:
        """Papers that wait for the unit's receipt (份)."""
        sums = self.totals
        return int(
            sums["summaries"] - sums["summaries_received"] + sums["forms"] - sums["forms_received"]
        )

    @property
    def unused(self) -> int:
        """Forms that were received and not used (份)."""
        return int(self.totals["forms_received"] - self.totals["forms_used"])


def unit_year(unit: Organization, period: Period, scope: Scope) -> UnitYear:
    """Return a unit's year in a fixed number of queries; names stand nowhere on it."""
    year = str(period)
    lines: dict[int, Received] = {}
    _count_summaries(lines, unit, year)
    feedback = Feedback.objects.sent().filter(unit=unit, period__startswith=year)
    _count_forms(lines, feedback)
    people = _count_service(lines, unit, period)
    reads_grades = scope.cell("feedback.view").allows
    return UnitYear(
        period=period,
        lines=sorted(lines.values(), key=lambda line: line.community_name),
        people=people,
        uses=_uses(unit, feedback),
        grades=_grades(feedback, reads_grades=reads_grades),
        objections=feedback.filter(objections__isnull=False).count(),
        requests=_requests(unit, year) if reads_grades else None,
        annual_forms=_annual_forms(unit, year),
    )


def _count_summaries(lines: dict[int, Received], unit: Organization, year: str) -> None:
    rows = ServiceSummary.objects.filter(unit=unit, period__startswith=year)
    for row in rows.values("community", "community__name", "state", "answer"):
        line = lines.setdefault(row["community"], Received(row["community__name"]))
        line.summaries += 1
        line.summaries_received += row["state"] == SummaryState.ACKNOWLEDGED
        line.summaries_answered += bool(row["answer"])


def _count_forms(lines: dict[int, Received], feedback: Any) -> None:
    for row in feedback.values("community", "community__name", "state"):
        line = lines.setdefault(row["community"], Received(row["community__name"]))
        line.forms += 1
        line.forms_received += row["state"] != FeedbackState.SENT
        line.forms_used += row["state"] == FeedbackState.USED


def _count_service(lines: dict[int, Received], unit: Organization, period: Period) -> int:
    served = ServiceRecord.objects.certified().filter(
        unit=unit, date__range=(period.start, period.end)
    )
    rows = (
        served.order_by()
        .values("community", "community__name")
        .annotate(people=Count("member", distinct=True), times=Count("pk"), total=Sum("hours"))
    )
    for row in rows:
        line = lines.setdefault(row["community"], Received(row["community__name"]))
        line.people, line.times, line.hours = row["people"], row["times"], row["total"]
    return served.order_by().values("member").distinct().count()


def _uses(unit: Organization, feedback: Any) -> list[tuple[str, int]]:
    counted = Counter(
        dict(
            FeedbackUse.objects.filter(feedback__in=feedback)
            .order_by()
            .values_list("kind")
            .annotate(number=Count("feedback__member", distinct=True))
        )
    )
    words = dict(dictionary(unit.area, "feedback.use"))
    return [(str(words.get(code, code)), number) for code, number in counted.most_common()]


def _grades(feedback: Any, *, reads_grades: bool) -> list[tuple[str, int]] | None:
    counted = Counter(feedback.order_by().values_list("grade", flat=True))
    if not reads_grades and any(number < SMALLEST_GROUP for number in counted.values()):
        return None
    return [(str(grade.label), counted[grade.value]) for grade in Grade if counted[grade.value]]


def _requests(unit: Organization, year: str) -> dict[str, int]:
    rows = FeedbackRequest.objects.filter(asker=unit, asked_on__year=int(year)).exclude(
        state=RequestState.WITHDRAWN
    )
    return {
        "asked": rows.count(),
        "answered": rows.replied().count(),
        "used": rows.exclude(use="").count(),
    }


def _annual_forms(unit: Organization, year: str) -> dict[str, int]:
    rows = AnnualForm.objects.standing().filter(unit=unit, period=year)
    return {
        "asked": rows.count(),
        "signed": rows.exclude(state=AnnualFormState.OPEN).count(),
        "filed": rows.filter(state=AnnualFormState.FILED).count(),
    }
