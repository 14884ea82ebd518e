"""Application of resident units."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class UnitsConfig(AppConfig):
    """units."""

    name = "units"

    def ready(self) -> None:
        """Read which figures higher floors put into a report, and what they let end."""
        autodiscover_modules("prefills", "blockers", "panels")
