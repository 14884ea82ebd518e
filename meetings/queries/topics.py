"""How topics stand: hints for who decides, the line of steps, figures by state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from meetings.enums import (
    TOOK_PLACE,
    ResolutionState,
    TopicResult,
    TopicState,
)
from meetings.models import AgendaItem, Council, Resolution, Topic
from meetings.queries.charter import charter_of
from partybuild.ui.filters import short_date_cn

# Words that every second title has: they make nothing alike.
_COMMON = re.compile(r"关于|建议|议题|进一步|加强|开展|做好|社区|小区|问题|工作|方案|请示|[\W_]+")
# How far back similar ones are looked for.
_LOOKED_AT = 400
_ALIKE = 0.5
_SETTLED = (TopicResult.CONSENSUS, TopicResult.PASSED)

# The states by which the list is counted and filtered: {key: (words, condition)}.
STANDINGS: dict[str, tuple[Any, Q]] = {
    "submitted": (lazy("待审核"), Q(state=TopicState.SUBMITTED)),
    "ready": (lazy("列入，待上会"), Q(state=TopicState.ACCEPTED, result="", on_agenda=False)),
    "scheduled": (
        lazy("已排入会议"),
        Q(state=TopicState.ACCEPTED, result="", on_agenda=True, was_met=False),
    ),
    "unrecorded": (lazy("已开会，待登记结果"), Q(result="", was_met=True)),
    "settled": (lazy("已议成"), Q(result__in=_SETTLED)),
    "rejected": (lazy("否决"), Q(result=TopicResult.REJECTED)),
    "unsettled": (
        lazy("未议成，已结转"),
        Q(result__in=(TopicResult.NOT_REACHED, TopicResult.NOT_DISCUSSED)),
    ),
    "backlog": (lazy("缓议，待再提"), Q(state=TopicState.DEFERRED, carried_to=None)),
    "put_up_again": (lazy("缓议，已再提"), Q(state=TopicState.DEFERRED, carried_to__isnull=False)),
    "referred": (lazy("转办"), Q(state=TopicState.REFERRED)),
    "returned": (lazy("退回"), Q(state=TopicState.RETURNED)),
    "draft": (lazy("草稿"), Q(state=TopicState.DRAFT)),
}


def with_standing(topics: QuerySet[Any]) -> QuerySet[Any]:
    """Add whether a topic stands on an agenda, and whether that meeting took place."""
    items = AgendaItem.objects.filter(topic=OuterRef("pk"), is_current=True)
    return topics.annotate(
        on_agenda=Exists(items), was_met=Exists(items.filter(meeting__state__in=TOOK_PLACE))
    )


def standing_counts(topics: QuerySet[Any]) -> dict[str, int]:
    """Return how many topics stand in each way, with one query."""
    rows = with_standing(topics).order_by()
    counts: dict[str, int] = rows.aggregate(
        **{
            key: Count("pk", filter=condition, distinct=True)
            for key, (_words, condition) in STANDINGS.items()
        }
    )
    return counts


def standing_of(topic: Topic) -> tuple[str, str]:
    """Return the words and the tone of how a topic stands, from `with_standing` or without."""
    on_agenda, was_met = getattr(topic, "on_agenda", False), getattr(topic, "was_met", False)
    words = standing_words(topic.state, topic.result, on_agenda, was_met)
    if topic.result:
        return words, "good" if topic.result in _SETTLED else "plain"
    return words, "warn" if was_met else _TONES[TopicState(topic.state)]


def standing_words(state: str, result: str, on_agenda: bool, was_met: bool) -> str:
    """Return in words how a topic stands."""
    if result:
        return str(TopicResult(result).label)
    if was_met:
        return str(STANDINGS["unrecorded"][0])
    if state == TopicState.ACCEPTED and on_agenda:
        return str(STANDINGS["scheduled"][0])
    return str(TopicState(state).label)


_TONES = {
    TopicState.DRAFT: "plain",
    TopicState.SUBMITTED: "warn",
    TopicState.ACCEPTED: "good",
    TopicState.DEFERRED: "info",
    TopicState.REFERRED: "info",
    TopicState.RETURNED: "warn",
}


# -- Hints ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """Something earlier that sounds like a topic."""

    title: str
    url: str
    detail: str


@dataclass(frozen=True)
class Hint:
    """Why a topic may not be ripe; a hint, never a barrier."""

    key: str
    text: str


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighboring characters of a title without its empty words."""
    said = _COMMON.sub("", text)
    return {said[at : at + 2] for at in range(len(said) - 1)}


def is_alike(one: str, other: str) -> bool:
    """Tell whether two titles sound alike: half of the shorter one's pairs of characters are shared."""
    mine, others = _pairs(one), _pairs(other)
    shorter = min(len(mine), len(others))
    shared = len(mine & others)
    return shorter >= 2 and shared >= 2 and shared / shorter >= _ALIKE


