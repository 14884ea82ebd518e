"""The sheets of this floor; apps declare theirs in their exchange.py."""

from partybuild.exchange.resources import areas

__all__ = ("areas",)
