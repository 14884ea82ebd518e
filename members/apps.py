"""Application of in-service Party members."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MembersConfig(AppConfig):
    """members."""

    name = "members"

    def ready(self) -> None:
        """Find what higher floors do when somebody leaves: their leaving.py."""
        autodiscover_modules("leaving")
