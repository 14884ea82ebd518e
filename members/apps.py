"""Application of in-service Party members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """members."""

    name = "members"
