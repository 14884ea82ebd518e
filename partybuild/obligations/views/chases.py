"""Chasing in two presses, and what became of what was sent."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import parameter
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import query_of
from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.notices.models.notice import NoticeQuerySet
from partybuild.notices.services.resending import resend_failed
from partybuild.notices.services.robots import robot_for
from partybuild.obligations.forms import ObligationFilter
from partybuild.obligations.models import Chase, Obligation
from partybuild.obligations.queries.delivery import DeliveryLine, call_text, delivery_lines
from partybuild.obligations.services.chasing import PreviewLine, chase_preview
from partybuild.obligations.views.obligations import (
    MOST_AT_ONCE,
    chasable_by,
    uids_of,
    words_for_the_group,
)
from partybuild.organizations.models import Organization

# So many recipients of one sending are shown.
_MOST_NOTICES = 3000
# A longer list of debts is shown by its bearers, each debt behind a press.
_MOST_ROWS = 20


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """Show who gets what by which way, before anything is sent; changes nothing."""
    by = actor_of(request)
    require(by, "obligation.chase")
    rows = Obligation.objects.visible_to(by.scope)
    if request.method == "POST" and not request.POST.get("all"):
        found = rows.filter(uid__in=uids_of(request.POST.getlist("selected")))
    else:
        found = ObligationFilter(request.GET, rows=rows, by=by).narrow(rows, day=today())
    rows = chasable_by(found, by).with_bodies().order_by("due_on", "id")
    debts = list(rows[:MOST_AT_ONCE])
    lines = chase_preview(debts)
    held = [each for each in lines if each.asked_at is not None]
    body = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id).first()
    ready = [each for each in lines if each.asked_at is None]
    context = {
        "ready": ready,
        "held": held,
        "bearers": _by_bearer(ready) if len(ready) > _MOST_ROWS else [],
        "must_call": [
            each for each, _number in _by_bearer(each for each in lines if each.must_call)
        ],
        "count": rows.count(),
        "most": MOST_AT_ONCE,
        "hours": parameter(body.area if body is not None else None, "chase.hours"),
        "back": _here(request),
        "robot": robot_for(by.organization_id, _shared_subject(debts)) if debts else None,
        **words_for_the_group([each.line for each in lines], title=_("应办事项")),
    }
    return render(request, "obligations/chase_preview.html", context)


def _by_bearer(lines: Iterable[PreviewLine]) -> list[tuple[PreviewLine, int]]:
    """Return the first line of each bearer and how many there are; the order is that of the lines."""
    first: dict[tuple[int | None, int | None], PreviewLine] = {}
    number: Counter[tuple[int | None, int | None]] = Counter()
    for each in lines:
        debt = each.line.debt
        bearer = (debt.bearer_organization_id, debt.bearer_person_id)
        first.setdefault(bearer, each)
        number[bearer] += 1
    return [(each, number[bearer]) for bearer, each in first.items()]


def _shared_subject(debts: list[Obligation]) -> models.Model | None:
    return debts[0].subject if len({debt.subject_uid for debt in debts}) == 1 else None


def _here(request: HttpRequest) -> str:
    """Return the page of ours from which the press came: a list comes back as it was narrowed."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    if wanted.startswith("/") and not wanted.startswith("//"):
        return wanted
    narrowed = query_of(request, ObligationFilter)
    return f"{reverse('obligations:obligation-list')}{narrowed}" if narrowed else ""


@require_GET
def chase_list(request: HttpRequest) -> HttpResponse:
    """List what one's own body, or those below, have asked for by hand."""
    by = actor_of(request)
    require(by, "notice.log")
    rows = Chase.objects.visible_to(by.scope).select_related("organization")
    page = keyset_page(rows, order=("-id",), params=request.GET)
    return render(request, "obligations/chase_list.html", {"page": page, "count": rows.count()})


