"""What comes next for a meeting, and by when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.enums import MeetingState
from meetings.models import Meeting
from meetings.queries.charter import charter_of
from meetings.queries.codes import opens_at
from partybuild.calendar import SHANGHAI, add_working_days
from partybuild.ui.filters import short_date_cn, time_cn


def next_step(meeting: Meeting, moment: datetime) -> str:
    """Return one sentence: 最迟3月9日发通知, 13:30起可以扫码签到, 请在3月19日前印发纪要; "" where nothing is."""
    charter = charter_of(meeting.council)
    match meeting.state:
        case MeetingState.PLANNED | MeetingState.NOTIFIED if meeting.starts_at <= moment:
            return _("会议时间已到，请登记出席；散会后在同一页登记为已召开。")
        case MeetingState.PLANNED:
            day = meeting.starts_at.astimezone(SHANGHAI).date()
            latest = add_working_days(day, -charter.notice_lead_days)
            if moment.date() > latest:
                step = _("最迟应在%(day)s发通知，现在发出要写明紧急原因，或改日期。")
            else:
                step = _("最迟%(day)s发通知。")
            return step % {"day": short_date_cn(latest)} + _door(meeting)
        case MeetingState.NOTIFIED:
            return _door(meeting)
        case MeetingState.HELD | MeetingState.MINUTED if meeting.held_on:
            due = add_working_days(meeting.held_on, charter.minutes_due_days)
            return _("请在%(day)s前印发纪要。") % {"day": short_date_cn(due)}
        case MeetingState.POSTPONED:
            return _("定下新的时间后，请修改会议并重新发通知。")
        case _:
            return ""


def _door(meeting: Meeting) -> str:
    opens = opens_at(meeting)
    return _("%(day)s%(time)s起可以签到。") % {
        "day": short_date_cn(opens),
        "time": time_cn(opens),
    }
