"""What the record says of a member in a community and period: the ground of every evaluation.

Records of service and claims only; nothing of clicks, log-ins or time spent online is read here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from members.enums import FINISHED, HOLDING, ClaimState
from members.models import PartyMember, Pledge, PostClaim, Renewal, ServiceRecord
from members.queries.evaluations import given_between, said_elsewhere
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import Period
from partybuild.evaluations.queries import Verdict, sum_of, verdicts

# Decided by the community; what was only proposed, declined or withdrawn is no fact about service.
_TAKEN_ON = (*HOLDING, ClaimState.LEFT, ClaimState.ABSENT)


@dataclass(frozen=True)
class Facts:
    """A member's period in a community, counted from certified records and decided claims."""

    # 次: services certified by the community.
    times: int = 0
    # 小时, to 0.5.
    hours: Decimal = Decimal(0)
    # 件: posts taken on, and those done.
    claims: int = 0
    completed: int = 0
    # 份: pledges signed.
    pledges: int = 0
    # 次: report-ins renewed.
    renewals: int = 0
    # [{date, content, kind, hours}] in the order of days.
    services: list[dict[str, str]] = field(default_factory=list)
    # [{title, state}] of the posts, as they stood at the period's end.
    posts: list[dict[str, str]] = field(default_factory=list)
    # 份: what residents and those served answered in the period about posts and activities.
    said: Verdict = field(default_factory=Verdict)

    @property
    def missed(self) -> int:
        """Posts taken on at which the member did not appear."""
        return sum(1 for each in self.posts if each["state"] == ClaimState.ABSENT)

    def as_json(self) -> dict[str, Any]:
        """Return the snapshot that is kept on a form."""
        return {
            "times": self.times,
            "hours": str(self.hours),
            "claims": self.claims,
            "completed": self.completed,
            "pledges": self.pledges,
            "renewals": self.renewals,
            "services": self.services,
            "posts": self.posts,
            "said": {
                "satisfied": self.said.satisfied,
                "mostly": self.said.mostly,
                "dissatisfied": self.said.dissatisfied,
            },
        }


def facts_of(member: PartyMember, community: Area, period: Period) -> Facts:
    """Return what the record says of one member."""
    return facts_by_member([member.pk], community, period)[member.pk]


def facts_by_member(members: Iterable[int], community: Area, period: Period) -> dict[int, Facts]:
    """Return the facts of many members, by key, in a fixed number of queries."""
    words = dict(dictionary(community, "service.kind"))
    keys = list(members)
    services: dict[int, list[ServiceRecord]] = {key: [] for key in keys}
    records = ServiceRecord.objects.certified().filter(
        community=community, member__in=keys, date__range=(period.start, period.end)
    )
    for record in records.order_by("date", "id"):
        services[record.member_id].append(record)
    said = _said(services, community, period)
    posts = _posts(keys, community, period)
    pledges = Counter(
        Pledge.objects.filter(
            claim__member__in=keys,
            claim__post__community=community,
            signed_on__range=(period.start, period.end),
        ).values_list("claim__member", flat=True)
    )
    renewals = Counter(
        Renewal.objects.filter(
            report_in__member__in=keys,
            report_in__community=community,
            renewed_on__range=(period.start, period.end),
        ).values_list("report_in__member", flat=True)
    )
    return {
        key: Facts(
            times=len(services[key]),
            hours=sum((each.hours for each in services[key]), Decimal(0)),
            claims=len(posts[key]),
            completed=sum(1 for each in posts[key] if each["state"] == ClaimState.DONE),
            pledges=pledges[key],
            renewals=renewals[key],
            services=[
                {
                    "date": each.date.isoformat(),
                    "content": each.content,
                    "kind": words.get(each.kind, each.kind),
                    "hours": str(each.hours),
                }
                for each in services[key]
            ],
            posts=posts[key],
            said=said[key],
        )
        for key in keys
    }


def _said(
    services: dict[int, list[ServiceRecord]], community: Area, period: Period
) -> dict[int, Verdict]:
    """Return what was answered about each member: an activity counts once, posts by the day of the answer."""
    answers = given_between(period.start, period.end).filter(
        claim__member__in=services, claim__post__community=community
    )
    of_posts = verdicts(answers, "claim__member")
    elsewhere = said_elsewhere(record for rows in services.values() for record in rows)
    found = {}
    for member, rows in services.items():
        things = {
            elsewhere[row.pk].of: elsewhere[row.pk].verdict for row in rows if row.pk in elsewhere
        }
        found[member] = sum_of([*things.values(), of_posts.get(member, Verdict())])
    return found


def _posts(
    members: Iterable[int], community: Area, period: Period
) -> dict[int, list[dict[str, str]]]:
    """Return the posts that members held on a day of the period; one that ended later is still held."""
    posts: dict[int, list[dict[str, str]]] = {key: [] for key in members}
    claims = (
        PostClaim.objects.filter(
            member__in=posts,
            post__community=community,
            state__in=_TAKEN_ON,
            decided_on__lte=period.end,
        )
        .filter(Q(ended_on=None) | Q(ended_on__gte=period.start))
        .select_related("post")
        .order_by("decided_on", "id")
    )
    for claim in claims:
        is_over = claim.ended_on is not None and claim.ended_on <= period.end
        state = claim.state if is_over else ClaimState.ACCEPTED
        # What residents said of it stands in its own line.
        state = ClaimState.DONE if state in FINISHED else state
        posts[claim.member_id].append({"title": claim.post.title, "state": str(state)})
    return posts
