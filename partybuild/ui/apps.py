"""Application of the user interface."""

from importlib import import_module

from django import forms
from django.apps import AppConfig, apps
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
)
from django.db.models import BaseConstraint
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """partybuild.ui."""

    name = "partybuild.ui"

    def ready(self) -> None:
        """Say what to do where something is missing, before any form is written."""
        autodiscover_modules("mine")
        import_module("partybuild.ui.my_sections")
        forms.Field.default_error_messages["required"] = _("请填写。")
        for choice in (forms.ChoiceField, forms.ModelChoiceField):
            choice.default_error_messages["required"] = _("请选择。")
        for validator, said in (
            (MinLengthValidator, _("至少%(limit_value)d个字，现在%(show_value)d个。")),
            (MaxLengthValidator, _("最多%(limit_value)d个字，现在%(show_value)d个。")),
            (MinValueValidator, _("不能小于%(limit_value)s。")),
            (MaxValueValidator, _("不能大于%(limit_value)s。")),
        ):
            validator.message = said
        # Constraints that say nothing of their own would show their English name.
        words = _("填写的内容与已有的记录重复或前后不一致，请核对。")
        unsaid = BaseConstraint.default_violation_error_message
        BaseConstraint.default_violation_error_message = words
        for model in apps.get_models():
            for constraint in model._meta.constraints:
                if constraint.violation_error_message == unsaid:
                    constraint.violation_error_message = words
