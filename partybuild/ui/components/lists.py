"""Lists: filters as a sentence, tables, pages, bulk work."""

import re
from typing import Any

from django.forms import BaseForm
from django.template import Context
from django.utils.safestring import SafeString

from partybuild.accounts.reading import is_plain
from partybuild.ui.components.library import (
    Variables,
    block,
    component,
    context_block,
    context_component,
)
from partybuild.ui.components.request import address_with, hidden_inputs

_PLACE = re.compile(r"\{(\w+)\}")


def sentence_of(form: BaseForm) -> list[dict[str, Any]]:
    """Split a form's sentence into words and fields; without one, the fields in their order."""
    sentence = getattr(form, "sentence", "")
    if not sentence:
        return [{"words": "", "field": field} for field in form.visible_fields()]
    parts: list[dict[str, Any]] = []
    for at, part in enumerate(_PLACE.split(str(sentence))):
        if at % 2:
            parts.append({"words": "", "field": form[part]})
        elif part.strip():
            parts.append({"words": part.strip(), "field": None})
    return parts


@context_component
def filters(
    context: Context,
    form: BaseForm,
    *,
    target: str = "",
    count: int | None = None,
    unit: str = "",
) -> Variables:
    """Draw a GET form as a sentence; HTMX answers each choice, a button answers without it."""
    request = context.get("request")
    is_narrowed = form.is_bound and any(form[name].value() for name in form.fields)
    return {
        "parts": sentence_of(form),
        "is_sentence": bool(getattr(form, "sentence", "")),
        "errors": form.errors if form.is_bound else {},
        "hidden_fields": form.hidden_fields(),
        "target": target,
        "count": count,
        "unit": unit,
        "path": request.path if request is not None else "",
        "is_narrowed": is_narrowed,
        "is_folded": is_plain() and not is_narrowed,
    }


@block
def table(
    content: SafeString,
    caption: str,
    *,
    hide_caption: bool = False,
    id: str = "",  # noqa: A002
    compact: bool = False,
) -> Variables:
    """Frame a table's head and rows; on a phone each row is a card."""
    return {
        "content": content,
        "caption": caption,
        "hide_caption": hide_caption,
        "id": id,
        "compact": compact,
    }


@context_component
def sort_header(context: Context, key: str, label: str, *, css: str = "") -> Variables:
    """Draw a column's head whose link sorts by it, then the other way round."""
    request = context.get("request")
    current = request.GET.get("sort", "") if request is not None else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    wanted = f"-{key}" if direction == "ascending" else key
    return {
        "label": label,
        "css": css,
        "direction": direction,
        "icon_name": {"ascending": "up", "descending": "down"}.get(direction, "sort"),
        "url": address_with(context, drop=("newer", "older"), sort=wanted),
    }


@context_component
def pagination(
    context: Context, page: Any, *, count: int | None = None, unit: str = "", target: str = ""
) -> Variables:
    """Lead to the newer and the older rows of a keyset page (`page.newer`, `page.older`: cursors or "")."""
    pages = ("newer", "older")
    return {
        "newer_url": address_with(context, drop=pages, newer=page.newer) if page.newer else "",
        "older_url": address_with(context, drop=pages, older=page.older) if page.older else "",
        "count": count,
        "unit": unit,
        "target": target,
    }


@context_block
def bulk(
    context: Context,
    content: SafeString,
    *,
    action: str = "",
    hx_target: str = "",
    hx_swap: str = "outerHTML",
    id: str = "",  # noqa: A002
) -> Variables:
    """Write the form around a list whose rows can be picked."""
    return {
        "content": content,
        "action": action,
        "hx_target": hx_target,
        "hx_swap": hx_swap,
        "id": id,
        "head": hidden_inputs(context),
    }


@block
def bulk_bar(content: SafeString, *, unit: str = "条") -> Variables:
    """Count the picked rows and hold the buttons that act on them; inside bulk."""
    return {"content": content, "unit": unit}


@component
def check_all() -> Variables:
    """Draw the head cell that picks every row shown; inside the table of a bulk."""
    return {}


@component
def row_check(value: Any, label: str, *, checked: bool = False) -> Variables:
    """Draw the cell that picks a row: <input name="selected">."""
    return {"value": value, "label": label, "checked": checked}
