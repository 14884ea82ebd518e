"""How a part-time member stands: in a sentence, as a line of steps."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.enums import PartTimeState
from meetings.models import PartTimeMember
from partybuild.ui.filters import short_date_cn

_LINE = (
    (PartTimeState.PROPOSED, gettext_lazy("推荐")),
    (PartTimeState.SELECTED, gettext_lazy("遴选")),
    (PartTimeState.REPORTED, gettext_lazy("上报批复")),
    (PartTimeState.APPROVED, gettext_lazy("已批复")),
    (PartTimeState.PUBLISHED, gettext_lazy("公示")),
    (PartTimeState.APPOINTED, gettext_lazy("聘任")),
)


def part_time_steps(member: PartTimeMember) -> list[dict[str, str]]:
    """Return the line of steps up to the appointment."""
    states = [state for state, _label in _LINE]
    over = member.state in {PartTimeState.RENEWED, PartTimeState.ENDED}
    if member.earlier_id is not None or member.state == PartTimeState.DROPPED:
        return []
    here = len(states) if over else states.index(PartTimeState(member.state))
    done = {
        PartTimeState.PROPOSED: member.proposed_on,
        PartTimeState.SELECTED: member.selected_on,
        PartTimeState.REPORTED: member.reported_on,
        PartTimeState.APPROVED: member.approved_on,
        PartTimeState.PUBLISHED: member.published_on,
        PartTimeState.APPOINTED: member.appointed_on,
    }
    return [
        {
            "label": str(label),
            "state": "done"
            if at < here or member.state == PartTimeState.APPOINTED
            else "current"
            if at == here
            else "todo",
            "note": short_date_cn(done[state]) if at <= here and done[state] else "",
        }
        for at, (state, label) in enumerate(_LINE)
    ]


def part_time_tone(member: PartTimeMember, day: date) -> str:
    """Return the tone of a state."""
    if member.is_over(day):
        return "bad"
    if member.state == PartTimeState.APPOINTED:
        return "good"
    if member.state in {PartTimeState.ENDED, PartTimeState.RENEWED, PartTimeState.DROPPED}:
        return "plain"
    return "warn" if member.state_reason else "info"


def part_time_sentence(member: PartTimeMember, day: date) -> str:
    """Say how a candidate or a term stands, and what comes next."""
    values = {
        "until": short_date_cn(member.published_until),
        "since": short_date_cn(member.term_from),
        "to": short_date_cn(member.term_to),
        "ended": short_date_cn(member.ended_on),
        "reason": member.state_reason.rstrip("。"),
        "kind": member.get_end_kind_display(),
    }
    match member.state:
        case PartTimeState.PROPOSED:
            return _("已推荐，等党组织会议遴选。")
        case PartTimeState.SELECTED if member.state_reason:
            return _("上级退回：%(reason)s。补充后可以重新上报。") % values
        case PartTimeState.SELECTED:
            return _("已经遴选，下一步上报批复。")
        case PartTimeState.REPORTED:
            return _("已上报，等上级批复。")
        case PartTimeState.APPROVED:
            return _("已批复同意，下一步公示。")
        case PartTimeState.PUBLISHED if member.published_until and day > member.published_until:
            return _("公示已于%(until)s期满，可以聘任。") % values
        case PartTimeState.PUBLISHED:
            return _("公示中，到%(until)s为止；期满次日起可以聘任。") % values
        case PartTimeState.APPOINTED if member.is_over(day):
            return _("任期已于%(to)s届满，请办理续聘或离任。") % values
        case PartTimeState.APPOINTED:
            return _("在任，任期%(since)s至%(to)s。") % values
        case PartTimeState.RENEWED:
            return _("任期%(since)s至%(to)s，期满后续聘。") % values
        case PartTimeState.ENDED:
            return _("%(ended)s离任：%(kind)s。") % values
        case _:
            return _("没有聘任。原因：%(reason)s。") % values
