"""Application: the second person: what one asks for, another decides."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    """partybuild.approvals."""

    name = "partybuild.approvals"

    def ready(self) -> None:
        """Find what the apps let a second person decide."""
        autodiscover_modules("approvals")
