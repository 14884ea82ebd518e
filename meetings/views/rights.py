"""What the reader of a page may do with what it shows, in as few questions as rights differ."""

from __future__ import annotations

from typing import Any

from partybuild.access import Actor, may, require
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization


def rights(by: Actor, target: Any, *keys: str) -> dict[str, bool]:
    """Return {"may_meeting_plan": True, …}: rights of one reach cover the same rows."""
    asked: dict[Any, bool] = {}
    found = {}
    for key in keys:
        cell = by.scope.cell(key)
        allowed = cell.allows
        if allowed:
            if cell.reach not in asked:
                asked[cell.reach] = may(by, key, target)
            allowed = asked[cell.reach]
        found["may_" + key.replace(".", "_")] = allowed
    return found


def speaks_for(by: Actor, organization: Organization, own: str, proxy: str, target: Any) -> bool:
    """Tell whether an actor answers for an organization as its own (True) or as a proxy (False).

    Area posts answer as themselves only for their own committee (access.md): the rest is a proxy
    line. Refused where neither right is held.
    """
    if by.organization_id == organization.pk and by.scope.cell(own).allows:
        return True
    require(by, proxy, target=target)
    return False


def own_area(by: Actor) -> Area | None:
    """Return the area that a post looks from, for its words and rules."""
    return Area.objects.visible_to(by.scope).filter(pk=by.scope.area_id).first()
