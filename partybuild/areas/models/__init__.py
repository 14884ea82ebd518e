"""Areas, parameters, dictionaries."""

from partybuild.areas.models.area import Area, AreaKeys
from partybuild.areas.models.settings import DictionaryEntry, Parameter

__all__ = ("Area", "AreaKeys", "DictionaryEntry", "Parameter")
