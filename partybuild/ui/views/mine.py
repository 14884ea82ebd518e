"""Everybody's own place (我的): what waits for oneself, and what every app has about oneself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.portal.views.home import todo_context
from partybuild.ui.mine import drawn_sections
from partybuild.ui.preferences import is_large


@require_GET
def my_home(request: HttpRequest) -> HttpResponse:
    """Show a person what to do, then card by card what stands about them."""
    by = actor_of(request)
    require(by, "session.own")
    drawn = drawn_sections(by, request)
    is_elder = is_large(request)
    return render(
        request,
        "ui/my_home.html",
        {
            **todo_context(request, by),
            "name": by.name,
            # Large type shows fewer things at once.
            "plain": [each for each in drawn if each.is_plain or not is_elder],
            "more_cards": [each for each in drawn if is_elder and not each.is_plain],
            "has_post": by.appointment_id is not None,
        },
    )
