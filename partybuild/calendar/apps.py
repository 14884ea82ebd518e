"""Application of business time."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """partybuild.calendar."""

    name = "partybuild.calendar"
    label = "calendar"
