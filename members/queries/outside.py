"""What the REST interface says of members, posts and teams beside their own row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from members.enums import HOLDING, EmploymentState
from members.models import Employment, PostClaim, ServicePost, ServiceRecord, Team, TeamMember
from members.models.member import PartyMemberQuerySet
from partybuild.access import Scope
from partybuild.calendar import Period, today


def with_unit_and_service(rows: PartyMemberQuerySet, scope: Scope) -> PartyMemberQuerySet:
    """Add the unit's codes, this year's certified service in sight, and the last transaction of any of it."""
    current = (
        Employment.objects.current()
        .filter(member=OuterRef("pk"), state=EmploymentState.CONFIRMED)
        .order_by()
    )
    year = Period.of(today(), "year")
    seen = ServiceRecord.objects.visible_to(scope).filter(member=OuterRef("pk")).order_by()
    served = seen.certified().filter(date__range=(year.start, year.end)).values("member")
    last = Max("changed_xid", output_field=BigIntegerField())
    nothing = Value(0, output_field=BigIntegerField())
    employments = Employment.objects.filter(member=OuterRef("pk")).order_by().values("member")
    return rows.annotate(
        unit_uid=Subquery(current.values("unit__uid")[:1]),
        unit_code=Subquery(current.values("unit__resident_unit__credit_code")[:1]),
        times=Coalesce(
            Subquery(served.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0
        ),
        hours=Coalesce(Subquery(served.annotate(n=Sum("hours")).values("n")), Decimal(0)),
        last_change=Greatest(
            F("changed_xid"),
            F("person__changed_xid"),
            Coalesce(Subquery(employments.annotate(last=last).values("last")), nothing),
            Coalesce(Subquery(seen.values("member").annotate(last=last).values("last")), nothing),
        ),
    )


def with_claimed(rows: QuerySet[ServicePost]) -> Any:
    """Add how many hold a place in a post, and the last transaction of it or of its claims."""
    claims = PostClaim.objects.filter(post=OuterRef("pk")).order_by().values("post")
    return _with_number(rows, claims, Q(state__in=HOLDING), "claimed")


def with_members(rows: QuerySet[Team]) -> Any:
    """Add how many stand in a team, and the last transaction of it or of its places."""
    places = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team")
    return _with_number(rows, places, Q(valid_to=None), "members_now")


def _with_number(rows: QuerySet[Any], of: QuerySet[Any], counted: Q, name: str) -> Any:
    last = of.annotate(last=Max("changed_xid", output_field=BigIntegerField())).values("last")
    number = of.annotate(n=Count("pk", filter=counted)).values("n")
    nothing = Value(0, output_field=BigIntegerField())
    return rows.annotate(
        **{name: Coalesce(Subquery(number, output_field=IntegerField()), 0)},
        last_change=Greatest(F("changed_xid"), Coalesce(Subquery(last), nothing)),
    )
