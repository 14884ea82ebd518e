"""The delivery log of those who sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from partybuild.access import may, require
from partybuild.access.rights import Reach
from partybuild.accounts.actors import actor_of
from partybuild.fields.keyset import keyset_page
from partybuild.notices.forms import LogFilter
from partybuild.notices.models import Notice


class NoticeLogView(View):
    """What one's own body (and those below it) sent: delivered, failed, unknown, seen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page of the log."""
        by = actor_of(request)
        require(by, "notice.log")
        rows = Notice.objects.visible_to(by.scope).logged_for(by.scope)
        form = LogFilter(request.GET)
        found = form.narrow(rows)
        context = {
            "form": form,
            "count": found.count(),
            # Who looks after the machine sees that it was sent, not what it was about.
            "says_what": by.scope.cell("notice.log").reach is not Reach.EVERYWHERE,
            "may_robots": may(by, "robot.edit"),
            "page": keyset_page(
                found.select_related("organization", "person", "sender", "carrier"),
                order=("-id",),
                params=request.GET,
            ),
        }
        return render(request, "notices/notice_log.html", context)
