"""Application of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """partybuild.people."""

    name = "partybuild.people"
