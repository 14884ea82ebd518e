"""Application of imports and exports."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    """partybuild.exchange."""

    name = "partybuild.exchange"

    def ready(self) -> None:
        """Learn what can be imported and taken away: each app's exchange.py and exports.py."""
        autodiscover_modules("exchange")
        autodiscover_modules("exports")
