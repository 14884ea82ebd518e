"""Application: the second person: what one asks for, another decides."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """partybuild.approvals."""

    name = "partybuild.approvals"
