"""One box over everything one may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.portal.panels import hits

_LEAST = 1
_MOST = 50


class SearchView(View):
    """What bears these words, kind by kind."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the box, and what was found."""
        by = actor_of(request)
        require(by, "search.use")
        words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:_MOST]
        found = hits(by, words) if len(words) >= _LEAST else []
        return render(request, "portal/search.html", {"words": words, "found": found})
