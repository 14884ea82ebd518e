"""What must hold of members, posts, activities, records and feedback when the quarter is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from activities.enums import ActivityState, SignUpState
from activities.models import Activity, Attendance, Evaluation, Seat, SignUp
from config.play.city import PlayCity
from config.play.days import Days
from config.play.tally import debts_of
from members.enums import STANDING_CLAIM, ClaimState, FeedbackState
from members.models import (
    AnnualForm,
    ClaimEvaluation,
    Feedback,
    FeedbackRequest,
    Objection,
    Pledge,
    PostClaim,
    RecommendationLetter,
    Renewal,
    ReportIn,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
    UnitReportIn,
)
from members.queries.statistics import Cut, Figures, by_community, by_unit
from partybuild.areas.queries import parameter
from partybuild.calendar import Period
from wishes.enums import WishState
from wishes.models import Wish, WishClaim, WishRevisit


@dataclass(frozen=True)
class Checked:
    """What the members' side of the quarter came to, and what in it is not as it must be."""

    figures: dict[str, Any]
    faults: list[str]


def checked(city: PlayCity, days: Days) -> Checked:
    """Count what members, units and communities did, and hold it against the rules."""
    cells, unlike = _both_sides(city, days.period)
    faults = [
        *_debts_without_reason(days),
        *_doubles(city),
        *_places(),
        *_wishes(),
        *_records(days.period),
        *_feedback(),
        *unlike,
    ]
    figures = _figures() | {
        "cells_of_statistics": cells,
        "debts_left": days.reasons(),
        "faults": len(faults),
    }
    return Checked(figures, faults)


def _figures() -> dict[str, Any]:
    letters = _by_state(RecommendationLetter)
    report_ins = _by_state(ReportIn)
    claims = _by_state(PostClaim)
    wishes = _by_state(Wish)
    activities = _by_state(Activity)
    forms = _by_state(Feedback)
    records = ServiceRecord.objects.certified().aggregate(n=Count("pk"), hours=Sum("hours"))
    return {
        "letters": letters.total(),
        "letters_used": letters["used"],
        "report_ins": report_ins.total(),
        "confirmed": report_ins["confirmed"],
        "by_proxy": ReportIn.objects.exclude(channel="").count(),
        "returned": report_ins["returned"],
        "passed_on": report_ins["passed_on"],
        "ended": report_ins["ended"],
        "renewals": Renewal.objects.count(),
        "unit_report_ins": UnitReportIn.objects.standing().count(),
        "posts": ServicePost.objects.count(),
        "claims": claims.total(),
        "claims_held": claims["accepted"] + claims["done"] + claims["evaluated"],
        "claims_done": claims["done"] + claims["evaluated"],
        "claims_evaluated": claims["evaluated"],
        "pledges": Pledge.objects.count(),
        "wishes": wishes.total(),
        "wishes_claimed": wishes["claimed"] + wishes["fulfilled"] + wishes["closed"],
        "wishes_closed": wishes["closed"],
        "activities": activities.total(),
        "activities_held": activities["held"],
        "sign_ups": SignUp.objects.count(),
        "came": Attendance.objects.came().count(),
        "evaluations": Evaluation.objects.count(),
        "records": records["n"],
        "hours": str(records["hours"] or Decimal(0)),
        "certificates": ServiceCertificate.objects.exclude(number="").count(),
        "summaries": ServiceSummary.objects.count(),
        "summaries_acknowledged": ServiceSummary.objects.filter(state="acknowledged").count(),
        "summaries_answered": ServiceSummary.objects.exclude(answer="").count(),
        "feedback": forms.total() - forms["replaced"],
        "feedback_sent": Feedback.objects.sent().count(),
        "feedback_acknowledged": forms["acknowledged"] + forms["used"],
        "feedback_used": forms["used"],
        "objections": Objection.objects.count(),
        "revised": forms["replaced"],
        "annual_forms_filed": AnnualForm.objects.filter(state="filed").count(),
        "opinions": FeedbackRequest.objects.count(),
        "opinions_answered": FeedbackRequest.objects.exclude(number="").count(),
    }


def _by_state(model: Any) -> Counter[str]:
    rows = model.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return Counter(dict(rows))


