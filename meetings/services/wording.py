"""The sentences that notices of joint meetings are written in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from meetings.models import Council, Meeting, Resolution, ResolutionParty
from partybuild.ui.filters import date_cn, datetime_cn, short_date_cn


def notice_title(meeting: Meeting) -> str:
    """关于召开2026年第一季度联席会议的通知."""
    return _("关于召开“%(theme)s”的通知") % {"theme": meeting.theme}


def notice_body(meeting: Meeting, agenda: list[str]) -> str:
    """Who, what, when, where, by when to answer."""
    lines = [
        _("%(council)s定于%(when)s在%(place)s召开“%(theme)s”，请贵单位派员参加。")
        % {
            "council": meeting.council.name,
            "when": datetime_cn(meeting.starts_at),
            "place": meeting.place or _("（地点另行通知）"),
            "theme": meeting.theme,
        }
    ]
    if agenda:
        lines.append(_("议程："))
        lines += [f"{number}. {text}" for number, text in enumerate(agenda, 1)]
    if meeting.note:
        lines.append(meeting.note)
    if meeting.receipt_due_on:
        lines.append(
            _("请于%(due)s前回执（参加、委派或请假）。") % {"due": date_cn(meeting.receipt_due_on)}
        )
    lines.append(meeting.council.convener.name)
    return "\n".join(lines)


def taken_back_body(meeting: Meeting) -> str:
    """Somebody may have seen the notice in the minutes before it was taken back."""
    return _("“%(theme)s”的会议通知已撤回，请等候新的通知。") % {"theme": meeting.theme}


def postponed_body(meeting: Meeting, reason: str) -> str:
    """The new time, or that it is still open."""
    if meeting.is_open and meeting.notice_round and meeting.receipt_due_on:
        return _(
            "“%(theme)s”延期至%(when)s在%(place)s召开。原因：%(reason)s。请于%(due)s前重新回执。"
        ) % {
            "theme": meeting.theme,
            "when": datetime_cn(meeting.starts_at),
            "place": meeting.place or _("（地点另行通知）"),
            "reason": reason.rstrip("。"),
            "due": date_cn(meeting.receipt_due_on),
        }
    return _("“%(theme)s”延期召开，时间另行通知。原因：%(reason)s。") % {
        "theme": meeting.theme,
        "reason": reason.rstrip("。"),
    }


def cancelled_body(meeting: Meeting, reason: str) -> str:
    """The meeting does not take place."""
    return _("原定%(when)s召开的“%(theme)s”取消。原因：%(reason)s。") % {
        "when": datetime_cn(meeting.starts_at),
        "theme": meeting.theme,
        "reason": reason.rstrip("。"),
    }


def minutes_title(meeting: Meeting, edition: int) -> str:
    """Issued for the first time, or again after a correction."""
    if edition > 1:
        return _("“%(theme)s”会议纪要已更正，重新印发") % {"theme": meeting.theme}
    return _("“%(theme)s”会议纪要已印发") % {"theme": meeting.theme}


def minutes_body(meeting: Meeting, label: str, edition: int = 1) -> str:
    """The minutes are out."""
    if edition > 1:
        return _("“%(theme)s”会议纪要%(label)s经更正后重新印发，请以本次印发的为准。") % {
            "theme": meeting.theme,
            "label": label,
        }
    return _("“%(theme)s”会议纪要%(label)s已印发，请查阅。") % {
        "theme": meeting.theme,
        "label": label,
    }


def assigned_body(resolution: Resolution, party: ResolutionParty) -> str:
    """What was agreed, in which part, until when."""
    return _(
        "%(council)s议定：%(text)s。请贵单位作为%(role)s单位，于%(due)s前办结。"
        "请先接件；如不属于贵单位职责或期限有困难，可以退回协商。"
    ) % {
        "council": resolution.council.name,
        "text": resolution.text.rstrip("。"),
        "role": party.get_role_display(),
        "due": short_date_cn(resolution.due_on),
    }


def invited_body(council: Council) -> str:
    """An invitation, not an order."""
    return _("%(convener)s邀请贵单位加入%(council)s，请回执是否同意，并告知代表和联络员。") % {
        "convener": council.convener.name,
        "council": council.name,
    }
