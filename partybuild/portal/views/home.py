"""Home is what I owe."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from partybuild.access import Actor, Role, may
from partybuild.accounts.actors import actor_of, posts_of
from partybuild.approvals.queries import waiting_todos
from partybuild.calendar import Period, today
from partybuild.indicators.views.boards import headlines
from partybuild.notices.queries.leave import leaves_today
from partybuild.obligations.queries import owed_to_me, todos
from partybuild.portal.panels import upcoming_lines, waiting_lines

_SHOWN = 30
# They owe nothing and are owed nothing: each begins where the own work is.
# A member begins in their own place, where the same list stands on top.
_BEGIN_ELSEWHERE: dict[str | None, str] = {
    Role.MEMBER: "my:home",
    Role.AUDITOR: "ops:audit-home",
    Role.SYSTEM_ADMIN: "ops:system-home",
    Role.SECURITY_ADMIN: "ops:security-home",
}


class HomeView(View):
    """What I owe, most urgent first; what is coming; what others owe to us."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the current post's debts as actions, those of other posts with a button to switch."""
        by = actor_of(request)
        if by.scope.role in _BEGIN_ELSEWHERE:
            return redirect(_BEGIN_ELSEWHERE[by.scope.role])
        period = Period.of(today())
        context = {
            **todo_context(request, by),
            "may_approve": may(by, "approval.view"),
            "upcoming": upcoming_lines(by),
            "claims": owed_to_me(by) if may(by, "obligation.chase") else [],
            "leaves": leaves_today(by),
            "headlines": headlines(by, period) if may(by, "figures.view") else [],
            "period": period,
            "person_id": by.person_id,
            "has_post": by.appointment_id is not None,
        }
        return render(request, "portal/home.html", context)


def todo_context(request: HttpRequest, by: Actor) -> dict[str, Any]:
    """Return what portal/_todo.html and portal/_todo_elsewhere.html show: what waits for a person."""
    lines = todos(posts_of(request), current=by.appointment_id)
    mine = [line for line in lines if line.appointment.pk == by.appointment_id]
    approvals = waiting_todos(posts_of(request), current=by.appointment_id)
    waiting = waiting_lines(by)
    return {
        "waiting": waiting,
        "mine": mine[:_SHOWN],
        "mine_count": len(mine) + len(waiting),
        "more": max(0, len(mine) - _SHOWN),
        "elsewhere": [line for line in lines if line.appointment.pk != by.appointment_id],
        "approvals": [line for line in approvals if line.appointment.pk == by.appointment_id],
        "approvals_elsewhere": [
            line for line in approvals if line.appointment.pk != by.appointment_id
        ],
    }