# -- Debts ---------------------------------------------------------------------------------------------
def _debts_without_reason(days: Days) -> Iterator[str]:
    """Every debt is paid, or it is known why it is not."""
    for debt in debts_of(days.period).unpaid().order_by("pk"):
        if not days.reason_for(debt):
            yield f"Nobody knows why this is open: {debt.duty} of {debt.bearer_name}, {debt.due_on}."


# -- Nothing stands twice --------------------------------------------------------------------------------
def _twice(what: str, rows: Any, *keys: str) -> Iterator[str]:
    found = rows.order_by().values(*keys).annotate(times=Count("pk")).filter(times__gt=1).count()
    if found:
        yield f"{found} {what}."


def _doubles(city: PlayCity) -> Iterator[str]:
    yield from _twice(
        "members stand reported in twice at a community",
        ReportIn.objects.active(),
        "member",
        "community",
    )
    most = parameter(city.street, "report_in.max_communities")
    crowded = ReportIn.objects.standing().order_by().values("member")
    if many := crowded.annotate(n=Count("pk")).filter(n__gt=most).count():
        yield f"{many} members stand reported in at too many communities."
    standing = PostClaim.objects.filter(state__in=STANDING_CLAIM)
    limit = parameter(city.street, "claim.max_per_member")
    if (
        many := standing.order_by()
        .values("member")
        .annotate(n=Count("pk"))
        .filter(n__gt=limit)
        .count()
    ):
        yield f"{many} members have more posts than one may."
    yield from _twice("members hold a post twice", standing, "member", "post")
    yield from _twice(
        "members have two open letters", RecommendationLetter.objects.issued(), "member"
    )
    yield from _twice(
        "members signed up twice",
        SignUp.objects.exclude(state=SignUpState.WITHDRAWN),
        "member",
        "activity",
    )
    yield from _twice(
        "members have two forms of a period",
        Feedback.objects.current(),
        "member",
        "community",
        "period",
    )
    yield from _twice("renewals stand twice", Renewal.objects.all(), "report_in", "period")
    here = ReportIn.objects.standing().filter(
        member=OuterRef("member"), community=OuterRef("post__community")
    )
    gone = PostClaim.objects.accepted().filter(~Exists(here))
    if left := gone.count():
        yield f"{left} posts are held by members who have left."


# -- Exactly as many as there are places -----------------------------------------------------------------
def _places() -> Iterator[str]:
    limited = Activity.objects.exclude(places=None).exclude(state=ActivityState.DRAFT)
    for activity in limited.order_by("pk"):
        seats = Seat.objects.filter(activity=activity).count()
        taken = Seat.objects.filter(activity=activity).exclude(sign_up=None).count()
        states = Counter(SignUp.objects.filter(activity=activity).values_list("state", flat=True))
        signed, waiting = states[SignUpState.SIGNED], states[SignUpState.WAITING]
        if seats != activity.places:
            yield f"{activity}: {seats} seats for {activity.places} places."
        if signed != taken or signed != min(seats, signed + waiting):
            yield f"{activity}: {signed} have a place, {taken} of {seats} are taken, {waiting} wait."
    for post in ServicePost.objects.order_by("pk"):
        if (held := PostClaim.objects.holding().filter(post=post).count()) > post.wanted:
            yield f"{post}: {held} hold it, {post.wanted} are wanted."


# -- Wishes ----------------------------------------------------------------------------------------------
def _wishes() -> Iterator[str]:
    """Shown once checked and agreed to, in one hand, closed once the wisher was content."""
    shown = Wish.objects.exclude(published_on=None)
    if bad := shown.filter(
        Q(agreed_to_show=False) | Q(phoned_on=None) | Q(visited_on=None)
    ).count():
        yield f"{bad} wishes were shown without a check."
    held = WishClaim.objects.holding().filter(wish=OuterRef("pk"))
    in_hand = Q(state__in=(WishState.CLAIMED, WishState.FULFILLED, WishState.CLOSED))
    if bad := Wish.objects.filter(in_hand & ~Exists(held)).count():
        yield f"{bad} wishes are in nobody's hand and say otherwise."
    if bad := Wish.objects.filter(Exists(held)).exclude(in_hand).count():
        yield f"{bad} wishes are in somebody's hand and say otherwise."
    yield from _twice("wishes are in two hands", WishClaim.objects.holding(), "wish")
    content = WishRevisit.objects.filter(wish=OuterRef("pk")).exclude(grade="dissatisfied")
    if bad := Wish.objects.filter(~Exists(content), state=WishState.CLOSED).count():
        yield f"{bad} wishes were closed though nobody was content."


