"""What was refused is written down, and what cannot be written down is not done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.apps import apps
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from partybuild.access import Refused
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import User
from partybuild.audit.exceptions import EventNotWritten
from partybuild.audit.queries.existing import existing
from partybuild.audit.services import record_refusal

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger(__name__)


class RefusalMiddleware:
    """Write down each refusal (403, and 404 for what exists but lies outside the scope) of somebody signed in.

    After the answer was sent: what exists and what does not take the same time, and say the same.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            response.status_code in {403, 404}
            and request.resolver_match is not None
            and isinstance(getattr(request, "user", None), User)
            # What another post of the same person opens was not refused to the person.
            and not getattr(response, "opens_in_another_post", False)
        ):
            response._resource_closers.append(lambda: _note(request, response.status_code))  # type: ignore[attr-defined]
        return response

    @staticmethod
    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Keep which right was missing; say plainly that nothing happened where no event can be written."""
        if isinstance(exception, Refused):
            request.refused_key = exception.key  # type: ignore[attr-defined]
        if isinstance(exception, EventNotWritten):
            logger.error("no event can be written", exc_info=exception.__cause__)
            if request.path.startswith("/api/"):
                return JsonResponse({"detail": str(exception)}, status=503)
            number = getattr(request, "request_id", "")
            return render(request, "503_audit.html", {"request_id": number}, status=503)
        return None


def _note(request: HttpRequest, status: int) -> None:
    match = request.resolver_match
    assert match is not None
    named = [value for value in match.kwargs.values() if isinstance(value, UUID)]
    try:
        with transaction.atomic():
            known = existing(named)
            # The innermost object of the address that exists.
            uid = next((value for value in reversed(named) if value in known), None)
            if status == 404 and uid is None:
                return
            label = known[uid] if uid else ""
            record_refusal(
                actor_of(request),
                where=f"{request.method} {match.view_name}",
                key=getattr(request, "refused_key", ""),
                label=label,
                uid=uid,
                named=str(apps.get_model(label)._meta.verbose_name) if label else "",
            )
    except (DatabaseError, EventNotWritten):
        # Nothing was done and nothing was shown; the log keeps what the table could not.
        logger.exception("a refusal could not be written down")
