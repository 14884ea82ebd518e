"""Application of notices."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    """partybuild.notices."""

    name = "partybuild.notices"

    def ready(self) -> None:
        """Find what other apps plan and check: their notices.py."""
        autodiscover_modules("notices")
        import_module("partybuild.notices.outgoing")
        import_module("partybuild.notices.plans")
