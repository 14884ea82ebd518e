"""Application of the area tree."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """partybuild.areas."""

    name = "partybuild.areas"
