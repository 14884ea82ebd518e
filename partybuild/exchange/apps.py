"""Application of imports and exports."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    """partybuild.exchange."""

    name = "partybuild.exchange"

    def ready(self) -> None:
        """Learn what can be imported: this floor's own sheets and each app's exchange.py."""
        from partybuild.exchange import resources  # noqa: F401

        autodiscover_modules("exchange")
