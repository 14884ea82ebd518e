"""The contract of the REST interface, and a page to read and try it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from partybuild.access import require
from partybuild.accounts.actors import actor_of


class SchemaView(SpectacularAPIView):
    """The OpenAPI document, to whoever is signed in or holds a token."""

    permission_classes = [IsAuthenticated]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask for the line of access.csv."""
        super().initial(request, *args, **kwargs)
        require(actor_of(request._request), "schema.view")


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show the contract as a page; its script comes from here and runs under the strict policy."""
    require(actor_of(request), "schema.view")
    return render(request, "api/docs.html", {"schema_url": reverse("api:schema") + "?format=json"})
