"""Application of the user interface."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """partybuild.ui."""

    name = "partybuild.ui"
