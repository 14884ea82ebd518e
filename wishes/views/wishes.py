"""Pages of wishes."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse


def wish_list(request: HttpRequest) -> HttpResponse:
    """The community's wishes."""
    raise NotImplementedError


def claim_list(request: HttpRequest) -> HttpResponse:
    """Who offers to fulfil them."""
    raise NotImplementedError


def wish_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One wish."""
    raise NotImplementedError
