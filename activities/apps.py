"""Application of activities."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """activities."""

    name = "activities"
    verbose_name = "活动"
