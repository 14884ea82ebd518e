"""The visibility code asked the other way round: not what a post sees, but which posts see a row.

`visible_to` is asked once per column with a scope of stand-ins instead of values; in the SQL that it
makes, each stand-in gives way to the column of the posts that are tried. So the answer can say
nothing else than `visible_to` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from partybuild.access.rights import Cell, Reach
from partybuild.access.roles import ADMINISTRATORS, Level, Role
from partybuild.access.scopes import Scope

# Values that no row has: found again among the parameters of a query.
_ORGANIZATION = -7_100_000_001
_PERSON = -7_100_000_002
_AREA = -7_100_000_003
_PATH = "\x7fpath"
_COLUMNS: dict[Any, str] = {
    _ORGANIZATION: "post.organization_id",
    _PERSON: "post.person_id",
    _AREA: "post.area_id",
    _PATH: "post.path",
    _PATH + "~": "(post.path || '~')",
}


@dataclass(frozen=True)
class Kind:
    """A column of access.csv and the posts that read their rights in it."""

    column: str
    role: Role
    levels: tuple[Level, ...] = ()

    @property
    def scope(self) -> Scope:
        """Return the scope of any such post, in stand-ins."""
        if self.role in ADMINISTRATORS or self.role == Role.MEMBER:
            return Scope(column=self.column, role=self.role, person_id=_PERSON)
        return Scope(
            column=self.column,
            role=self.role,
            organization_id=_ORGANIZATION,
            person_id=_PERSON,
            area_id=_AREA,
            area_path=_PATH,
        )


KINDS: tuple[Kind, ...] = (
    Kind("city", Role.COMMITTEE, (Level.PROVINCE, Level.CITY)),
    Kind("district", Role.COMMITTEE, (Level.DISTRICT,)),
    Kind("street", Role.COMMITTEE, (Level.STREET,)),
    Kind("community_worker", Role.COMMITTEE, (Level.COMMUNITY,)),
    Kind("community_secretary", Role.COMMUNITY_SECRETARY),
    Kind("community_worker", Role.COMMUNITY_WORKER),
    Kind("unit_secretary", Role.UNIT_SECRETARY),
    Kind("unit_liaison", Role.UNIT_LIAISON),
    Kind("member", Role.MEMBER),
    Kind("system_admin", Role.SYSTEM_ADMIN),
    Kind("security_admin", Role.SECURITY_ADMIN),
    Kind("auditor", Role.AUDITOR),
)


@dataclass
class Sight:
    """Which posts of a kind see a row, each with the reasons."""

    kind: Kind
    cell: Cell
    # {post: reasons, the strongest first}
    posts: dict[int, list[str]] = field(default_factory=dict)


def sights(row: Model, posts: QuerySet[Any]) -> Iterator[Sight]:
    """Yield for each kind of post which of these posts see a row; `posts` are appointments."""
    model = type(row)
    rows = model._default_manager
    visibility = model.visibility  # type: ignore[attr-defined]
    for kind in KINDS:
        scope = kind.scope
        cell = scope.cell(visibility.view)
        sight = Sight(kind, cell)
        tried = posts.filter(role=kind.role)
        if kind.levels:
            tried = tried.filter(organization__area__level__in=kind.levels)
        seeing = _posts(row, rows.visible_to(scope), tried)  # type: ignore[attr-defined]
        sight.posts = {post: [] for post in seeing}
        # A model that narrows or widens its door itself is explained by whatever way leads there.
        for reach in (cell.reach, Reach.PARTICIPANT, Reach.OWN, Reach.UNIT):
            if all(sight.posts.values()):
                break
            for part in visibility.parts(model._meta.label, scope, reach, reading=True):
                for post in _posts(row, model._base_manager.filter(part.rows), tried):
                    reasons = sight.posts.get(post)
                    if reasons is not None and str(part.words) not in reasons:
                        reasons.append(str(part.words))
        for reasons in sight.posts.values():
            if not reasons:
                reasons.append(_("按权限表的规定"))
        yield sight


def _posts(row: Model, rows: QuerySet[Any], posts: QuerySet[Any]) -> list[int]:
    """Return the posts for whom the row is among the rows."""
    tried = posts.order_by().values_list(
        "pk", "organization_id", "person_id", "organization__area_id", "organization__area__path"
    )
    try:
        outer, outer_values = tried.query.sql_with_params()
        inner, inner_values = rows.filter(pk=row.pk).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    asked, values = _with_columns(inner, inner_values)
    with connections[posts.db].cursor() as cursor:
        cursor.execute(
            # Both queries are compiled by Django, their values go beside them.
            f"SELECT post.id FROM ({outer}) post(id, organization_id, person_id, area_id, path)"  # noqa: S608
            f" WHERE EXISTS ({asked})",
            [*outer_values, *values],
        )
        return [pk for (pk,) in cursor.fetchall()]


def _with_columns(sql: str, values: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """Put the posts' columns where the stand-ins are."""
    left: list[Any] = []
    waiting = iter(values)

    def put(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%%"
        value = next(waiting)
        column = _COLUMNS.get(value) if isinstance(value, int | str) else None
        if column is None:
            left.append(value)
            return "%s"
        return column

    return re.sub(r"%[s%]", put, sql), left
