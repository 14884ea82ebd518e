"""The outbox for those who look after the machine: counts, and messages whose fate is unknown."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import settle


class OutboxView(View):
    """How many messages wait, failed, are unknown; no word of what they say and no address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show counts, the unknown, and the last failures."""
        by = actor_of(request)
        require(by, "notice.reconcile")
        rows = Notice.objects.visible_to(by.scope).outbound()
        counts = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
        context = {
            "counts": [(label, counts.get(state, 0)) for state, label in NoticeState.choices],
            "unknown": list(rows.filter(state=NoticeState.UNKNOWN).order_by("unknown_at")[:200]),
            "failed": list(rows.filter(state=NoticeState.FAILED).order_by("-id")[:50]),
        }
        return render(request, "notices/outbox.html", context)


@require_POST
def outbox_settle(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Write down what the carrier's log says of one message."""
    by = actor_of(request)
    notice = get_object_or_404(Notice.objects.visible_to(by.scope).outbound(), uid=uid)
    require(by, "notice.reconcile")
    if settle(notice, accepted=request.POST.get("accepted") == "yes", by=by):
        messages.success(request, _("已核实。"))
    else:
        messages.info(request, _("这条通知已经核实过了。"))
    return redirect("notices:outbox")
