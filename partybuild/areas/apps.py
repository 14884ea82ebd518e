"""Application of the area tree."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """partybuild.areas."""

    name = "partybuild.areas"

    def ready(self) -> None:
        """Let histories say the words of dictionaries."""
        from partybuild.areas.queries import any_word
        from partybuild.audit.queries.wording import speaks_dictionaries

        speaks_dictionaries(any_word)
