"""What forms say where something is missing or does not fit."""

from __future__ import annotations

from django import forms
from django.apps import apps


class _Form(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=(("a", "甲"),))


def test_what_is_missing_is_said_as_what_to_do():
    assert _Form({}).errors == {"name": ["请填写。"], "kind": ["请选择。"]}


def test_no_constraint_shows_its_own_name():
    constraints = [each for model in apps.get_models() for each in model._meta.constraints]
    assert constraints
    assert not [each for each in constraints if each.name in each.get_violation_error_message()]
