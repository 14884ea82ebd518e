"""Posts, claims, pledges and teams of the demo: every state that a page shows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from config.demo.services.people import Staff
from config.demo.services.places import Places
from members.enums import TeamRole
from members.models import PartyMember, ServicePost
from members.queries.matching import matches_for
from members.queries.post_templates import BY_KEY
from members.queries.posts import standing_count
from members.services import (
    accept_claim,
    certify_records,
    decline_claim,
    enter_claim_evaluations,
    finish_claim,
    form_team,
    join_team,
    open_post_evaluation,
    propose_claim,
    publish_post,
    say_claim_asked,
    set_post,
    sign_pledge,
)
from members.services.service_records import enter_claim_services
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Area
from partybuild.calendar import today

# Of each community: which usual posts it has set, by their keys; the last one is still a draft.
_SETS = (
    ("law-desk", "health-check", "patrol", "area-building", "pioneer-window", "waste"),
    ("elder-visit", "repair", "culture"),
    ("clean", "phone-class", "mediation"),
)
_TEAMS = (("平安志愿服务队", "patrol", 6), ("爱心陪护队", "companion", 4))


def set_posts(places: Places, staff: Staff) -> None:
    """Let every community set posts, and the first live through claims, pledges and service."""
    for number, community in enumerate(places.communities):
        by = actor_in(staff.secretaries[number])
        members = staff.members.get(community.pk, [])
        keys = _SETS[number] if number < len(_SETS) else _SETS[1 + number % 2]
        posts = [
            set_post(
                community=community,
                grid=places.grids[community.pk][turn % 3] if turn % 2 else None,
                starts_on=today() - timedelta(days=40 - turn),
                contact=staff.workers[number].person.name,
                contact_phone=f"0999-8800{number:02d}{turn:02d}",
                by=by,
                **_values_of(key),
            )
            for turn, key in enumerate(keys)
        ]
        for post in posts[:-1]:
            publish_post(post, by=by)
        _teams(community, places, members, by)
        _claims(posts[:-1], members, by, worker=actor_in(staff.workers[number]))


def _values_of(key: str) -> dict[str, Any]:
    values = BY_KEY[key].initial()
    if key == "area-building":
        values["place"] = "江南苑1—3幢"
    return values


def _claims(
    posts: list[ServicePost], members: list[PartyMember], by: Actor, *, worker: Actor
) -> None:
    """One serves and has finished, one is to sign, one waits, one was answered kindly."""
    # Asked when it is their turn: nobody has more posts than one may.
    free = (member for member in members if standing_count(member) < 2)
    for turn, post in enumerate(posts):
        found, _count = matches_for(post)
        suited = [match.place.member for match in found[:2]] or [
            member for _number, member in zip(range(2), free, strict=False)
        ]
        # A post for one is not claimed any more once somebody has it.
        for place, member in enumerate(suited[: post.wanted]):
            claim = propose_claim(
                post, member=member, channel="wechat" if place else "phone", by=worker
            )
            if turn == 2 and place == 1:
                continue
            if turn == 1 and place == 1:
                decline_claim(claim, reason="这一期人数已够，下一期优先安排您", by=by)
                continue
            claim = accept_claim(claim, by=by)
            if turn == 3:
                continue
            sign_pledge(
                claim,
                text=f"自愿承担“{post.title}”，按时到岗，热心服务居民。",
                due_on=date(today().year, 12, 31),
                channel="paper",
                by=worker,
            )
            if turn == 0 and place == 0:
                records = enter_claim_services(
                    [claim],
                    date=today() - timedelta(days=3),
                    content=post.title,
                    hours=Decimal(2),
                    by=worker,
                )
                certify_records(records, by=by)
                enter_claim_evaluations(
                    claim,
                    counts={
                        ("served", "satisfied"): 4 + members.index(member) % 3,
                        ("served", "mostly"): 1,
                        ("resident", "satisfied"): 2,
                    },
                    by=worker,
                )
                say_claim_asked(claim, asked=12, by=worker)
                finish_claim(claim, by=by)
            if turn == 1:
                # Serving on, and those served are being asked.
                records = enter_claim_services(
                    [claim],
                    date=today() - timedelta(days=2),
                    content=post.title,
                    hours=Decimal("1.5"),
                    by=worker,
                )
                certify_records(records, by=by)
                open_post_evaluation(post, by=by)


def _teams(community: Area, places: Places, members: list[PartyMember], by: Actor) -> None:
    for turn, (name, kind, size) in enumerate(_TEAMS):
        people = members[turn * 6 : turn * 6 + size]
        if not people:
            continue
        team = form_team(
            community=community,
            name=name,
            kind=kind,
            grid=places.grids[community.pk][turn % 3] if turn else None,
            by=by,
        )
        for place, member in enumerate(people):
            role = TeamRole.MEMBER if place else TeamRole.LEADER
            join_team(team, member=member, role=role, by=by)
