"""Application of residents' small wishes."""

from django.apps import AppConfig


class WishesConfig(AppConfig):
    """wishes."""

    name = "wishes"
