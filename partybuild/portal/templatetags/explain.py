"""The quiet link to 谁能看到 on a record's page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse

from partybuild.accounts.actors import actor_of
from partybuild.accounts.reading import is_plain

register = template.Library()


@register.inclusion_tag("portal/_explain_link.html", takes_context=True)
def explain_link(context: Context, record: Model) -> dict[str, Any]:
    """Lead to who can see a record, for posts that may ask; plain words show fewer things."""
    request = context.get("request")
    if request is None or is_plain() or not actor_of(request).scope.cell("access.explain").allows:
        return {"url": ""}
    kind = record._meta.label_lower.replace(".", "-")
    return {"url": reverse("portal:explain", args=(kind, record.uid))}  # type: ignore[attr-defined]
