"""The button 导出 of a list."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

from partybuild.accounts.actors import actor_of
from partybuild.exchange.lists import list_of, may_export

register = template.Library()


@register.simple_tag(takes_context=True)
def export_button(context: Any, key: str, **more: Any) -> str:
    """Draw the button that takes the list away with the filters of the address; nothing without the right.

    `more` are filters that the page has without naming them in its address.
    """
    request = context["request"]
    if not may_export(actor_of(request), list_of(key)):
        return ""
    query = request.GET.copy()
    for paging in ("newer", "older", "sort"):
        query.pop(paging, None)
    for name, value in more.items():
        query[name] = str(value)
    address = reverse("exports:export-new", args=(key,))
    if query:
        address = f"{address}?{query.urlencode()}"
    return render_to_string("exchange/_export_button.html", {"url": address})
