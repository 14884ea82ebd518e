"""May this post do it? Asked in views and viewsets, answered from access.csv."""

from typing import Any

from django.core.exceptions import PermissionDenied

from partybuild.access.actors import Actor


class Refused(PermissionDenied):
    """Inside the scope, but without the right: answered with 403 in plain words."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def may(by: Actor, key: str, target: Any = None) -> bool:
    """Tell whether an actor holds a right, on one row if given."""
    if by.scope.is_system:
        return True
    if not by.scope.cell(key).allows:
        return False
    if target is None:
        return True
    return type(target)._default_manager.reached(by.scope, key).filter(pk=target.pk).exists()


def require(by: Actor, key: str, target: Any = None) -> None:
    """Refuse what an actor may not do; the row has already been found through `visible_to`."""
    if not may(by, key, target):
        raise Refused(key)
