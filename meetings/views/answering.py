"""How a page answers when a service refuses, and what every record's page shows."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.enums import EventKind
from partybuild.access import Scope
from partybuild.audit.queries import HistoryLine, history_of
from partybuild.organizations.models import Organization


def form_page(
    request: HttpRequest, template: str, form: Any, context: dict[str, Any]
) -> HttpResponse:
    """Draw a page with a form; 422 where it came back."""
    return render(
        request, template, {"form": form, **context}, status=422 if form.is_bound else 200
    )


def refused_page(
    request: HttpRequest, refused: ValidationError, *, back: str, title: str
) -> HttpResponse:
    """Say why a button did nothing, and lead back."""
    return render(
        request,
        "meetings/action_refused.html",
        {"sentences": refused.messages, "back": back, "title": title},
        status=422,
    )


_PAIR = 2
_SENT_ALONG = ("notice.created", "notice.taken_back", EventKind.TOPIC_DRAFT_SAVED)


def history(target: models.Model, scope: Scope) -> list[dict[str, Any]]:
    """Return the record's events as the timeline draws them, with the unit they are about.

    A unit reads its own steps and the convener's: what others answered is not its business.
    """
    # What sent the notices is a line of its own: 发出会议通知, 下达议定事项.
    lines = [each for each in history_of(target, scope) if each.kind not in _SENT_ALONG]
    if not scope.is_area:
        own = Organization.objects.visible_to(scope).filter(pk=scope.organization_id)
        mine = {"", *own.values_list("name", flat=True)}
        lines = [line for line in lines if line.changes.get("organization", "") in mine]
    return [_entry(line) for line in lines]


def _entry(line: HistoryLine) -> dict[str, Any]:
    entry = line.entry("：".join(filter(None, (line.what, line.changes.get("organization", "")))))
    # What a service told in words of its own, beside the columns of the row.
    told = [
        (name, *map(str, pair))
        for name, pair in line.changes.items()
        if not name.isascii() and isinstance(pair, list) and len(pair) == _PAIR
    ]
    if told:
        entry["changes"] = told
    return entry
