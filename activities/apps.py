"""Application of activities."""

from importlib import import_module

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """activities."""

    name = "activities"
    verbose_name = "活动"

    def ready(self) -> None:
        """Add what activities count to the tables of service."""
        import_module("activities.queries.recorded")
