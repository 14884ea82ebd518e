"""A record's page: facts, states, steps, figures, history, what is owed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partybuild.access.rotating import Drawing
from partybuild.ui.components.library import Variables, block, component, context_component, trimmed
from partybuild.ui.components.request import days_left

# A sign for each tone: color never stands alone.
SIGNS = {"plain": "minus", "info": "clock", "good": "check", "warn": "warn", "bad": "warn"}
STEP_SIGNS = {"done": "check", "current": "dot", "todo": "", "skipped": "minus"}
STEP_WORDS = {
    "done": gettext_lazy("已完成"),
    "current": gettext_lazy("当前"),
    "todo": gettext_lazy("未到"),
    "skipped": gettext_lazy("已跳过"),
}
SOON = 3


def part(source: Any, name: str, default: Any = "") -> Any:
    """Read a name from a dict or an object."""
    if isinstance(source, dict):
        return source.get(name, default)
    return getattr(source, name, default)


@block
def facts(content: SafeString) -> Variables:
    """Hold a list of facts."""
    return {"content": content}


@block
def fact(content: SafeString, label: str) -> Variables:
    """Draw one fact, inside facts; an empty one says so."""
    return {"content": trimmed(content), "label": label}


@component
def status(word: str, *, tone: str = "plain") -> Variables:
    """Draw a state: color, sign and word."""
    return {"word": word, "tone": tone, "icon_name": SIGNS[tone]}


@component
def steps(steps: Iterable[Any], *, label: str = "") -> Variables:
    """Draw a state machine as a line of steps."""
    return {
        "label": label or _("进度"),
        "steps": [
            {
                "label": part(step, "label"),
                "state": part(step, "state"),
                "note": part(step, "note"),
                "icon_name": STEP_SIGNS[part(step, "state")],
                "word": STEP_WORDS[part(step, "state")],
            }
            for step in steps
        ],
    }


@block
def figures(content: SafeString) -> Variables:
    """Put figures in a row."""
    return {"content": content}


@component
def figure(
    value: Any, unit: str, label: str, *, url: str = "", note: str = "", tone: str = ""
) -> Variables:
    """Draw a number with its unit that opens the list it counts."""
    shown = value
    if value is None:
        shown = "—"
    elif isinstance(value, int | float):
        shown = f"{value:,}"
    return {
        "value": shown,
        "unit": "" if value is None else unit,
        "label": label,
        "url": url,
        "note": note,
        "tone": tone,
    }


@component
def timeline(entries: Iterable[Any]) -> Variables:
    """Tell who did what in which post, and why."""
    return {
        "entries": [
            {
                "at": part(entry, "at", None),
                "text": part(entry, "text"),
                "who": part(entry, "who"),
                "reason": part(entry, "reason"),
                "changes": [
                    {"label": label, "before": before, "after": after}
                    for label, before, after in part(entry, "changes", ())
                ],
            }
            for entry in entries
        ]
    }


def due_words(left: int) -> tuple[str, str]:
    """Return how long is left in words, and the tone of it."""
    if left < 0:
        return _("已逾期%(days)d个工作日") % {"days": -left}, "bad"
    if left == 0:
        return _("今天到期"), "warn"
    tone = "warn" if left <= SOON else "plain"
    return _("还有%(days)d个工作日") % {"days": left}, tone


@context_component
def due(context: Context, day: date | None) -> Variables:
    """Say how many working days are left until a date."""
    if day is None:
        return {"day": None, "word": "", "tone": "plain", "icon_name": ""}
    words, tone = due_words(days_left(context, day))
    return {"day": day, "word": words, "tone": tone, "icon_name": SIGNS[tone]}


@block
def todo_list(content: SafeString) -> Variables:
    """Hold what is owed, most urgent first."""
    return {"content": content}


@context_component
def todo_item(
    context: Context,
    title: str,
    url: str,
    action: str,
    *,
    due: date | None = None,
    detail: str = "",
    owed_to: str = "",
    post: str = "",
    primary: bool = False,
) -> Variables:
    """Draw one debt as one line with its one action."""
    words, tone = due_words(days_left(context, due)) if due else ("", "plain")
    return {
        "title": title,
        "url": url,
        "action": action,
        "due": due,
        "word": words,
        "tone": tone,
        "icon_name": SIGNS[tone],
        "detail": detail,
        "owed_to": owed_to,
        "post": post,
        "kind": "primary" if primary else "secondary",
    }


@component
def qr_code(drawing: Drawing, label: str) -> Variables:
    """Draw a QR picture with what a screen reader says of it."""
    return {"drawing": drawing, "label": label}
