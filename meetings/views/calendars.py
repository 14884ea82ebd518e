"""A meeting as a file for one's own calendar."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from meetings.models import Meeting
from meetings.notices import entry_of
from meetings.views.meetings import find_meeting
from partybuild.accounts.actors import actor_of
from partybuild.notices.calendars import calendar_file


def calendar_of(meeting: Meeting) -> HttpResponse:
    """Return the file of one meeting."""
    response = HttpResponse(
        calendar_file([entry_of(meeting)]), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@require_GET
def meeting_calendar(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file for everybody who sees the meeting."""
    return calendar_of(find_meeting(actor_of(request), uid))
