"""The door of signed links."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partybuild.accounts.exceptions import LinkUnusable
from partybuild.accounts.links import page_of, read_link


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_open(request: HttpRequest, token: str) -> HttpResponseBase:
    """Open the one page of a link; only its buttons change anything (mail scanners open links)."""
    try:
        link = read_link(token)
    except LinkUnusable as unusable:
        return render(
            request,
            "accounts/link_unusable.html",
            {"reason": unusable.reason, "may_sign_in": not unusable.is_for_everybody},
            status=410,
        )
    return page_of(link.action)(request, link)
