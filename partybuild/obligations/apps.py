"""Application of the ledger."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ObligationsConfig(AppConfig):
    """partybuild.obligations."""

    name = "partybuild.obligations"

    def ready(self) -> None:
        """Find the duties that apps declare in their duties.py."""
        autodiscover_modules("duties")
        import_module("partybuild.obligations.handing_over")
