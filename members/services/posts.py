"""Posts: set, changed, published, offered to those whom they suit, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import ClaimState, EventKind, PostKind, PostState
from members.exceptions import FewerThanServe, PostAlreadyDecided, PostNotOpen
from members.models import PartyMember, PostClaim, ServicePost
from members.queries.posts import DECIDE_DUTY
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import void

CHANGEABLE = (
    "kind",
    "category",
    "grid",
    "title",
    "content",
    "wanted",
    "skills",
    "times",
    "schedule",
    "place",
    "contact",
    "contact_phone",
    "note",
    "starts_on",
    "ends_on",
)
# What those who serve are told when it changes.
_TOLD = ("times", "schedule", "place", "starts_on", "ends_on", "contact_phone")


def locked_post(post: ServicePost) -> ServicePost:
    """Take the post's row: whoever counts its places does so one at a time."""
    return ServicePost.objects.select_for_update(of=("self",)).get(pk=post.pk)


@transaction.atomic
def set_post(
    *,
    community: Area,
    title: str,
    category: str,
    content: str,
    wanted: int,
    contact: str,
    contact_phone: str,
    by: Actor,
    kind: str = PostKind.POST,
    starts_on: date | None = None,
    **more: Any,
) -> ServicePost:
    """Draft a post; members see it once it is published."""
    post = ServicePost(
        community=community,
        title=title.strip(),
        category=category,
        content=content.strip(),
        wanted=wanted,
        contact=contact,
        contact_phone=contact_phone,
        kind=kind,
        starts_on=starts_on or today(),
        **more,
    )
    post.freeze_areas(community)
    post.full_clean(exclude=("community", "grid"))
    post.save()
    record_event(EventKind.POST_SET, target=post, by=by)
    return post


@transaction.atomic
def change_post(post: ServicePost, *, by: Actor, **values: Any) -> ServicePost:
    """Change a post that is not over; those who serve are told of a new time or place."""
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    post = locked_post(post)
    if post.state == PostState.CLOSED:
        raise PostAlreadyDecided
    before = ServicePost.objects.get(pk=post.pk)
    for name, value in values.items():
        setattr(post, name, value)
    held = PostClaim.objects.holding().filter(post=post).count()
    if post.wanted < held:
        raise FewerThanServe(held)
    post.version += 1
    post.full_clean(exclude=("community", "grid"))
    post.save()
    changes = differences(before, post, tuple(values))
    if changes:
        record_event(EventKind.POST_CHANGED, target=post, by=by, changes=changes)
    if set(changes) & set(_TOLD):
        _tell_those_who_serve(post, by=by)
    return post


def _tell_those_who_serve(post: ServicePost, *, by: Actor) -> None:
    holders = PostClaim.objects.accepted().filter(post=post).select_related("member__person")
    notify(
        kind="post.changed",
        subject=post,
        recipients=[Recipient(person=each.member.person) for each in holders],
        title=_("岗位安排有变化：%(title)s") % {"title": post.title},
        body=_(
            "您认领的“%(title)s”改了安排，请打开查看新的时间、地点。不能到岗的，请在岗位页面退出。"
        )
        % {"title": post.title},
        path=post.get_absolute_url(),
        round=post.version,
        by=by,
    )


@transaction.atomic
def publish_post(post: ServicePost, *, by: Actor) -> ServicePost:
    """Show a post to the members of the community and to their units."""
    # The filter is the lock: of two publishing at once, one updates a row and one updates none.
    if not ServicePost.objects.filter(pk=post.pk, state=PostState.DRAFT).update(
        state=PostState.OPEN, published_on=today()
    ):
        raise PostAlreadyDecided
    post.refresh_from_db()
    record_event(EventKind.POST_PUBLISHED, target=post, by=by)
    return post


@transaction.atomic
def close_post(post: ServicePost, *, reason: str, by: Actor) -> ServicePost:
    """Take no more claims: who waits is told kindly, who serves is seen through to the end."""
    post = locked_post(post)
    day = today()
    if (
        not ServicePost.objects.opened()
        .filter(pk=post.pk)
        .update(state=PostState.CLOSED, closed_on=day, close_reason=reason)
    ):
        raise PostAlreadyDecided
    record_event(EventKind.POST_CLOSED, target=post, by=by, reason=reason)
    waiting = PostClaim.objects.proposed().filter(post=post).select_related("member__person")
    for claim in waiting.select_for_update(of=("self",)):
        PostClaim.objects.filter(pk=claim.pk).update(
            state=ClaimState.DECLINED, decided_on=day, decided_by=by.post, ended_on=day,
            end_reason=reason,
        )  # fmt: skip
        void(duty=DECIDE_DUTY, subject=claim, by=by)
        record_event(EventKind.CLAIM_DECLINED, target=claim, by=by, reason=reason, follows=True)
        notify(
            kind="claim.declined",
            subject=claim,
            recipients=[Recipient(person=claim.member.person)],
            title=_("岗位已结束招募：%(title)s") % {"title": post.title},
            body=_("您认领的“%(title)s”已结束招募：%(reason)s。谢谢您的热心，欢迎认领其他岗位。")
            % {"title": post.title, "reason": reason},
            path=claim.get_absolute_url(),
            by=by,
        )
    post.refresh_from_db()
    return post


@transaction.atomic
def offer_post(post: ServicePost, *, members: Iterable[PartyMember], by: Actor) -> int:
    """Tell members of a post that suits them; whether they claim it is their own decision.

    Returns how many were told: nobody is told of the same post twice.
    """
    if post.state != PostState.OPEN:
        raise PostNotOpen
    people = list(members)
    record_event(EventKind.POST_OFFERED, target=post, by=by, changes={"people": len(people)})
    return notify(
        kind="post.offered",
        subject=post,
        recipients=[Recipient(person=each.person) for each in people],
        title=_("%(community)s有一个岗位可能适合您：%(title)s")
        % {"community": post.community.name, "title": post.title},
        body=_("%(content)s。愿意参加的，打开后按“认领”；不方便的不用回复。")
        % {"content": post.content.rstrip("。")},
        path=post.get_absolute_url(),
        by=by,
    )
