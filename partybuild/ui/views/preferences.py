"""Density and size of letters."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import User
from partybuild.accounts.reading import CHOSEN_COOKIE, LARGE, SOON, TEXT_COOKIE, keep
from partybuild.accounts.services import keep_elder_mode
from partybuild.ui.preferences import CHOICES


@login_not_required
@require_POST
def preference_save(request: HttpRequest) -> HttpResponse:
    """Keep how a person likes to read: in cookies, and large type with the person too."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(wanted if is_ours else "/")
    for name, values in CHOICES.items():
        value = request.POST.get(name)
        if value in values:
            keep(response, name, value)
            if name == TEXT_COOKIE:
                _remember(request, response, value)
    return response


def _remember(request: HttpRequest, response: HttpResponse, value: str) -> None:
    """Keep the choice with the person, or for whoever signs in next."""
    if isinstance(request.user, User):
        keep_elder_mode(request.user, is_on=value == LARGE, by=actor_of(request))
    else:
        keep(response, CHOSEN_COOKIE, value or "ordinary", seconds=SOON)
