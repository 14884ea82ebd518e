"""Who suits a post, and why: by skill, time and place, in words; nobody is assigned by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from members.enums import Availability, ClaimState, Side
from members.models import MemberPlace, PostClaim, ServicePost
from members.queries.posts import standing_counts
from partybuild.areas.queries import parameter

# What members write as their skills, under the class of posts that it suits.
CLASS_WORDS: dict[str, tuple[str, ...]] = {
    "organization": ("党务", "党建", "组织", "文秘", "写作"),
    "law": ("律师", "法律", "法务", "司法", "法官", "检察", "公证", "普法"),
    "poverty": ("就业", "人事", "社工", "社会工作", "心理", "护理", "家电维修", "理发"),
    "governance": ("城管", "规划", "物业", "工程", "水电", "管理", "协商"),
    "health": ("医", "护士", "护理", "急救", "心理", "营养", "药", "卫生"),
    "culture": ("书法", "音乐", "舞蹈", "摄影", "体育", "绘画", "主持", "乐器", "写作"),
    "safety": ("消防", "安全", "警", "治安", "保卫", "应急", "急救", "电工"),
    "policy": ("宣讲", "宣传", "演讲", "主持", "政策", "社保", "税务", "财务"),
    "education": ("教师", "教育", "讲课", "辅导", "英语", "数学", "编程", "培训"),
    "environment": ("园艺", "绿化", "环保", "保洁", "垃圾分类"),
    "mediation": ("调解", "律师", "法律", "心理", "群众工作", "信访"),
}
_BETWEEN = re.compile(r"[、，,；;／/。\s]+")


@dataclass(frozen=True)
class Match:
    """A member who suits a post: their place, why, and how many posts they have already."""

    place: MemberPlace
    reasons: tuple[str, ...]
    claims: int

    @property
    def because(self) -> str:
        """律师、周末、本网格."""
        return "、".join(self.reasons)


def words_in(text: str) -> list[str]:
    """Return the words between 、, in their order and each once."""
    return list(dict.fromkeys(word for word in _BETWEEN.split(text.strip()) if word))


def _skills_that_suit(post: ServicePost, skills: str) -> list[str]:
    if not skills:
        return []
    said = words_in(skills)
    wanted = words_in(post.skills)
    # What the post asks for, found in what the member wrote; or the member's word in the post's.
    direct = [
        word
        for word in said
        if any(each in word or word in each for each in wanted)
        or (len(word) > 1 and word in post.title)
    ]
    if direct:
        return direct
    of_class = CLASS_WORDS.get(post.category, ())
    return [word for word in said if any(each in word for each in of_class)]


def reasons_why(
    post: ServicePost,
    *,
    skills: str,
    availability: Iterable[str],
    grid: int | None,
    building: str = "",
) -> tuple[str, ...]:
    """Return why somebody suits a post, in words; () where nothing speaks for it."""
    labels = dict(Availability.choices)
    reasons = _skills_that_suit(post, skills)
    reasons += [str(labels[each]) for each in post.times if each in set(availability)]
    if post.grid_id is not None and grid == post.grid_id:
        reasons.append("本网格")
    if len(building) > 1 and building in post.place:
        reasons.append("住在附近")
    return tuple(reasons)


def has_the_skill(post: ServicePost, skills: str) -> bool:
    """Whether somebody can do what a post asks for; one that asks for nothing is open to all."""
    return not post.skills.strip() or bool(_skills_that_suit(post, skills))


def reasons_to_take(post: ServicePost, place: MemberPlace) -> tuple[str, ...]:
    """Return why a post is shown to a member as theirs; a free weekend makes nobody a lawyer."""
    return reasons_at(post, place) if has_the_skill(post, place.member.skills) else ()


def reasons_at(post: ServicePost, place: MemberPlace) -> tuple[str, ...]:
    """Return why the member at a place suits a post."""
    member = place.member
    return reasons_why(
        post,
        skills=member.skills,
        availability=member.availability,
        grid=place.grid_id,
        building=member.home_building,
    )


def matches_for(post: ServicePost, most: int = 20) -> tuple[list[Match], int]:
    """Return the members who suit an open post, most reasons first, and how many there are in all.

    Left out are those who have claimed it, have been answered, or have as many posts as one may; where
    somebody has the skill that it asks for, also those who have not.
    """
    answered = (
        PostClaim.objects.filter(post=post)
        .exclude(state=ClaimState.WITHDRAWN)
        .order_by()
        .values("member")
    )
    places = list(
        MemberPlace.objects.filter(side=Side.COMMUNITY, community=post.community_id)
        .exclude(member__in=answered)
        .select_related("member")
        .order_by("sort", "name", "id")
    )
    suited = [(place, reasons) for place in places if (reasons := reasons_at(post, place))]
    counts = standing_counts(place.member_id for place, _reasons in suited)
    limit = parameter(post.community, "claim.max_per_member")
    found = [
        Match(place, reasons, counts.get(place.member_id, 0))
        for place, reasons in suited
        if counts.get(place.member_id, 0) < limit
    ]
    able = [each for each in found if has_the_skill(post, each.place.member.skills)]
    found = able or found
    # The sort is stable: among those with as many reasons the order of names stays.
    found.sort(key=lambda each: -len(each.reasons))
    return found[:most], len(found)
