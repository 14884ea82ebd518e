"""Application of the shared pages."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    """partybuild.portal."""

    name = "partybuild.portal"

    def ready(self) -> None:
        """Find what apps show on the home page and in search: their panels.py."""
        autodiscover_modules("panels")
        # A sign-in is an event of Django's.
        from partybuild.portal import privacy_gate  # noqa: F401
