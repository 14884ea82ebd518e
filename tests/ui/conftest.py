"""A real browser for the components."""

from tests.ui.browser import chromium, visit

__all__ = ("chromium", "visit")
