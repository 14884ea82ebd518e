"""What is asked again just before a notice of a meeting is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.enums import CallState, MeetingState
from meetings.models import CallAnswer, Council, Meeting, TopicCall
from meetings.services.calling import REMINDER, remind_of_calls
from partybuild.access import Actor, Scope
from partybuild.notices.calendars import CalendarEntry, calendar_source, earliest, invitation
from partybuild.notices.models import Notice
from partybuild.notices.registry import check, group_source, planner, told_in_groups

# A day before, to prepare, and an hour before, to leave.
_ALARMS = (timedelta(days=1), timedelta(hours=1))
# The notices that change what stands in a calendar.
_ABOUT_THE_DATE = frozenset(
    {"meeting.notice", "meeting.changed", "meeting.postponed", "meeting.cancelled"}
)
# What is not sent any more once the meeting stands otherwise.
_PASSING = frozenset({"meeting.notice", "meeting.changed", "meeting.postponed"})

# What everybody in the group may read: titles of meetings and calls, no persons.
told_in_groups(
    "meeting.notice",
    "meeting.changed",
    "meeting.postponed",
    "meeting.cancelled",
    "topic.called",
    "topic.call_moved",
)


@group_source
def councils_with_groups(by: Actor) -> list[tuple[str, uuid.UUID, str]]:
    """The councils that one's own body convenes."""
    if by.organization_id is None:
        return []
    rows = Council.objects.visible_to(by.scope).filter(convener=by.organization_id, ended_on=None)
    return [(Council._meta.label, row.uid, row.name) for row in rows]


@planner
def reminders_of_calls(by: Actor) -> int:
    """Write the reminders of calls for topics whose date comes near."""
    return remind_of_calls(by=by)


@check
def reminders_no_longer_needed(notices: Sequence[Notice]) -> dict[int, str]:
    """Who has proposed or said 无议题 is not reminded of a call, nor is anybody of a closed one."""
    asked = [each for each in notices if each.kind == REMINDER]
    if not asked:
        return {}
    subjects = {each.subject_uid for each in asked}
    standing = set(
        TopicCall.objects.standing().filter(uid__in=subjects).values_list("uid", flat=True)
    )
    silent = set(
        CallAnswer.objects.filter(call__uid__in=subjects, state=CallState.WAITING).values_list(
            "call__uid", "organization"
        )
    )
    return {
        each.pk: "已答复或征集已结束"
        for each in asked
        if each.subject_uid not in standing
        or (each.subject_uid, each.organization_id) not in silent
    }


@check
def notices_of_meetings_called_off(notices: Sequence[Notice]) -> dict[int, str]:
    """An invitation does not go out once its meeting was cancelled, moved or notified anew."""
    asked = [each for each in notices if each.kind in _PASSING]
    meetings = {
        meeting.uid: meeting
        for meeting in Meeting.objects.filter(uid__in={each.subject_uid for each in asked})
    }
    unwanted = {}
    for notice in asked:
        meeting = meetings.get(notice.subject_uid)
        if meeting is None:
            continue
        if meeting.state == MeetingState.CANCELLED:
            unwanted[notice.pk] = "会议已取消"
        elif notice.round != meeting.notice_round or (
            notice.kind != "meeting.postponed" and meeting.state != MeetingState.NOTIFIED
        ):
            unwanted[notice.pk] = "会议安排已有变动"
    return unwanted


def entry_of(meeting: Meeting) -> CalendarEntry:
    """Return a meeting as its invited bodies' calendars show it."""
    return CalendarEntry(
        uid=f"meeting-{meeting.uid}",
        title=_("%(council)s：%(theme)s")
        % {"council": meeting.council.name, "theme": meeting.theme},
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        place=meeting.place,
        text=meeting.note,
        url=settings.BASE_URL + meeting.get_absolute_url(),
        sequence=meeting.version,
        alarms=_ALARMS,
        is_cancelled=meeting.state in {MeetingState.CANCELLED, MeetingState.POSTPONED},
    )


@invitation
def meeting_of_the_notice(notice: Notice) -> CalendarEntry | None:
    """A notice of a meeting carries it along; a later one moves or cancels it in the calendar."""
    if notice.kind not in _ABOUT_THE_DATE:
        return None
    meeting = Meeting.objects.select_related("council").filter(uid=notice.subject_uid).first()
    return None if meeting is None else entry_of(meeting)


@calendar_source
def meetings_of(scope: Scope) -> Iterable[CalendarEntry]:
    """The meetings to which one's own body is invited, and those that it convenes."""
    if scope.organization_id is None:
        return []
    taking_part = Q(council__convener=scope.organization_id) | Q(
        receipts__organization=scope.organization_id, notified_at__isnull=False
    )
    rows = (
        Meeting.objects.visible_to(scope)
        .filter(taking_part, starts_at__gte=earliest())
        .select_related("council")
        .distinct()
    )
    return [entry_of(row) for row in rows]
