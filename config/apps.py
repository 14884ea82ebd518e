"""The application that owns commands which know every floor."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """config: settings, URLs and the commands above all apps."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Register the checks of production."""
        from config import checks  # noqa: F401
