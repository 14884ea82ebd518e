"""Application of the official documents."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    """partybuild.documents."""

    name = "partybuild.documents"

    def ready(self) -> None:
        """Find what apps declare: kinds of documents in documents.py, of attached files in attachments.py."""
        autodiscover_modules("documents")
        autodiscover_modules("attachments")
