"""Application of the official documents."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    """partybuild.documents."""

    name = "partybuild.documents"

    def ready(self) -> None:
        """Find the kinds of documents that apps declare in their documents.py."""
        autodiscover_modules("documents")
