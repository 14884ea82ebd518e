"""The tags and filters of the components; one file per component stands in templates/components/."""

from partybuild.ui import filters  # noqa: F401  registers itself
from partybuild.ui.components import actions, charts, forms, lists, page, records  # noqa: F401
from partybuild.ui.components.library import register

__all__ = ("register",)
