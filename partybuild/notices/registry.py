"""What higher floors add to notices in their notices.py."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Model

from partybuild.access import Actor

if TYPE_CHECKING:
    from partybuild.notices.models import Notice

Planner = Callable[[Actor], int]
Check = Callable[[Sequence["Notice"]], dict[int, str]]
Target = Callable[[Sequence["Notice"]], dict[int, Model]]

# The chat groups that a post may set robots for: (label, uid, name) of councils and the like.
GroupSource = Callable[[Actor], Iterable[tuple[str, uuid.UUID, str]]]

_group_sources: list[GroupSource] = []
_group_kinds: set[str] = set()
_planners: list[Planner] = []
_checks: list[Check] = []
_targets: list[Target] = []


def planner(function: Planner) -> Planner:
    """Register what writes reminders that have fallen due; may run any number of times at once."""
    _planners.append(function)
    return function


def check(function: Check) -> Check:
    """Register what, asked just before sending, names notices no longer wanted and why."""
    _checks.append(function)
    return function


def link_targets(function: Target) -> Target:
    """Register what finds the object of a notice's signed link."""
    _targets.append(function)
    return function


def group_source(function: GroupSource) -> GroupSource:
    """Register what names the groups, besides its own, that a body may set a robot for."""
    _group_sources.append(function)
    return function


def groups_of(by: Actor) -> list[tuple[str, uuid.UUID, str]]:
    """Return the groups, besides the body's own, that this post may set a robot for."""
    return [found for source in _group_sources for found in source(by)]


def told_in_groups(*kinds: str) -> None:
    """Let notices of these kinds be posted by the sender's robot too: their titles name no person."""
    _group_kinds.update(kinds)


def group_kinds() -> frozenset[str]:
    """Return the kinds of notices that robots post."""
    return frozenset(_group_kinds)


def planners() -> tuple[Planner, ...]:
    """Return the registered planners."""
    return tuple(_planners)


def unwanted(notices: Sequence[Notice]) -> dict[int, str]:
    """Return {primary key: reason} of notices that must not go out any more."""
    found: dict[int, str] = {}
    for function in _checks:
        found.update(function(notices))
    return found


def targets(notices: Sequence[Notice]) -> dict[int, Model]:
    """Return {primary key: object} for the signed links of notices."""
    found: dict[int, Model] = {}
    for function in _targets:
        found.update(function(notices))
    return found
