"""What a service refused, at the field of the form that asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError


def put_on(form: Any, refused: ValidationError) -> None:
    """Show what a service refused at the field it is about."""
    if hasattr(refused, "error_dict"):
        for name, errors in refused.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        # A refusal that belongs to a field says to which.
        named = (name for name in getattr(refused, "fields", ()) if name in form.fields)
        form.add_error(next(named, None), refused)


def goes_through(form: Any, service: Callable[..., Any], *args: Any, **values: Any) -> bool:
    """Do what a form asks for; False where the form or the service refuses: the form says why."""
    if not form.is_valid():
        return False
    try:
        service(*args, **values, **form.cleaned_data)
    except ValidationError as refused:
        put_on(form, refused)
        return False
    return True
