"""Looking for a community by a part of its name, below every form that offers a list of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from members.queries.communities import communities_named


def found_communities(request: HttpRequest) -> dict[str, Any]:
    """Return what was asked and which communities have it in their name."""
    asked = request.GET.get("find", "")
    return {"find": asked, "found": communities_named(asked)}
