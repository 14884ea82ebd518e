"""Application: the administrators' pages: health, queues, channels, audit."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """partybuild.ops."""

    name = "partybuild.ops"

    def ready(self) -> None:
        """Let worker and beat give signs of life."""
        from partybuild.ops.celery_signs import connect

        connect()
