"""Application of the access rules."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    """partybuild.access."""

    name = "partybuild.access"

    def ready(self) -> None:
        """Read what higher floors bring into sight, and the law itself, so that faults stop the start."""
        from partybuild.access.rights import table

        table()
        autodiscover_modules("reach")
