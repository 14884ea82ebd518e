"""A browser for the pages of joint meetings."""

from tests.ui.browser import chromium, visit

__all__ = ("chromium", "visit")
