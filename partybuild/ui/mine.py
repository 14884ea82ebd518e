"""What a person finds in their own place (我的): each app's part is a class in its mine.py.

@register
class MyHours(MySection):
    key = "service"
    title = _("我的服务")
    order = 40
    template = "members/_my_service.html"

    def context(self, by: Actor) -> dict[str, Any] | None: …
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from partybuild.access import Actor

# A card shows the beginning; the page behind its button has everything.
LINES = 5


class MySection:
    """One card of a person's own place: five lines at most, and one button."""

    key: str = ""
    title: Any = ""
    # Reporting in 10, posts 20, activities 30, hours 40, feedback 50; what is beside the work from 60 on.
    order: int = 100
    # The card's inside; it is given what `context` returns.
    template: str = ""
    # Large type shows fewer things: the others wait under 更多.
    is_plain: ClassVar[bool] = True

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return what the template shows; None where there is nothing for this post."""
        raise NotImplementedError


@dataclass(frozen=True)
class DrawnSection:
    """A card as the page shows it."""

    key: str
    title: str
    body: SafeString
    is_plain: bool


_sections: dict[str, MySection] = {}
_S = TypeVar("_S", bound=type[MySection])


def register(section_class: _S) -> _S:
    """Take a section into everybody's own place (class decorator)."""
    section = section_class()
    if not section.key or not section.template:
        raise ValueError(f"{section_class.__name__} has no key or no template")
    known = _sections.get(section.key)
    if known is not None and type(known).__qualname__ != section_class.__qualname__:
        raise ValueError(f"two sections are called {section.key}")
    _sections[section.key] = section
    return section_class


def sections() -> list[MySection]:
    """Return every declared section in its order."""
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def drawn_sections(by: Actor, request: HttpRequest) -> list[DrawnSection]:
    """Return the cards of a post, each drawn from its own template."""
    drawn = []
    for section in sections():
        context = section.context(by)
        if context is None:
            continue
        body = render_to_string(section.template, context, request)
        drawn.append(DrawnSection(section.key, str(section.title), body, section.is_plain))
    return drawn
