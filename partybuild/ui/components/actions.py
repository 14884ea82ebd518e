"""What a person presses: buttons, links that look like them, whole forms of one button, printing, copying."""

from typing import Any
from zlib import crc32

from django.template import Context
from django.utils.translation import gettext as _

from partybuild.accounts.reading import is_plain
from partybuild.ui.components.library import Variables, component, context_component
from partybuild.ui.components.request import hidden_inputs

KINDS = frozenset({"primary", "secondary", "quiet", "danger"})


def css_of(kind: str, small: bool) -> str:
    """Return the classes of a kind of button; a kind that does not exist is a mistake in a template."""
    if kind not in KINDS:
        raise ValueError(f"no such kind of button: {kind}")
    return f"btn btn-{kind}{' btn-small' if small else ''}"


@component
def button(
    label: str,
    *,
    kind: str = "primary",
    icon: str = "",
    name: str = "",
    value: str = "",
    small: bool = False,
    formaction: str = "",
    disabled: bool = False,
) -> Variables:
    """Draw a button that sends the form it stands in."""
    return {
        "label": label,
        "css": css_of(kind, small),
        "icon_name": icon,
        "name": name,
        "value": value,
        "formaction": formaction,
        "disabled": disabled,
    }


@component
def link_button(
    url: str, label: str, *, kind: str = "secondary", icon: str = "", small: bool = False
) -> Variables:
    """Draw a link that looks like a button."""
    return {"url": url, "label": label, "css": css_of(kind, small), "icon_name": icon}


@context_component
def action_form(
    context: Context,
    action: str,
    label: str,
    *,
    kind: str = "secondary",
    confirm: str = "",
    icon: str = "",
    small: bool = False,
    hx_target: str = "",
    hx_swap: str = "outerHTML",
    **hidden: Any,
) -> Variables:
    """Draw a whole POST form as one button; `confirm` only for what cannot be undone."""
    return {
        "action": action,
        "label": label,
        "css": css_of(kind, small),
        "confirm": confirm,
        "icon_name": icon,
        "hx_target": hx_target,
        "hx_swap": hx_swap,
        "head": hidden_inputs(context),
        "hidden": hidden.items(),
    }


@component
def print_button(*, label: str = "") -> Variables:
    """Draw a button that prints the page (there only where scripts run: the browser prints anyway).

    Plain words have fewer buttons: the papers of a page are what is printed.
    """
    return {"label": label or _("打印"), "is_drawn": not is_plain()}


@component
def copy_text(text: str, *, label: str = "", rows: int = 6, id: str = "") -> Variables:  # noqa: A002
    """Show ready text for a chat group with a button that copies it."""
    # The same text on a page needs no second id; another text has another.
    return {
        "text": text,
        "label": label or _("复制文字"),
        "rows": rows,
        "id": id or f"copy-{crc32(text.encode()):x}",
    }
