"""Application of the user interface."""

from django import forms
from django.apps import AppConfig, apps
from django.db.models import BaseConstraint
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """partybuild.ui."""

    name = "partybuild.ui"

    def ready(self) -> None:
        """Say what to do where something is missing, before any form is written."""
        forms.Field.default_error_messages["required"] = _("请填写。")
        for choice in (forms.ChoiceField, forms.ModelChoiceField):
            choice.default_error_messages["required"] = _("请选择。")
        # Constraints that say nothing of their own would show their English name.
        words = _("填写的内容与已有的记录重复或前后不一致，请核对。")
        unsaid = BaseConstraint.default_violation_error_message
        BaseConstraint.default_violation_error_message = words
        for model in apps.get_models():
            for constraint in model._meta.constraints:
                if constraint.violation_error_message == unsaid:
                    constraint.violation_error_message = words
