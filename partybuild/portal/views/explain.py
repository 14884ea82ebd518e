"""谁能看到这条记录，为什么: one page for every kind of record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from partybuild.access import Visibility, require
from partybuild.access.querysets import ScopedQuerySet
from partybuild.accounts.actors import actor_of
from partybuild.portal.queries.explaining import who_sees


def _model(kind: str) -> Any:
    """Return the model of a word such as meetings-meeting; 404 for one without a declared visibility."""
    try:
        model = apps.get_model(kind.replace("-", "."))
    except (LookupError, ValueError):
        raise Http404 from None
    is_scoped = isinstance(getattr(model, "visibility", None), Visibility)
    if not is_scoped or not isinstance(model._default_manager.all(), ScopedQuerySet):
        raise Http404
    return model


def _uid_column(model: Any) -> str:
    """A unit bears the uid of its body."""
    try:
        model._meta.get_field("uid")
    except FieldDoesNotExist:
        return "organization__uid"
    return "uid"


@require_GET
def explain(request: HttpRequest, kind: str, uid: UUID) -> HttpResponse:
    """Say who can see a record that one sees oneself."""
    by = actor_of(request)
    model = _model(kind)
    row = get_object_or_404(
        model._default_manager.visible_to(by.scope), **{_uid_column(model): uid}
    )
    require(by, "access.explain")
    return render(
        request,
        "portal/explain.html",
        {
            "record": row,
            "kind": model._meta.verbose_name,
            "back": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
            "explanation": who_sees(row, by),
        },
    )
