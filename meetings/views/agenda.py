"""The agenda's own page: order, durations, who presents, papers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.enums import MeetingState
from meetings.forms.agenda import AgendaForm
from meetings.models import AgendaItem, Meeting
from meetings.queries.agendas import followed_up, overrun, timed
from meetings.queries.standing import lead_of, resolution_tone
from meetings.services import arrange_agenda
from meetings.views.meetings import find_meeting, free_topics
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.fields.refusals import put_on


def agenda_of(by: Actor, meeting: Meeting) -> list[AgendaItem]:
    """Return the items of a meeting in sight, in their order."""
    return list(
        AgendaItem.objects.visible_to(by.scope)
        .filter(meeting=meeting, is_current=True)
        .select_related("topic__organization")
        .order_by("position", "id")
    )


def _focus(row: dict[str, Any], moved: str) -> str:
    """Return on which of a row's buttons the keyboard goes on: the one pressed, or the other at an end."""
    which, _colon, where = moved.partition(":")
    if row["item"].uid.hex != which:
        return ""
    if where == "up":
        return "up" if row["may_rise"] else "down"
    return "down" if row["may_sink"] else "up"


@require_http_methods(["GET", "POST"])
def agenda_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Arrange the agenda: every button saves what was typed and then does its own."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.plan", target=meeting)
    items = agenda_of(by, meeting)
    form = AgendaForm(
        request.POST or None,
        items=items,
        topics=free_topics(by, meeting.council),
        initial={"version": meeting.version},
    )
    if form.is_valid():
        move, remove = request.POST.get("move", ""), request.POST.get("remove", "")
        try:
            arrange_agenda(
                meeting,
                version=form.cleaned_data["version"],
                lines=form.lines(move=move, remove=remove),
                by=by,
                **form.first,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            if request.POST.get("then") == "done":
                messages.success(request, _("议程已保存。"))
                return redirect(meeting.get_absolute_url() + "#agenda")
            here = reverse("meetings:agenda-edit", args=(meeting.uid,))
            return redirect(f"{here}?moved={move}" if move else here)
    day = today()
    shown = timed(meeting, items)
    return render(
        request,
        "meetings/agenda_edit.html",
        {
            "meeting": meeting,
            "form": form,
            "rows": [
                {**row, "times": each.times, "focus": _focus(row, request.GET.get("moved", ""))}
                for row, each in zip(form.rows(), shown, strict=True)
            ],
            "items": items,
            "overrun": overrun(meeting, items),
            "ends": shown[-1].ends if shown else None,
            "follow_up": [
                (row, lead_of(row), resolution_tone(row, day)) for row in followed_up(meeting)
            ],
            "is_notified": meeting.state == MeetingState.NOTIFIED,
        },
        status=422 if form.is_bound else 200,
    )
