"""The inbox."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.fields.keyset import keyset_page
from partybuild.notices.models import Notice
from partybuild.notices.queries import unread_count
from partybuild.notices.services import mark_all_read, mark_read


class NoticeListView(View):
    """What was written to me, newest first, in all my posts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page; looking at the list marks nothing."""
        by = actor_of(request)
        require(by, "notice.inbox")
        rows = Notice.objects.visible_to(by.scope).received_by(by.scope)
        rows = rows.select_related("sender", "on_behalf_of")
        only_unread = request.GET.get("show") == "unread"
        if only_unread:
            rows = rows.unread()
        context = {
            "page": keyset_page(rows, order=("-id",), params=request.GET),
            "unread": unread_count(by),
            "only_unread": only_unread,
        }
        return render(request, "notices/notice_list.html", context)


class NoticeDetailView(View):
    """One notice; a signed-in reader who opens it has seen it."""

    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        """Show the notice and its one action."""
        by = actor_of(request)
        notice = get_object_or_404(
            Notice.objects.visible_to(by.scope)
            .received_by(by.scope)
            .select_related("sender", "on_behalf_of"),
            uid=uid,
        )
        require(by, "notice.inbox")
        mark_read(notice, by=by)
        return render(request, "notices/notice_detail.html", {"notice": notice})


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything in the inbox as seen."""
    by = actor_of(request)
    require(by, "notice.inbox")
    number = mark_all_read(by=by)
    messages.success(request, _("已将%(count)d条通知标为已读。") % {"count": number})
    return redirect("notices:notice-list")