@require_GET
def chase_detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one press of 催办: who was reached, who has looked, who has done it."""
    by = actor_of(request)
    chase = get_object_or_404(Chase.objects.visible_to(by.scope), uid=uid)
    require(by, "notice.log", target=chase)
    rows = Notice.objects.visible_to(by.scope).logged_for(by.scope).filter(wave=chase.uid)
    lines = _lines(rows)
    context = {
        "title": str(chase),
        "at": chase.at,
        "post": chase.post,
        "resend": chase.uid,
        "kind": "",
        **_counts(lines, rows, by),
    }
    return render(request, "obligations/delivery.html", context)


@require_GET
def delivery(request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
    """Show one sending about a meeting, a call, a resolution: its last round, or the one asked for."""
    by = actor_of(request)
    require(by, "notice.log")
    rows, number = _sending(request, by, uid, kind)
    lines = _lines(rows)
    first = rows.order_by("pk").first()
    assert first is not None
    context = {
        "title": first.title,
        "at": first.not_before,
        "post": first.sender_post,
        "round": number,
        "resend": uid,
        "kind": kind,
        **_counts(lines, rows, by),
    }
    return render(request, "obligations/delivery.html", context)


def _sending(
    request: HttpRequest, by: Actor, uid: uuid.UUID, kind: str
) -> tuple[NoticeQuerySet, int]:
    rows = (
        Notice.objects.visible_to(by.scope)
        .logged_for(by.scope)
        .filter(subject_uid=uid, kind=kind, is_reminder=False)
    )
    asked = request.GET.get("round", "")
    last = rows.aggregate(last=models.Max("round"))["last"]
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else last
    rows = rows.filter(round=number or 0)
    if not rows.exists():
        raise Http404
    return rows, int(number)


def _lines(rows: NoticeQuerySet) -> list[DeliveryLine]:
    parts = (
        rows.exclude(kind="digest")
        .exclude(channel=Channel.ROBOT)
        .select_related("organization", "person", "carrier", "sender")
    )
    return delivery_lines(parts.order_by("pk")[:_MOST_NOTICES])


def _counts(lines: list[DeliveryLine], rows: NoticeQuerySet, by: Actor) -> dict[str, Any]:
    return {
        "lines": lines,
        "count": len(lines),
        "delivered": sum(line.has_reached for line in lines),
        "seen": sum(line.is_seen for line in lines),
        "answered": sum(line.is_answered for line in lines),
        "asks": any(line.debts for line in lines),
        "call_text": call_text(lines),
        # Who of a group has read a posting is nobody's to know: it stands beside the recipients.
        "groups": list(rows.filter(channel=Channel.ROBOT).select_related("robot").order_by("pk")),
        "failed": rows.filter(_FAILED).count() if _may_resend(by, rows) else 0,
    }


_FAILED = models.Q(state="failed") | models.Q(state="gathered", carrier__state="failed")


def _may_resend(by: Actor, rows: Iterable[Notice]) -> bool:
    return may(by, "obligation.chase") and by.organization_id is not None


@require_POST
def resend(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Send the failed ones of a sending of one's own body again."""
    by = actor_of(request)
    require(by, "obligation.chase")
    chase = Chase.objects.visible_to(by.scope).filter(uid=uid).first()
    rows = Notice.objects.visible_to(by.scope).logged_for(by.scope).select_related("carrier")
    own = rows.filter(sender=by.organization_id)
    kind = request.POST.get("kind_of", "")
    found = list(
        own.filter(wave=uid) if chase is not None else own.filter(subject_uid=uid, kind=kind)
    )
    if not found:
        raise Http404
    target: models.Model = chase if chase is not None else found[0]
    number = resend_failed(found, target=target, by=by)
    if number:
        messages.success(
            request, _("已重新排队%(count)d条，一分钟内再次发送。") % {"count": number}
        )
    else:
        messages.info(request, _("没有需要重发的：都已送达，或者还在发送。"))
    if chase is not None:
        return redirect(chase)
    return redirect("obligations:delivery", uid, kind)
