"""The year's plan of a council: all its meetings, planned in one press, changed one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.forms.year_plan import YearPlanForm
from meetings.models import Council, Meeting
from meetings.queries.charter import charter_of
from meetings.queries.clashes import places_of
from meetings.queries.standing import meeting_tone
from meetings.queries.year_plan import year_lines
from meetings.services import plan_year
from meetings.views.answering import form_page
from meetings.views.councils import find_council
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.fields.refusals import put_on

# How far ahead a plan makes sense; holidays are published for the next year in November.
_YEARS_AHEAD = 1


@require_http_methods(["GET", "POST"])
def year_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the periods of a year, and plan those that have no meeting."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "meeting.plan", target=council)
    day = today()
    year = _year(request, day.year)
    lines = year_lines(council, year, day)
    form = YearPlanForm(
        request.POST or None,
        lines=lines,
        charter=charter_of(council),
        called=council.meeting_name,
        initial=_shared(by, council),
    )
    if form.is_valid():
        try:
            meetings = plan_year(council, wishes=form.wishes, by=by, **form.values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已排定%(count)d次会议，每次都可以单独修改。") % {"count": len(meetings)},
            )
            return redirect(f"{reverse('meetings:year-plan', args=(council.uid,))}?year={year}")
    return form_page(
        request,
        "meetings/year_plan.html",
        form,
        {
            "council": council,
            "year": year,
            "this_year": day.year,
            "lines": [(line, meeting_tone(line.meeting) if line.meeting else "") for line in lines],
            "rows": form.rows(),
            "places": places_of(council),
        },
    )


def _year(request: HttpRequest, this_year: int) -> int:
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else this_year
    return min(max(year, this_year - 10), this_year + _YEARS_AHEAD)


def _shared(by: Actor, council: Council) -> dict[str, Any]:
    """Return what the last meeting had."""
    last = Meeting.objects.visible_to(by.scope).filter(council=council).first()
    if last is None:
        return {}
    return {
        "place": last.place,
        "chair_name": last.chair_name,
        "recorder_name": last.recorder_name,
    }