# -- Records ---------------------------------------------------------------------------------------------
def _records(period: Period) -> Iterator[str]:
    """Who came has one record, certified; each record of the quarter stands in one summary."""
    came = Attendance.objects.came().filter(activity__state=ActivityState.HELD)
    if missing := came.filter(service_record=None).count():
        yield f"{missing} who came have no record of service."
    if (
        unlike := came.exclude(service_record__member=F("member"))
        .exclude(service_record=None)
        .count()
    ):
        yield f"{unlike} records of service are somebody else's."
    if waiting := ServiceRecord.objects.waiting().count():
        yield f"{waiting} records were never certified."
    done = PostClaim.objects.finished().exclude(service_records__state="certified")
    if done.exists():
        yield f"{done.count()} posts were finished without service."
    answered = Exists(ClaimEvaluation.objects.filter(claim=OuterRef("pk")))
    finished = PostClaim.objects.finished()
    unlike = finished.filter(answered).exclude(state=ClaimState.EVALUATED).count()
    unlike += finished.filter(~answered, state=ClaimState.EVALUATED).count()
    if unlike:
        yield f"{unlike} posts say otherwise than their answers whether they were evaluated."
    for summary in ServiceSummary.objects.order_by("pk"):
        own = summary.records.aggregate(times=Count("pk"), hours=Sum("hours"))
        if (own["times"], own["hours"] or Decimal(0)) != (summary.times, summary.hours):
            yield f"{summary}: says {summary.times} and {summary.hours} hours, its records {own}."
    summed = ServiceSummary.objects.filter(period=str(period))
    pairs = set(summed.values_list("community", "unit"))
    left = ServiceRecord.objects.certified().filter(
        summary=None, date__range=(period.start, period.end)
    )
    for pair in left.order_by().values_list("community", "unit").distinct():
        if pair in pairs:
            yield f"A record of community {pair[0]} and unit {pair[1]} is in no summary."


def _feedback() -> Iterator[str]:
    """What was sent is graded as its facts were counted, within the cap, and received with a number."""
    without = Feedback.objects.filter(
        Q(state__in=(FeedbackState.ACKNOWLEDGED, FeedbackState.USED), receipt_number="")
        | Q(state=FeedbackState.USED, uses=None)
    )
    if without.exists():
        yield f"{without.count()} forms were received or used without a trace."
    for form in Feedback.objects.sent().order_by("pk"):
        span = Period.parse(form.period)
        own = ServiceRecord.objects.certified().filter(
            member=form.member_id,
            community=form.community_id,
            date__range=(span.start, span.end),
        )
        if form.facts["times"] != own.count():
            yield f"{form}: says {form.facts['times']} times, the records {own.count()}."


# -- Both sides of the statistics --------------------------------------------------------------------------
def _both_sides(city: PlayCity, period: Period) -> tuple[int, list[str]]:
    """Each cell of 活动情况统计表 as the unit reads it and as the community does; returns how many."""
    theirs: dict[tuple[int | None, int | None], Figures] = {}
    ours: dict[tuple[int | None, int | None], Figures] = {}
    for community in city.communities:
        for group in by_unit(Cut(community.secretary.scope, period)):
            if group.row is not None:
                theirs[(community.area.pk, group.row.pk)] = group.figures
    for unit in city.units:
        for group in by_community(Cut(unit.secretary.scope, period)):
            if group.row is not None:
                ours[(group.row.pk, unit.organization.pk)] = group.figures
    unlike = [
        f"Community {key[0]} and unit {key[1]} read different figures: "
        f"{theirs.get(key)} and {ours.get(key)}."
        for key in sorted({*theirs, *ours}, key=str)
        if theirs.get(key) != ours.get(key)
    ]
    return len(theirs), unlike
