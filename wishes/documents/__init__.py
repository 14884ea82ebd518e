"""The papers about wishes; the order of the imports is the order on the panel of a page."""

from wishes.documents import sheets as _sheets

__all__ = ("_sheets",)
