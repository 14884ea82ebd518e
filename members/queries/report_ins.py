"""Reads about report-ins: what is owed about them, and who has not reported in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from members.enums import ACTIVE_REPORT_IN, MemberCategory, MemberState, ReportInState
from members.models import Employment, RecommendationLetter, Renewal, ReportIn
from partybuild.approvals.models import Approval
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import SHANGHAI, Period, add_working_days, today
from partybuild.calendar.periods import HALF, YEAR
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization
from units.queries import committee_of, committees_of

FIRST_DUTY = "report_in.first"
# The line under which a unit asks to be let off a debt.
EXEMPT_KEY = "obligation.exempt"
DECIDE_REPORT_IN_DUTY = "report_in.decide"
RENEW_DUTY = "report_in.renew"
_WAVE = 2000
# Words of report_in.end_reason that say that somebody is no longer at the unit.
LEAVING = ("retired", "transferred", "died", "relation")
# What report_in.renewal says, and the periods that follow.
PERIOD_KINDS = {"yearly": YEAR, "half_yearly": HALF}


def moving_from(report_in: ReportIn) -> ReportIn | None:
    """Return the report-in that waits to take this one's place (转出中)."""
    return (
        ReportIn.objects.waiting().filter(replaces=report_in.pk).select_related("community").first()
    )


def room_for_another(active: Iterable[ReportIn]) -> int | None:
    """Return how many communities a member may report in at where they may add one; None where not.

    A move takes one place, not two: what waits to replace another does not count beside it.
    """
    rows = list(active)
    if not rows:
        return None
    most: int = parameter(rows[0].community, "report_in.max_communities")
    replaced = {row.replaces_id for row in rows}
    return most if len([row for row in rows if row.pk not in replaced]) < most else None


def last_returned(rows: Iterable[ReportIn]) -> ReportIn | None:
    """Return the latest of a member's report-ins, newest first, where its community has sent it back."""
    latest = next(iter(rows), None)
    return latest if latest is not None and latest.state == ReportInState.RETURNED else None


def renewal_period(report_in: ReportIn, day: date) -> Period | None:
    """Return the year or half-year for which a report-in is to be renewed on a day."""
    kind = PERIOD_KINDS.get(parameter(report_in.community, "report_in.renewal"))
    if (
        kind is None
        or report_in.state != ReportInState.CONFIRMED
        or report_in.member.category != MemberCategory.IN_SERVICE
    ):
        return None
    period = Period.of(day, kind)
    # Who reported in during this period has just said so.
    if report_in.decided_on is None or report_in.decided_on >= period.start:
        return None
    return period


def renewal_due(report_in: ReportIn, day: date) -> Period | None:
    """Return the period for which a renewal is still missing on a day."""
    period = renewal_period(report_in, day)
    if period is None:
        return None
    done = Renewal.objects.filter(report_in=report_in.pk, period=str(period))
    return None if done.exists() else period


def renewals_missing(rows: QuerySet[ReportIn], community: Area, day: date) -> QuerySet[ReportIn]:
    """Keep which report-ins of a community are to be renewed on a day, in the order of lists of people."""
    kind = PERIOD_KINDS.get(parameter(community, "report_in.renewal"))
    if kind is None:
        return rows.none()
    period = Period.of(day, kind)
    done = Renewal.objects.filter(report_in=OuterRef("pk"), period=str(period))
    return rows.filter(
        ~Exists(done),
        community=community,
        state=ReportInState.CONFIRMED,
        decided_on__lt=period.start,
        member__category=MemberCategory.IN_SERVICE,
    ).order_by("member__person__sort", "member__person__name", "pk")


def decide_debt(report_in: ReportIn) -> Debt | None:
    """Return what the community owes: an answer; the committee above counts it, the unit sees it."""
    community = report_in.community
    committee = committee_of(community)
    above = committee_of(community.parent)
    if committee is None or above is None or committee.pk == above.pk:
        return None
    days = parameter(community, "report_in.decide_days")
    return Debt(
        duty=DECIDE_REPORT_IN_DUTY,
        bearer_organization=committee,
        owed_to=above,
        unit=report_in.unit,
        subject=report_in,
        due_on=add_working_days(max(report_in.submitted_on, today()), days),
        area=community,
    )


def unreported(unit_id: int) -> QuerySet[Employment]:
    """Return a unit's in-service people who are to report in and stand so nowhere.

    In the order of lists of people, not by how long or how often: this tells whom to ask, and ranks
    nobody. Who has been exempted (sent abroad, long ill, living outside the city) is asked no more.
    """
    return _nowhere(unit_id).filter(~_exempted(), ~_said_to_have_left())


def said_to_have_left(unit_id: int) -> QuerySet[Employment]:
    """Return whom a community has let go as retired or transferred while the unit's roster still has them.

    They owe no first report-in: the unit takes them off its roster, or writes a new letter.
    """
    return _nowhere(unit_id).filter(_said_to_have_left())


def _said_to_have_left() -> Exists:
    written_since = RecommendationLetter.objects.filter(
        member=OuterRef("member"), issued_on__gte=OuterRef("ended_on")
    )
    return Exists(
        ReportIn.objects.filter(
            ~Exists(written_since),
            member=OuterRef("member"),
            state=ReportInState.ENDED,
            end_reason__in=LEAVING,
            ended_on__gte=OuterRef("valid_from"),
        )
    )


