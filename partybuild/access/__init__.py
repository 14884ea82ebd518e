"""Who may do what to which rows: the law in access.csv, read at start."""

from partybuild.access.actors import Actor
from partybuild.access.rights import Cell, Reach, cell, column_keys
from partybuild.access.roles import Level, Role
from partybuild.access.rules import Refused, may, require
from partybuild.access.scopes import Scope
from partybuild.access.visibility import Visibility

__all__ = (
    "Actor",
    "Cell",
    "Level",
    "Reach",
    "Refused",
    "Role",
    "Scope",
    "Visibility",
    "cell",
    "column_keys",
    "may",
    "require",
)
