"""Home is what I owe."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from partybuild.access import Role, may
from partybuild.accounts.actors import actor_of, posts_of
from partybuild.approvals.queries import waiting_todos
from partybuild.notices.queries.leave import leaves_today
from partybuild.obligations.queries import owed_to_me, todos
from partybuild.portal.panels import upcoming_lines, waiting_lines

_SHOWN = 30
# They owe nothing and are owed nothing: one begins with the log, the other with the machine's state.
_BEGIN_ELSEWHERE: dict[str | None, str] = {
    Role.AUDITOR: "ops:audit-home",
    Role.SYSTEM_ADMIN: "ops:system-home",
}


class HomeView(View):
    """What I owe, most urgent first; what is coming; what others owe to us."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the current post's debts as actions, those of other posts with a button to switch."""
        by = actor_of(request)
        if by.scope.role in _BEGIN_ELSEWHERE:
            return redirect(_BEGIN_ELSEWHERE[by.scope.role])
        lines = todos(posts_of(request), current=by.appointment_id)
        mine = [line for line in lines if line.appointment.pk == by.appointment_id]
        approvals = waiting_todos(posts_of(request), current=by.appointment_id)
        claims = owed_to_me(by) if may(by, "obligation.chase") else []
        waiting = waiting_lines(by)
        context = {
            "waiting": waiting,
            "mine": mine[:_SHOWN],
            "mine_count": len(mine) + len(waiting),
            "more": max(0, len(mine) - _SHOWN),
            "elsewhere": [line for line in lines if line.appointment.pk != by.appointment_id],
            "approvals": [line for line in approvals if line.appointment.pk == by.appointment_id],
            "approvals_elsewhere": [
                line for line in approvals if line.appointment.pk != by.appointment_id
            ],
            "may_approve": may(by, "approval.view"),
            "upcoming": upcoming_lines(by),
            "claims": claims,
            "leaves": leaves_today(by),
            "person_id": by.person_id,
            "has_post": by.appointment_id is not None,
        }
        return render(request, "portal/home.html", context)
