"""Application of organizations."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """partybuild.organizations."""

    name = "partybuild.organizations"
