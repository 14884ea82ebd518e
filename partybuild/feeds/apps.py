"""Application of the feeds."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


def _furnish(using: str, **kwargs: Any) -> None:
    from partybuild.feeds.furniture import furnish

    furnish(using)


class FeedsConfig(AppConfig):
    """partybuild.feeds."""

    name = "partybuild.feeds"

    def ready(self) -> None:
        """Learn from each app's feeds.py what to watch; triggers follow every migration run."""
        autodiscover_modules("feeds")
        from partybuild.access.api.changes import sight_changes_from
        from partybuild.feeds.queries import sight_changes

        sight_changes_from(sight_changes)
        post_migrate.connect(_furnish, sender=self)