def exempted(unit_id: int) -> QuerySet[Employment]:
    """Return a unit's in-service people who stand nowhere and need not."""
    return _nowhere(unit_id).filter(_exempted())


def exemptions_asked(unit_id: int, jobs: Iterable[Employment]) -> dict[int, date]:
    """Return {employment: the day on which its exemption was asked for} of those that wait to be decided."""
    by_uid = {job.uid: job.pk for job in jobs}
    debts = dict(
        Obligation.objects.filter(duty=FIRST_DUTY, unit=unit_id, subject_uid__in=by_uid)
        .unpaid()
        .values_list("uid", "subject_uid")
    )
    asked = Approval.objects.waiting().filter(key=EXEMPT_KEY, target_uid__in=debts)
    return {
        by_uid[debts[uid]]: at.astimezone(SHANGHAI).date()
        for uid, at in asked.values_list("target_uid", "requested_at")
    }


def _exempted() -> Exists:
    return Exists(
        Obligation.objects.filter(
            duty=FIRST_DUTY, state=ObligationState.EXEMPT, subject_uid=OuterRef("uid")
        )
    )


def _nowhere(unit_id: int) -> QuerySet[Employment]:
    active = ReportIn.objects.filter(member=OuterRef("member"), state=ReportInState.CONFIRMED)
    return (
        Employment.objects.current()
        .confirmed()
        .filter(
            ~Exists(active),
            unit=unit_id,
            member__category=MemberCategory.IN_SERVICE,
            member__state=MemberState.ACTIVE,
        )
        .select_related("member__person", "branch__organization")
        .order_by("member__person__sort", "member__person__name", "pk")
    )


def _without_debt(rows: QuerySet[Any], duty: str, period: str) -> QuerySet[Any]:
    """Leave out what stands in the ledger: the daily sweep mostly finds nothing new."""
    standing = Obligation.objects.filter(duty=duty, period=period, subject_uid=OuterRef("uid"))
    return rows.filter(~Exists(standing))


def first_debts() -> Iterator[Debt]:
    """Return what members on rosters owe their unit: to report in where they live, once."""
    active = ReportIn.objects.filter(member=OuterRef("member"), state__in=ACTIVE_REPORT_IN)
    rows = (
        Employment.objects.current()
        .confirmed()
        .filter(
            ~Exists(active),
            ~_said_to_have_left(),
            member__category=MemberCategory.IN_SERVICE,
            member__state=MemberState.ACTIVE,
        )
    )
    found = _without_debt(rows, FIRST_DUTY, "").select_related("member__person", "unit__area")
    days: dict[int | None, int] = {}
    day = today()
    for job in found.order_by("pk").iterator(chunk_size=2000):
        area = job.unit.area
        key = area.pk if area else None
        if key not in days:
            days[key] = parameter(area, "report_in.first_deadline")
        if not days[key]:
            continue
        yield Debt(
            duty=FIRST_DUTY,
            bearer_person=job.member.person,
            owed_to=job.unit,
            unit=job.unit,
            subject=job,
            # From the day on which the platform knows of them: an old roster is no old debt.
            due_on=max(job.valid_from, day) + timedelta(days=days[key]),
            area=area,
        )


def _renewing(period: Period) -> list[Area]:
    """Return the communities with standing report-ins that renew by this kind of period."""
    keys = ReportIn.objects.standing().order_by().values("community").distinct()
    return [
        area
        for area in Area.objects.filter(pk__in=keys)
        if PERIOD_KINDS.get(parameter(area, "report_in.renewal")) == period.kind
    ]


def renew_debts(period: Period) -> Iterator[Debt]:
    """Return who is to say again, in this year or half-year, that they take part in a community."""
    areas = {area.pk: area for area in _renewing(period)}
    if not areas:
        return
    committees = committees_of(areas.values())
    done = Renewal.objects.filter(report_in=OuterRef("pk"), period=str(period))
    rows = (
        ReportIn.objects.standing()
        .filter(
            ~Exists(done),
            community__in=areas,
            decided_on__lt=period.start,
            member__category=MemberCategory.IN_SERVICE,
        )
        .select_related("member__person")
    )
    found = _without_debt(rows, RENEW_DUTY, str(period))
    source = found.order_by("pk").iterator(chunk_size=_WAVE)
    while wave := list(islice(source, _WAVE)):
        employers = _employers(wave)
        for report_in in wave:
            committee = committees.get(report_in.community_id)
            if committee is None:
                continue
            yield Debt(
                duty=RENEW_DUTY,
                bearer_person=report_in.member.person,
                owed_to=committee,
                unit=employers.get(report_in.member_id),
                subject=report_in,
                period=str(period),
                due_on=period.end,
                area=areas[report_in.community_id],
            )


def _employers(report_ins: Iterable[ReportIn]) -> dict[int, Organization]:
    """Return {member: the unit that employs them}.

    By keys, not by the query that found them: joined to it, right after an import of thousands the database
    takes its old counts of rows for true and reads all report-ins anew for each employment.
    """
    jobs = (
        Employment.objects.current()
        .confirmed()
        .filter(member__in={report_in.member_id for report_in in report_ins})
        .select_related("unit")
    )
    return {job.member_id: job.unit for job in jobs}
