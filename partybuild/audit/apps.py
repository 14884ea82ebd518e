"""Application of the audit events; it also keeps the database's furniture."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _furnish(using: str, **kwargs: Any) -> None:
    from partybuild.audit.furniture import furnish

    furnish(using)


class AuditConfig(AppConfig):
    """partybuild.audit."""

    name = "partybuild.audit"

    def ready(self) -> None:
        """Grants and triggers follow every migration run."""
        # post_migrate is sent once per app after all migrations: this app's turn is enough.
        post_migrate.connect(_furnish, sender=self)
