"""The template engine: draws the answers to a reader of plain words in them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates, Template

from partybuild.accounts.reading import plainly


class Page(Template):
    """A template that knows in which words its reader is answered."""

    def render(self, context: Any = None, request: HttpRequest | None = None) -> str:
        """Draw, in plain words where the middleware has seen that they are wanted."""
        if not getattr(request, "is_drawn_plainly", False):
            return super().render(context, request)
        with plainly():
            return super().render(context, request)


class Pages(DjangoTemplates):
    """Django's templates, handed out as pages."""

    def from_string(self, template_code: str) -> Page:
        """Return a page of a text."""
        return Page(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> Page:
        """Return a page by its name."""
        return Page(super().get_template(template_name).template, self)
