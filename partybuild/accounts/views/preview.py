"""What would this person see?"""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.queries.preview import deeds_of, is_counting_only, kinds_seen
from partybuild.accounts.services.looking import note_preview
from partybuild.accounts.views.appointments import _find


@require_POST
def appointment_preview(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what a post sees and may do; written down, so it is asked for by a press."""
    by = actor_of(request)
    appointment = _find(request, uid)
    require(by, "access.preview", appointment)
    note_preview(appointment, by=by)
    return render(
        request,
        "accounts/appointment_preview.html",
        {
            "appointment": appointment,
            "kinds": kinds_seen(appointment, by),
            "deeds": deeds_of(appointment),
            "is_counting_only": is_counting_only(by),
        },
    )
