"""Application of the field types; it owns no table."""

from django.apps import AppConfig


class FieldsConfig(AppConfig):
    """partybuild.fields."""

    name = "partybuild.fields"
