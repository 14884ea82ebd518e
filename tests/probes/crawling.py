"""Follows every link as somebody, and hands each answer to those who look at it."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import Resolver404, get_resolver, resolve

from tests.probes.reading import Form, Page, body_of, is_html, shape_of

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Ends the session that crawls.
_NEVER = re.compile(r"^/(sign-out|ui/gallery|mailbox)/")
Look = Callable[[str, Any, bytes], None]


def starts() -> list[str]:
    """Return the addresses that need nothing in them."""
    return ["/", *_plain(get_resolver(), "")]


def _plain(resolver: Any, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _plain(entry, path)
        elif "<" not in path:
            yield f"/{path}"


def route_of(address: str) -> str:
    """Return the name of an address's route."""
    try:
        return resolve(address.split("?", maxsplit=1)[0]).view_name
    except Resolver404:
        return "?"


def crawl(
    client: Any,
    look: Look,
    *,
    per_shape: int,
    most: int,
    begin: list[str] | None = None,
    routes_only: bool = False,
) -> tuple[int, list[str], dict[tuple[str, str, frozenset[str]], Form]]:
    """Visit what can be reached; return how many answers, the addresses, and the POST forms found.

    By routes, every route comes once before any comes again: what is far from the start is seen too.
    """
    waiting = deque(begin if begin is not None else starts())
    again: deque[str] = deque()
    seen: set[str] = set()
    shapes: Counter[str] = Counter()
    forms: dict[tuple[str, str, frozenset[str]], Form] = {}
    visited: list[str] = []
    opened = 0
    # By routes only what opens counts: half of the addresses to begin with are other posts' pages.
    while (waiting or again) and (opened if routes_only else len(visited)) < most:
        is_fresh = bool(waiting)
        address = waiting.popleft() if is_fresh else again.popleft()
        if address in seen or _NEVER.match(address):
            continue
        route = route_of(address)
        shape = route if routes_only else shape_of(address, route)
        if shapes[shape] >= per_shape:
            continue
        if routes_only and is_fresh and shapes[shape]:
            again.append(address)
            continue
        seen.add(address)
        shapes[shape] += 1
        answer = client.get(address)
        content = body_of(answer)
        visited.append(address)
        opened += answer.status_code == 200
        look(address, answer, content)
        if answer.status_code in {301, 302, 303}:
            waiting.append(answer["Location"])
        elif is_html(answer) and content:
            page = Page(content, address)
            waiting.extend(page.links())
            for form in page.forms():
                if form.method == "post":
                    key = (route_of(form.path), route_of(address), frozenset(form.names))
                    forms.setdefault(key, form)
        elif answer.headers.get("Content-Type", "").startswith("application/json"):
            waiting.extend(_in_json(address, content))
    return len(visited), visited, forms


def _in_json(address: str, content: bytes) -> list[str]:
    """Return single rows behind a list of the REST interface."""
    base = address.split("?", maxsplit=1)[0]
    if not base.startswith("/api/v1/") or UID.search(base):
        return []
    return [f"{base}{uid}/" for uid in dict.fromkeys(UID.findall(content.decode()))][:40]
