"""What a community shows in public: open posts, and what was promised; names are shortened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from members.enums import HOLDING, PostState
from members.models import Pledge, ServicePost
from members.queries.posts import open_posts, post_figures
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.fields.codes import mask_name

# A wall takes so many; the newest promises stand first.
_MOST = 200


@dataclass(frozen=True)
class BoardPost:
    """One open post as everybody reads it."""

    title: str
    kind: str
    category: str
    content: str
    when: str
    place: str
    skills: str
    wanted: int
    held: int
    contact: str
    contact_phone: str


@dataclass(frozen=True)
class BoardPledge:
    """One promise as everybody reads it: who in short, what, by when, whether it is done."""

    name: str
    unit: str
    post: str
    text: str
    due_on: date
    is_done: bool


@dataclass(frozen=True)
class Board:
    """A community's public board."""

    posts: list[BoardPost]
    pledges: list[BoardPledge]


def board_of(community: Area) -> Board:
    """Return what hangs on a community's board today."""
    words = dict(dictionary(community, "service_post.class"))
    posts = open_posts(community)[:_MOST]
    figures = post_figures(posts)
    pledges = (
        Pledge.objects.filter(
            claim__post__community=community,
            is_public=True,
            claim__state__in=HOLDING,
        )
        .exclude(claim__post__state=PostState.DRAFT)
        .select_related("claim__post")
        .order_by("-signed_on", "-id")[:_MOST]
    )
    return Board(
        posts=[_post(each, figures.get(each.pk), words) for each in posts],
        pledges=[
            BoardPledge(
                name=mask_name(each.signed_name),
                unit=each.unit_name,
                post=each.claim.post.title,
                text=each.text,
                due_on=each.due_on,
                is_done=each.claim.is_finished,
            )
            for each in pledges
        ],
    )


def _post(post: ServicePost, figures: Any, words: dict[str, Any]) -> BoardPost:
    where = "，".join(part for part in (post.grid.name if post.grid else "", post.place) if part)
    return BoardPost(
        title=post.title,
        kind=str(post.get_kind_display()),
        category=str(words.get(post.category, post.category)),
        content=post.content,
        when=post.schedule or post.times_words,
        place=where,
        skills=post.skills,
        wanted=post.wanted,
        held=figures.held if figures else 0,
        contact=post.contact,
        contact_phone=post.contact_phone,
    )
