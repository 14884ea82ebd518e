"""Reads about units."""

from units.queries.bodies import committee_of, committees_of

__all__ = ("committee_of", "committees_of")
