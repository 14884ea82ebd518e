"""Who can see a record and why: bodies by name, posts by number, what stands open without signing in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor, Cell, cell
from partybuild.access.explain import Sight, sights
from partybuild.accounts.models import ApiToken, Appointment, SignedLink
from partybuild.calendar import now, today

COLUMNS = {
    "city": lazy("市级党委工作人员"),
    "district": lazy("区级党委工作人员"),
    "street": lazy("街道党（工）委工作人员"),
    "community_secretary": lazy("社区党组织书记"),
    "community_worker": lazy("社区党务工作者"),
    "unit_secretary": lazy("单位党组织书记"),
    "unit_liaison": lazy("单位联络员"),
    "member": lazy("在职党员"),
    "system_admin": lazy("系统管理员"),
    "security_admin": lazy("安全管理员"),
    "auditor": lazy("审计管理员"),
}
SHOWN = 12


@dataclass
class Line:
    """The posts of one column that see a record."""

    label: str
    note: str = ""
    posts: int = 0
    bodies: list[str] = field(default_factory=list)
    # Of one's own body only.
    names: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def shown(self) -> str:
        """Return the first bodies by name."""
        return "、".join(self.bodies[:SHOWN])

    @property
    def more(self) -> int:
        """Return how many bodies are not named."""
        return max(0, len(self.bodies) - SHOWN)


@dataclass(frozen=True)
class Door:
    """What opens a record without anybody signing in."""

    label: str
    whose: str
    until: datetime | None


@dataclass(frozen=True)
class Explanation:
    """Who sees a record."""

    lines: list[Line]
    blind: list[str]
    totals: list[str]
    tokens: list[Door]
    links: list[Door]

    @property
    def posts(self) -> int:
        """Return how many posts see it."""
        return sum(line.posts for line in self.lines)


def who_sees(row: Model, by: Actor) -> Explanation:
    """Return which posts see a record and why; persons are named only within one's own body."""
    current = Appointment.objects.current(today())
    found = list(sights(row, current))
    posts = {
        post.pk: post
        for post in current.filter(pk__in=[pk for sight in found for pk in sight.posts])
        .select_related("organization", "person")
        .order_by("organization__sort", "organization_id", "sort", "pk")
    }
    lines: dict[str, Line] = {}
    blind: dict[str, None] = {}
    totals: dict[str, None] = {}
    for sight in found:
        label = str(COLUMNS[sight.kind.column])
        if sight.posts:
            _note(lines.setdefault(label, Line(label, _note_of(sight.cell))), sight, posts, by)
        elif sight.cell.totals_only:
            totals[label] = None
        else:
            blind[label] = None
    view = type(row).visibility.view  # type: ignore[attr-defined]
    return Explanation(
        lines=list(lines.values()),
        blind=[label for label in blind if label not in lines],
        totals=list(totals),
        tokens=_tokens(view, list(posts)),
        links=_links(row),
    )


def _note(line: Line, sight: Sight, posts: dict[int, Any], by: Actor) -> None:
    line.posts += len(sight.posts)
    for pk, post in posts.items():
        if pk not in sight.posts:
            continue
        body = post.organization
        if body is not None and body.name not in line.bodies:
            line.bodies.append(body.name)
        is_mine = body is not None and body.pk == by.organization_id
        if (is_mine or post.person_id == by.person_id) and post.person.name not in line.names:
            line.names.append(post.person.name)
    for reasons in sight.posts.values():
        line.reasons += [reason for reason in reasons if reason not in line.reasons]


def _note_of(right: Cell) -> str:
    return _("个人信息按岗位遮蔽") if right.masked else ""


def _tokens(view: str, posts: list[int]) -> list[Door]:
    rows = ApiToken.objects.filter(
        appointment__in=posts, revoked_at=None, expiry__gt=timezone.now()
    ).select_related("appointment__organization")
    return [
        Door(token.name, str(token.appointment.organization or ""), token.expiry)
        for token in rows.order_by("name", "created")
        if cell(view, token.column).allows and (not token.operations or view in token.operations)
    ]


def _links(row: Model) -> list[Door]:
    rows = SignedLink.objects.filter(
        target_label=row._meta.label,
        target_uid=row.uid,  # type: ignore[attr-defined]
        revoked_at=None,
        expires_at__gt=now(),
    ).select_related("organization", "person")
    return [
        Door(
            _("办理链接"),
            link.organization.called if link.organization else _("工作群（收到链接的人）"),
            link.expires_at,
        )
        for link in rows.order_by("pk")
    ]
