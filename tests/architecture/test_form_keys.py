"""No primary key leaves the house in a form: rows are chosen by their uid."""

from __future__ import annotations

from django import forms
from django.urls import get_resolver

from tests.architecture.source import HOUSE


def _every(kind):
    for each in kind.__subclasses__():
        yield each
        yield from _every(each)


def test_rows_are_chosen_by_uid():
    # Every form is imported with the views that use it.
    assert get_resolver().url_patterns
    seen, wrong = 0, []
    for form in set(_every(forms.BaseForm)):
        if form.__module__.split(".")[0] not in HOUSE:
            continue
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.ModelChoiceField):
                seen += 1
                if field.to_field_name != "uid":
                    wrong.append(f"{form.__module__}.{form.__qualname__}.{name}")
    assert seen > 30
    assert sorted(wrong) == []
