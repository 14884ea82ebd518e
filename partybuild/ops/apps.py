"""Application: the administrators' pages: health, queues, channels, audit."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    """partybuild.ops."""

    name = "partybuild.ops"
