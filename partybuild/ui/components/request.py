"""What a component may know of the request: its hidden inputs, its address, today."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.template import Context

from partybuild.accounts.actors import actor_of
from partybuild.calendar.working_days import WorkingDays


def request_of(context: Context) -> HttpRequest | None:
    """Return the request a page is drawn for, if there is one."""
    return context.get("request")


def hidden_inputs(context: Context) -> dict[str, str]:
    """Return csrf token, a fresh nonce, and the post that the form is filled in."""
    request = request_of(context)
    token = context.get("csrf_token")
    post = ""
    if request is not None and hasattr(request, "user"):
        post = actor_of(request).appointment_uid
    return {
        "csrf_token": "" if token in {None, "NOTPROVIDED"} else str(token),
        "nonce": str(uuid.uuid4()),
        "post": post,
    }


def address_with(context: Context, *, drop: tuple[str, ...] = (), **parameters: str) -> str:
    """Return the page's query string with some parameters set and some dropped."""
    request = request_of(context)
    query = request.GET.copy() if request is not None else _no_query()
    for name in drop:
        query.pop(name, None)
    for name, value in parameters.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _no_query() -> Any:
    from django.http import QueryDict

    return QueryDict(mutable=True)


def working_days_of(context: Context) -> WorkingDays:
    """Return today's working days, read once per request however many deadlines a page shows."""
    request = request_of(context)
    known = getattr(request, "working_days", None)
    if known is None:
        known = WorkingDays.around_today()
        if request is not None:
            request.working_days = known  # type: ignore[attr-defined]
    return known


def days_left(context: Context, due: date) -> int:
    """Return the working days until a date; 0 is today, negative is past."""
    return working_days_of(context).until(due)