def alike(council: Council, topics: Sequence[Topic]) -> dict[int, list[Alike]]:
    """Return {topic: what earlier in the council sounds like it}, with two queries for all."""
    earlier = list(council.topics.exclude(state=TopicState.DRAFT).order_by("-id")[:_LOOKED_AT])
    decided = list(council.resolutions.select_related("meeting").order_by("-id")[:_LOOKED_AT])
    found: dict[int, list[Alike]] = {}
    for topic in topics:
        near = [
            Alike(
                other.title,
                other.get_absolute_url(),
                f"{other.get_result_display() or other.get_state_display()}"
                f" {short_date_cn(other.proposed_on)}",
            )
            for other in earlier
            if other.pk not in {topic.pk, topic.carried_from_id}
            and other.carried_from_id != topic.pk
            and is_alike(topic.title, other.title)
        ]
        near += [
            Alike(
                row.text,
                row.get_absolute_url(),
                _("%(day)s议定，%(state)s")
                % {"day": short_date_cn(row.meeting.held_on), "state": row.get_state_display()},
            )
            for row in decided
            if is_alike(topic.title, row.text)
        ]
        found[topic.pk] = near[:3]
    return found


def admission_hints(topic: Topic) -> list[Hint]:
    """Return what speaks against taking a topic as it is (domain §3.1), from the row and its call."""
    hints = []
    concerned = [name for name in re.split(r"[、，,；;\s]+", topic.concerned) if name]
    others = [name for name in concerned if name not in topic.organization.name]
    if len(others) > 1 and not topic.is_coordinated:
        hints.append(
            Hint("uncoordinated", _("涉及%(count)d家单位，还没有协调。") % {"count": len(others)})
        )
    if not others and topic.organization_id != topic.council.convener_id:
        hints.append(Hint("own_powers", _("没有写涉及单位：如在提出单位职权内能办，不必上会。")))
    if not topic.proposal.strip():
        hints.append(Hint("no_opinion", _("没有建议方案或初步意见。")))
    if not topic.chair_opinion and topic.carried_from_id is None:
        if topic.call is None:
            hints.append(Hint("ad_hoc", _("不在征集期内提出，列入需主任同意。")))
        elif topic.proposed_on is not None and topic.call.is_past(topic.proposed_on):
            hints.append(Hint("late", _("征集截止后提出，列入需主任同意。")))
    return hints


def majority_hint(council: Council, votes_for: int | None) -> str:
    """Return the sentence that warns of a vote without its majority; "" where all is well.

    Where the charter decides by show of hands, more than half of the members must be in favor.
    """
    if votes_for is None or charter_of(council).decision_mode != "show_of_hands":
        return ""
    members = council.members.members().count()
    if votes_for * 2 > members:
        return ""
    return _(
        "章程规定举手表决、成员单位过半数赞成为通过：现有%(members)d家成员单位，赞成%(votes)d票，未过半数。请核对。"
    ) % {"members": members, "votes": votes_for}


# -- What became of it ----------------------------------------------------------------------------


def topic_steps(
    topic: Topic, item: AgendaItem | None, resolutions: Iterable[Resolution]
) -> list[dict[str, str]]:
    """Return the line from 提交 to 销号, as far as it goes."""
    rows = list(resolutions)
    steps = [_step(_("提交"), topic.proposed_on is not None, short_date_cn(topic.proposed_on))]
    decided = topic.decided_on is not None
    steps.append(
        _step(
            topic.get_state_display() if decided else _("审核"),
            decided,
            short_date_cn(topic.decided_on),
        )
    )
    if topic.state in {TopicState.DEFERRED, TopicState.REFERRED, TopicState.RETURNED}:
        return _with_current(steps)
    steps.append(
        _step(
            _("列入会议"),
            item is not None,
            short_date_cn(item.meeting.starts_at) if item is not None else "",
        )
    )
    steps.append(
        _step(
            topic.get_result_display() or _("讨论"),
            bool(topic.result),
            short_date_cn(topic.result_on),
        )
    )
    if topic.result and topic.result not in _SETTLED:
        return _with_current(steps)
    closed = [row for row in rows if row.state == ResolutionState.CLOSED]
    over = [row for row in rows if row.state in {ResolutionState.CLOSED, ResolutionState.STOPPED}]
    count = _("%(count)d项") % {"count": len(rows)} if rows else ""
    steps.append(_step(_("议定事项"), bool(rows), count))
    done = bool(rows) and len(over) == len(rows)
    part = _("%(done)d/%(all)d项") % {"done": len(closed), "all": len(rows)} if rows else ""
    steps.append(_step(_("销号"), done, part))
    return _with_current(steps)


def _step(label: Any, is_done: bool, note: str) -> dict[str, str]:
    return {"label": str(label), "state": "done" if is_done else "todo", "note": note or ""}


def _with_current(steps: list[dict[str, str]]) -> list[dict[str, str]]:
    waiting = next((step for step in steps if step["state"] == "todo"), None)
    if waiting is not None:
        waiting["state"] = "current"
    return steps
