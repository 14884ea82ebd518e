"""What of an address belongs to a form."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, QueryDict


def own_query(request: HttpRequest, form: type[forms.BaseForm]) -> QueryDict | None:
    """Return the parameters of an address that a form offers; None where it carries none of them.

    A parameter that nobody offers neither binds the form nor stands in a link made of the answer.
    """
    own = QueryDict(mutable=True)
    for name in form.base_fields:  # type: ignore[attr-defined]
        if name in request.GET:
            own.setlist(name, request.GET.getlist(name))
    return own or None


def query_of(request: HttpRequest, form: type[forms.BaseForm]) -> str:
    """Return "?…" with the parameters of an address that a form offers, for a link beside its list; "" without any."""
    own = own_query(request, form)
    return f"?{own.urlencode()}" if own is not None else ""
