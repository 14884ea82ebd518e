"""Writes on people."""

from partybuild.people.services.people import change_person, create_person

__all__ = ("change_person", "create_person")
