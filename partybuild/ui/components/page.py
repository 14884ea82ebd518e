"""The head of a page, its regions, and what a page says when it has nothing, waits or refuses."""

from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partybuild.accounts.reading import is_plain
from partybuild.ui.components.library import Variables, block, component, trimmed

# The class that a field with an error bears (components/field.html).
REFUSED = "field-invalid"
ALERT_ICONS = {"info": "info", "good": "check", "warn": "warn", "bad": "warn"}


@component
def icon(name: str) -> Variables:
    """Draw a decorative sign; the word stands beside it."""
    return {"href": f"{static('icons.svg')}#{name}"}


@block
def page_header(
    content: SafeString,
    title: str,
    *,
    state: str = "",
    parent: str = "",
    parent_url: str = "",
) -> Variables:
    """Say what the page is, its state as a sentence, and hold its actions."""
    return {
        "actions": trimmed(content),
        "title": title,
        "state": state,
        "parent": parent,
        "parent_url": parent_url,
    }


@block
def card(
    content: SafeString,
    *,
    title: str = "",
    id: str = "",  # noqa: A002  the HTML attribute
    level: int = 2,
    more_url: str = "",
    more_label: str = "",
    quiet: bool = False,
    later: bool = False,
) -> Variables:
    """Frame a part of the page under a title; in plain words a quiet or later one waits folded up.

    Whatever holds a refused form stands open.
    """
    return {
        "content": content,
        "title": title,
        "id": id,
        "level": level,
        "more_url": more_url,
        "more_label": more_label or _("全部"),
        "quiet": quiet,
        "is_folded": bool(title) and (later or quiet) and is_plain(),
        "is_open": REFUSED in content,
    }


@block
def more(content: SafeString, *, label: str = "") -> Variables:
    """Hold what is beside the point: in plain words it waits folded up under 更多."""
    return {
        "content": trimmed(content),
        "label": label or _("更多"),
        "is_folded": is_plain(),
        "is_open": REFUSED in content,
    }


@block
def columns(content: SafeString) -> Variables:
    """Put a main and a side column next to each other on wide screens."""
    return {"content": content}


@block
def main_column(content: SafeString) -> Variables:
    """Hold the wider column."""
    return {"content": content}


@block
def side_column(content: SafeString) -> Variables:
    """Hold the narrower column."""
    return {"content": content}


@block
def tabs(content: SafeString, label: str) -> Variables:
    """Lead between the views of one thing; tabs are links."""
    return {"content": content, "label": label}


@component
def tab(url: str, label: str, *, current: bool = False, count: int | None = None) -> Variables:
    """Draw one tab, inside tabs."""
    return {"url": url, "label": label, "current": current, "count": count}


@block
def alert(content: SafeString, tone: str = "info", *, title: str = "") -> Variables:
    """Say something in the page that stays."""
    return {"content": content, "tone": tone, "title": title, "icon_name": ALERT_ICONS[tone]}


@block
def empty_state(
    content: SafeString,
    title: str,
    *,
    action_url: str = "",
    action_label: str = "",
    icon: str = "inbox",
) -> Variables:
    """Say that there is nothing, and what to do about it."""
    return {
        "content": trimmed(content),
        "title": title,
        "action_url": action_url,
        "action_label": action_label,
        "icon_name": icon,
    }


@block
def locked(content: SafeString, title: str) -> Variables:
    """Say that something is closed, why, and what would open it."""
    return {"content": content, "title": title}


@component
def loading(*, label: str = "", id: str = "") -> Variables:  # noqa: A002
    """Say that an answer is on its way; shown by HTMX while it asks."""
    return {"label": label or _("正在读取…"), "id": id}


@block
def live(content: SafeString, url: str, *, every: int = 15, id: str = "") -> Variables:  # noqa: A002
    """Ask a region again every few seconds, while somebody looks."""
    return {"content": content, "url": url, "every": every, "id": id}
