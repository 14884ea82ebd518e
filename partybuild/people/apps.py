"""Application of people."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PeopleConfig(AppConfig):
    """partybuild.people."""

    name = "partybuild.people"

    def ready(self) -> None:
        """Find what each app holds about people."""
        autodiscover_modules("personal_data")
