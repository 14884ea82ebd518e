"""Application of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """partybuild.accounts."""

    name = "partybuild.accounts"
