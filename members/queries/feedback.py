"""Feedback: for whom a form is due, what its facts propose, and how many may be excellent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q

from members.enums import (
    EmploymentState,
    FeedbackException,
    FeedbackPartKind,
    Grade,
    ReportInState,
)
from members.models import Employment, Feedback, FeedbackDelivery, ReportIn, ServiceRecord
from members.queries.facts import Facts
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.areas.queries.inherited import parameters_of
from partybuild.calendar import Period, add_working_days
from partybuild.calendar.periods import HALF, QUARTER, YEAR
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization

COMMENT_DUTY = "feedback.comment"
SEND_DUTY = "feedback.send"
ACKNOWLEDGE_DUTY = "feedback.acknowledge"
USE_DUTY = "feedback.use"
REVIEW_DUTY = "feedback.review"

CYCLES = {"yearly": YEAR, "half_yearly": HALF, "quarterly": QUARTER}
SCALES = {
    "three": (Grade.EXCELLENT, Grade.QUALIFIED, Grade.UNQUALIFIED),
    "four": (Grade.EXCELLENT, Grade.QUALIFIED, Grade.BASIC, Grade.UNQUALIFIED),
    "good": (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.UNQUALIFIED),
}
CAPS = {
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "fifth": Fraction(1, 5),
    "none": Fraction(1),
}
# Whoever is asked from outside the community: their word may differ from what the facts propose.
_OTHERS = (FeedbackPartKind.LEADER, FeedbackPartKind.ORGANIZATION)


@dataclass(frozen=True)
class Rules:
    """How a place evaluates."""

    scale: tuple[Grade, ...]
    cap: Fraction
    times_a_year: int
    excellent_times: int

    @property
    def usual(self) -> Grade:
        """The grade of who does what is asked: the one below excellent."""
        return self.scale[1]

    @property
    def below(self) -> Grade | None:
        """The grade of who does less, where the scale has one that is not failing."""
        return self.scale[2] if len(self.scale) > 3 else None

    def choices(self) -> list[tuple[str, str]]:
        """Return the grades that a form offers."""
        return [(str(grade), str(grade.label)) for grade in self.scale]

    def places_among(self, forms: int) -> int:
        """Return how many of so many forms may be excellent."""
        return int(self.cap * forms)


def rules_of(community: Area) -> Rules:
    """Return the rules of a place."""
    values = parameters_of(
        community,
        ("eval.grades", "eval.excellent_cap", "activity.min_per_year", "eval.excellent_times"),
    )
    return Rules(
        scale=SCALES[values["eval.grades"]],
        cap=CAPS[values["eval.excellent_cap"]],
        times_a_year=values["activity.min_per_year"],
        excellent_times=values["eval.excellent_times"],
    )


def cycle_of(community: Area) -> str:
    """Return the kind of period after which a place gives feedback."""
    return CYCLES[parameter(community, "feedback.cycle")]


def last_period(community: Area, on: date) -> Period:
    """Return the newest period of a place that is over on a day."""
    return Period.of(on, cycle_of(community)).previous()


@dataclass(frozen=True)
class Subject:
    """A member for whom a form is due, as they stood in the period."""

    member_id: int
    name: str
    unit: Organization
    post: str
    report_in: ReportIn | None

    def days_in(self, period: Period) -> int:
        """Return on how many days of the period they were reported in."""
        if self.report_in is None:
            return 0
        first = max(self.report_in.stands_since, period.start)
        last = min(self.report_in.ended_on or period.end, period.end)
        return max((last - first).days + 1, 0)


def subjects_of(community: Area, period: Period) -> tuple[list[Subject], int]:
    """Return for whom a form is due, and how many stand without a unit that could read one.

    Whoever was reported in on a day of the period, or served here in it.
    """
    report_ins = {
        each.member_id: each
        for each in ReportIn.objects.filter(
            community=community,
            state__in=(ReportInState.CONFIRMED, ReportInState.ENDED),
            decided_on__lte=period.end,
            member__merged_into=None,
            member__person__erased_at=None,
        )
        .filter(Q(ended_on=None) | Q(ended_on__gte=period.start))
        .select_related("member__person", "unit", "grid")
        .order_by("decided_on", "id")
    }
    served = (
        ServiceRecord.objects.certified()
        .filter(
            community=community,
            date__range=(period.start, period.end),
            member__merged_into=None,
            member__person__erased_at=None,
        )
        .select_related("member__person", "unit")
        .order_by("date", "id")
    )
    people = {key: each.member.person for key, each in report_ins.items()}
    units = {key: each.unit for key, each in report_ins.items()}
    posts = {key: each.post for key, each in report_ins.items()}
    for record in served:
        people.setdefault(record.member_id, record.member.person)
        if units.get(record.member_id) is None:
            units[record.member_id] = record.unit
    # Where they work at the period's end; what they said when reporting in is older.
    jobs = (
        Employment.objects.filter(
            member__in=people, state=EmploymentState.CONFIRMED, valid_from__lte=period.end
        )
        .filter(Q(valid_to=None) | Q(valid_to__gt=period.end))
        .select_related("unit")
        .order_by("valid_from", "id")
    )
    for job in jobs:
        units[job.member_id] = job.unit
        posts[job.member_id] = job.post
    found = [
        Subject(
            member_id=key,
            name=person.name,
            unit=units[key],
            post=posts.get(key, ""),
            report_in=report_ins.get(key),
        )
        for key, person in sorted(
            people.items(), key=lambda item: (item[1].sort, item[1].name, item[0])
        )
        if units.get(key) is not None
    ]
    return found, len(people) - len(found)


def times_wanted(subject: Subject, period: Period, rules: Rules) -> int:
    """Return how often a member should have taken part: by the days they were reported in, rounded."""
    return (rules.times_a_year * subject.days_in(period) * 2 + 365) // (2 * 365)


@dataclass
class Proposal:
    """What the facts propose, and why somebody should look."""

    grade: Grade | None
    exceptions: list[str] = field(default_factory=list)
    might_be_excellent: bool = False


def proposal(
    facts: Facts, wanted: int, rules: Rules, *, has_ended: bool, parts: Iterable[Any] = ()
) -> Proposal:
    """Return what one member's own facts say; nobody is compared with anybody."""
    given = [part for part in parts if part.is_given]
    reasons: list[str] = []
    grade: Grade | None = rules.usual
    if facts.times == 0:
        grade = None
        reasons.append(FeedbackException.NO_SERVICE)
    elif facts.times < wanted:
        grade = rules.below
        reasons.append(FeedbackException.FEW_TIMES)
    if facts.missed:
        reasons.append(FeedbackException.MISSED_POSTS)
    if has_ended:
        reasons.append(FeedbackException.ENDED)
    if any(part.dissatisfied for part in given):
        reasons.append(FeedbackException.DISSATISFIED)
    is_clear = not reasons
    might = is_clear and 0 < rules.excellent_times * wanted <= facts.times
    spoken = {part.grade for part in given if part.part in _OTHERS and part.grade}
    if spoken - {grade, *((Grade.EXCELLENT,) if might else ())}:
        reasons.append(FeedbackException.PARTS_DIFFER)
        might = False
    return Proposal(grade, [str(each) for each in reasons], might)


