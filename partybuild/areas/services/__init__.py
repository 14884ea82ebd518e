"""Writes on areas and their settings."""

from partybuild.areas.services.areas import create_area
from partybuild.areas.services.settings import set_dictionary_entry, set_parameter

__all__ = ("create_area", "set_dictionary_entry", "set_parameter")
