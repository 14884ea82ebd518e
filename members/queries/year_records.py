"""What the record says of a member's year in every community: the ground of the annual form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from members.enums import ClaimState, ReportInState
from members.models import AnnualForm, Employment, MemberPlace, PartyMember, ReportIn, ServiceRecord
from members.queries.facts import facts_of
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.evaluations.enums import Satisfaction
from partybuild.evaluations.queries import Verdict

FORM_DUTY = "annual_form.sign"


def reported_in_during(member: PartyMember, start: date, end: date) -> QuerySet[ReportIn]:
    """Return the confirmed report-ins that stood on any day between two."""
    return (
        ReportIn.objects.filter(
            Q(ended_on=None) | Q(ended_on__gte=start),
            member=member,
            state__in=(ReportInState.CONFIRMED, ReportInState.ENDED),
            decided_on__isnull=False,
            submitted_on__lte=end,
        )
        .select_related("community")
        .order_by("submitted_on", "id")
    )


def year_record(member: PartyMember, period: Period) -> dict[str, Any]:
    """Return the snapshot of a year: each community with its report-in, services and posts.

    {as_of, is_reported_in, times, hours, claims, completed,
    places: [{community, reported_on, ended_on, times, hours, claims, completed, pledges, services, posts}]}.
    """
    report_ins = {
        each.community_id: each for each in reported_in_during(member, period.start, period.end)
    }
    served = ServiceRecord.objects.certified().filter(
        member=member, date__range=(period.start, period.end)
    )
    keys = {*report_ins, *served.order_by().values_list("community", flat=True)}
    places = []
    for community in Area.objects.filter(pk__in=keys).order_by("path"):
        report_in = report_ins.get(community.pk)
        places.append(
            {
                "community": community.name,
                "reported_on": report_in.stands_since.isoformat() if report_in else "",
                "ended_on": report_in.ended_on.isoformat()
                if report_in and report_in.ended_on
                else "",
                **facts_of(member, community, period).as_json(),
            }
        )
    return {
        "as_of": min(today(), period.end).isoformat(),
        "is_reported_in": bool(report_ins),
        "times": sum(place["times"] for place in places),
        "hours": str(sum((Decimal(place["hours"]) for place in places), Decimal(0))),
        "claims": sum(place["claims"] for place in places),
        "completed": sum(place["completed"] for place in places),
        "places": places,
    }


def in_words(record: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot for the eye: the states of posts in words."""
    names = dict(ClaimState.choices)
    places = [
        {
            **place,
            "posts": [
                {**post, "state": str(names.get(post["state"], post["state"]))}
                for post in place["posts"]
            ],
        }
        for place in record["places"]
    ]
    return {**record, "places": places, "said": said_of(record).words}


def said_of(record: dict[str, Any]) -> Verdict:
    """Return what residents and those served said of the year in all communities together."""
    # Forms signed before answers were counted have none.
    every = [place.get("said", {}) for place in record["places"]]
    return Verdict(
        **{grade: sum(said.get(grade, 0) for said in every) for grade in Satisfaction.values}
    )


def needs_explanation(record: dict[str, Any]) -> bool:
    """Tell whether the year shows no reporting in, or nothing done: then the form says why."""
    done = record["times"] or record["completed"]
    return not record["is_reported_in"] or not done


def record_of(form: AnnualForm) -> dict[str, Any]:
    """Return the facts of a form: as they were signed, or as they are while it is open."""
    return form.facts or year_record(form.member, Period.parse(form.period))


def work_of(member: PartyMember, unit_id: int) -> Employment | None:
    """Return a member's employment at a unit."""
    return (
        Employment.objects.current()
        .filter(member=member, unit=unit_id)
        .select_related("unit", "branch__organization")
        .first()
    )


def without_form(unit_id: int, period: Period) -> QuerySet[MemberPlace]:
    """Return the places of a unit's people for whom no form of a year stands."""
    standing = AnnualForm.objects.standing().filter(period=str(period)).values("member")
    rows: QuerySet[MemberPlace] = (
        MemberPlace.objects.on_rosters().filter(unit=unit_id).exclude(member__in=standing)
    )
    return rows
