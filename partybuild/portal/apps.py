"""Application of the shared pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """partybuild.portal."""

    name = "partybuild.portal"
