"""Application of figures."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    """partybuild.indicators."""

    name = "partybuild.indicators"

    def ready(self) -> None:
        """Read what each app counts."""
        autodiscover_modules("indicators")
        from partybuild.indicators.services import freeze_figures
        from partybuild.obligations.registry import keeps_at_closing

        keeps_at_closing(freeze_figures)