def share_places(proposals: Iterable[Proposal], places: int) -> None:
    """Propose excellent where there are places for all who might be; else leave it to a person.

    The program does not choose among people.
    """
    candidates = [each for each in proposals if each.might_be_excellent]
    for each in candidates:
        if len(candidates) <= places:
            each.grade = Grade.EXCELLENT
        else:
            each.exceptions.append(str(FeedbackException.OVER_CAP))


def excellent_count(community: Area, period: str) -> tuple[int, int]:
    """Return how many forms of a period stand as excellent by a person's word, of how many."""
    standing = Feedback.objects.current().filter(community=community, period=period)
    return standing.filter(grade=Grade.EXCELLENT).count(), standing.count()


def send_due_on(community: Area, period: Period) -> date:
    """Return the day by which a community owes the forms of a period."""
    return add_working_days(period.end, parameter(community, "feedback.send_due_days"))


def send_debt(feedback: Feedback, due_on: date) -> Debt:
    """Return what a community owes a unit about a member."""
    return Debt(
        duty=SEND_DUTY,
        bearer_organization=feedback.committee,
        owed_to=feedback.unit,
        unit=feedback.unit,
        subject=feedback.member,
        due_on=due_on,
        period=feedback.period,
        area=feedback.community,
    )


def receipts_of(delivery: FeedbackDelivery) -> tuple[int, list[str]]:
    """Return how many forms of a delivery wait for the unit's receipt, and the receipts given."""
    forms = Feedback.objects.filter(delivery=delivery)
    numbers = forms.exclude(receipt_number="").order_by("receipt_number")
    return (
        forms.unacknowledged().count(),
        list(numbers.values_list("receipt_number", flat=True).distinct()),
    )
