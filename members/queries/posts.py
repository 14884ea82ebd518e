"""Reads about posts and claims: how full, what is owed, who is invited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from members.enums import FINISHED, HOLDING, STANDING_CLAIM, ClaimState, Side
from members.models import MemberPlace, PartyMember, PostClaim, ServicePost
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import add_working_days, today
from partybuild.obligations.registry import Debt
from units.queries import committee_of

DECIDE_DUTY = "claim.decide"
PLEDGE_DUTY = "pledge.sign"


@dataclass(frozen=True)
class PostFigures:
    """人 who hold a post, 人 who wait for the community, 人 who have done it."""

    held: int = 0
    proposed: int = 0
    done: int = 0


def post_figures(posts: Iterable[ServicePost]) -> dict[int, PostFigures]:
    """Return {primary key: how many} in one query; held counts those serving and those done."""
    rows = (
        PostClaim.objects.filter(post__in=[each.pk for each in posts])
        .order_by()
        .values("post")
        .annotate(
            held=Count("pk", filter=Q(state__in=HOLDING)),
            proposed=Count("pk", filter=Q(state=ClaimState.PROPOSED)),
            done=Count("pk", filter=Q(state__in=FINISHED)),
        )
    )
    return {row["post"]: PostFigures(row["held"], row["proposed"], row["done"]) for row in rows}


def open_posts(community: Area) -> list[ServicePost]:
    """Return a community's open posts, class by class."""
    return list(
        ServicePost.objects.opened()
        .filter(community=community)
        .select_related("community", "grid")
        .order_by("category", "starts_on", "id")
    )


def claims_on_paper(post: ServicePost) -> list[PostClaim]:
    """Return those who have claimed a post and stand on its list, with pledge and service."""
    return list(
        PostClaim.objects.filter(post=post)
        .filter(Q(state__in=STANDING_CLAIM) | Q(state__in=FINISHED))
        .select_related("pledge")
        .prefetch_related("service_records")
        .order_by("proposed_on", "id")
    )


def place_in(community: Area, member: PartyMember) -> MemberPlace | None:
    """Return a member's standing place in a community; None for who has not reported in there."""
    rows = MemberPlace.objects.filter(side=Side.COMMUNITY, community=community, member=member)
    found: MemberPlace | None = rows.first()
    return found


def standing_count(member: PartyMember) -> int:
    """Return how many posts a member waits for or serves in, wherever."""
    return PostClaim.objects.standing().filter(member=member).count()


def standing_counts(members: Iterable[int]) -> dict[int, int]:
    """Return {member: how many posts they wait for or serve in} in one query."""
    rows = (
        PostClaim.objects.filter(member__in=list(members), state__in=STANDING_CLAIM)
        .order_by()
        .values("member")
        .annotate(number=Count("pk"))
    )
    return {row["member"]: row["number"] for row in rows}


def without_post(community: Area) -> QuerySet[MemberPlace]:
    """Return the places in a community of those who have no post there: whom to invite, no ranking."""
    claimed = (
        PostClaim.objects.filter(post__community=community)
        .filter(Q(state__in=STANDING_CLAIM) | Q(state__in=FINISHED))
        .order_by()
        .values("member")
    )
    rows: QuerySet[MemberPlace] = MemberPlace.objects.filter(
        side=Side.COMMUNITY, community=community
    ).exclude(member__in=claimed)
    return rows


def decide_debt(claim: PostClaim) -> Debt | None:
    """Return what a community's committee owes for a claim: an answer, which the street sees."""
    community = claim.post.community
    committee = committee_of(community)
    above = committee_of(community.parent) if community.parent else None
    if committee is None or above is None:
        return None
    return Debt(
        duty=DECIDE_DUTY,
        bearer_organization=committee,
        owed_to=above,
        subject=claim,
        due_on=add_working_days(today(), parameter(community, "claim.decide_days")),
        area=community,
    )


def pledge_debt(claim: PostClaim) -> Debt | None:
    """Return what a member owes once a claim is accepted: the pledge."""
    community = claim.post.community
    committee = committee_of(community)
    if committee is None:
        return None
    return Debt(
        duty=PLEDGE_DUTY,
        bearer_person=claim.member.person,
        owed_to=committee,
        unit=claim.unit,
        subject=claim,
        due_on=add_working_days(today(), parameter(community, "claim.pledge_days")),
        area=community,
    )
