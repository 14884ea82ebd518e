"""The security administrator's first page: what waits for a decision, what runs out, where everything is."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.forms.appointments import AppointmentFilter
from partybuild.accounts.forms.users import UserFilter
from partybuild.accounts.models import ApiToken, Appointment, User
from partybuild.accounts.queries.holders import vacancies
from partybuild.portal.views.home import todo_context

# A month is enough to appoint a successor, or to renew a token with those who use it.
SOON = timedelta(days=30)
_SHOWN = 10


@require_GET
def security_home(request: HttpRequest) -> HttpResponse:
    """Tell the security administrator what to do today, and where everything is."""
    by = actor_of(request)
    require(by, "policy.edit")
    # The lists' own filters: each figure is the list that it opens.
    ending = AppointmentFilter({"state": "soon"}, roles=[]).narrow(
        Appointment.objects.visible_to(by.scope)
    )
    unopened = UserFilter({"state": "fresh"}).narrow(User.objects.visible_to(by.scope))
    moment = timezone.now()
    tokens = ApiToken.objects.visible_to(by.scope).filter(
        revoked_at=None, expiry__gt=moment, expiry__lte=moment + SOON
    )
    return render(
        request,
        "ops/security_home.html",
        {
            **todo_context(request, by),
            "ending": ending.count(),
            "unopened": unopened.count(),
            "tokens": tokens.select_related("appointment__organization").order_by("expiry")[
                :_SHOWN
            ],
            "vacancies": vacancies(),
        },
    )
