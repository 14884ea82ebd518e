"""What is asked again just before a notice of a meeting is sent."""

from __future__ import annotations

from collections.abc import Sequence

from meetings.enums import MeetingState
from meetings.models import Meeting
from partybuild.notices.models import Notice
from partybuild.notices.registry import check


@check
def notices_of_meetings_called_off(notices: Sequence[Notice]) -> dict[int, str]:
    """An invitation does not go out once its meeting was cancelled, moved or notified anew."""
    asked = [each for each in notices if each.kind in {"meeting.notice", "meeting.postponed"}]
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
            notice.kind == "meeting.notice" and meeting.state != MeetingState.NOTIFIED
        ):
            unwanted[notice.pk] = "会议安排已有变动"
    return unwanted
