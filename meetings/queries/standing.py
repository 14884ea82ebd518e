"""How a meeting or resolution stands, in a sentence and as a line of steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.enums import (
    OPEN_RESOLUTION,
    Answer,
    MeetingState,
    PartyRole,
    PartyState,
    PresenceState,
    ResolutionState,
)
from meetings.models import (
    Council,
    Meeting,
    MinutesCirculation,
    Presence,
    Receipt,
    Resolution,
    ResolutionParty,
)
from partybuild.calendar import SHANGHAI, today
from partybuild.ui.filters import datetime_cn, short_date_cn

_LINE = (
    MeetingState.PLANNED,
    MeetingState.NOTIFIED,
    MeetingState.HELD,
    MeetingState.MINUTED,
    MeetingState.ISSUED,
    MeetingState.ARCHIVED,
)
_STEPS = {
    MeetingState.PLANNED: gettext_lazy("计划"),
    MeetingState.NOTIFIED: gettext_lazy("通知与回执"),
    MeetingState.HELD: gettext_lazy("召开"),
    MeetingState.MINUTED: gettext_lazy("起草纪要"),
    MeetingState.ISSUED: gettext_lazy("印发纪要"),
    MeetingState.ARCHIVED: gettext_lazy("归档"),
}
_TONES = {
    MeetingState.PLANNED: "info",
    MeetingState.NOTIFIED: "info",
    MeetingState.HELD: "warn",
    MeetingState.MINUTED: "warn",
    MeetingState.ISSUED: "good",
    MeetingState.ARCHIVED: "good",
    MeetingState.POSTPONED: "warn",
    MeetingState.CANCELLED: "plain",
}
_RESOLUTION_TONES = {
    ResolutionState.PENDING: "warn",
    ResolutionState.ASSIGNED: "warn",
    ResolutionState.WORKING: "info",
    ResolutionState.REPORTED: "warn",
    ResolutionState.CLOSED: "good",
    ResolutionState.STOPPED: "plain",
}


def meeting_tone(meeting: Meeting) -> str:
    """Return the tone of a meeting's state."""
    return _TONES[MeetingState(meeting.state)]


def resolution_tone(resolution: Resolution, day: date) -> str:
    """Return the tone of a resolution's state; overdue is bad."""
    if resolution.is_overdue(day):
        return "bad"
    return _RESOLUTION_TONES[ResolutionState(resolution.state)]


def meeting_steps(meeting: Meeting) -> list[dict[str, str]]:
    """Return the line of steps: what was skipped is shown as skipped."""
    if meeting.state in {MeetingState.CANCELLED, MeetingState.POSTPONED}:
        notified = "done" if meeting.notice_round else "skipped"
        return [
            {"label": str(_STEPS[MeetingState.PLANNED]), "state": "done", "note": ""},
            {"label": str(_STEPS[MeetingState.NOTIFIED]), "state": notified, "note": ""},
            {"label": meeting.get_state_display(), "state": "current", "note": ""},
        ]
    here = _LINE.index(MeetingState(meeting.state))
    steps = []
    for at, state in enumerate(_LINE):
        if at > here:
            word = "todo"
        elif at == here:
            word = "done" if state == MeetingState.ARCHIVED else "current"
        else:
            word = "done"
        if state == MeetingState.NOTIFIED and here > at and meeting.notified_at is None:
            word = "skipped"
        steps.append({"label": str(_STEPS[state]), "state": word, "note": ""})
    return steps


def resolution_steps(resolution: Resolution) -> list[dict[str, str]]:
    """Return the line of steps of a resolution."""
    line = [
        ResolutionState.PENDING,
        ResolutionState.ASSIGNED,
        ResolutionState.WORKING,
        ResolutionState.REPORTED,
        ResolutionState.CLOSED,
    ]
    if resolution.state == ResolutionState.STOPPED:
        return [
            {"label": _("下达"), "state": "done", "note": ""},
            {"label": _("中止"), "state": "current", "note": ""},
        ]
    labels = [_("下达"), _("接件"), _("办理"), _("验收"), _("销号")]
    here = line.index(ResolutionState(resolution.state))
    closed = resolution.state == ResolutionState.CLOSED
    return [
        {
            "label": label,
            "state": "done" if at < here or closed else "current" if at == here else "todo",
            "note": "",
        }
        for at, label in enumerate(labels)
    ]


def receipt_counts(receipts: Iterable[Receipt]) -> dict[str, int]:
    """Return how many were asked, have answered, attend, delegate, take leave, wait; and people."""
    rows = list(receipts)
    answers = Counter(receipt.answer for receipt in rows)
    return {
        "asked": len(rows),
        "answered": len(rows) - answers[Answer.WAITING],
        "attend": answers[Answer.ATTEND],
        "delegate": answers[Answer.DELEGATE],
        "leave": answers[Answer.LEAVE],
        "waiting": answers[Answer.WAITING],
        "people": sum(r.people for r in rows if r.answer in {Answer.ATTEND, Answer.DELEGATE}),
    }


def presence_counts(presences: Iterable[Presence]) -> dict[str, int]:
    """Return how many organizations came, took leave, were absent, are not recorded; and guests."""
    rows = list(presences)
    states = Counter(row.state for row in rows if not row.is_guest)
    return {
        "came": states[PresenceState.PRESENT] + states[PresenceState.LATE],
        "late": states[PresenceState.LATE],
        "leave": states[PresenceState.LEAVE],
        "absent": states[PresenceState.ABSENT],
        "unrecorded": states[PresenceState.UNRECORDED],
        "guests": sum(row.is_guest for row in rows),
    }


def meeting_sentence(
    meeting: Meeting,
    counts: dict[str, int],
    came: dict[str, int],
    circulation: MinutesCirculation | None = None,
) -> str:
    """Say how a meeting stands; the circulation is the open round of countersigning."""
    when = datetime_cn(meeting.starts_at)
    match meeting.state:
        case MeetingState.PLANNED:
            return _("计划于%(when)s召开，通知还没有发出。") % {"when": when}
        case MeetingState.NOTIFIED:
            return _(
                "将于%(when)s召开。通知已发出，%(asked)d家单位中%(answered)d家已回执，截止%(due)s。"
            ) % {**counts, "when": when, "due": short_date_cn(meeting.receipt_due_on)}
        case MeetingState.HELD:
            return _("%(day)s已召开，%(came)d家单位出席。接下来起草纪要。") % {
                **came,
                "day": short_date_cn(meeting.held_on),
            }
        case MeetingState.MINUTED if circulation is not None:
            return _("%(day)s已召开，%(came)d家单位出席。纪要正在会签，截止%(due)s。") % {
                **came,
                "day": short_date_cn(meeting.held_on),
                "due": short_date_cn(circulation.due_on),
            }
        case MeetingState.MINUTED:
            return _("%(day)s已召开，%(came)d家单位出席。纪要起草中，还没有印发。") % {
                **came,
                "day": short_date_cn(meeting.held_on),
            }
        case MeetingState.ISSUED | MeetingState.ARCHIVED:
            return _("%(day)s已召开，%(came)d家单位出席。纪要已印发。") % {
                **came,
                "day": short_date_cn(meeting.held_on),
            }
        case MeetingState.POSTPONED:
            return _("已延期，时间待定。原因：%(reason)s。") % {
                "reason": meeting.state_reason.rstrip("。")
            }
        case _:
            return _("已取消。原因：%(reason)s。") % {"reason": meeting.state_reason.rstrip("。")}


def resolution_sentence(
    resolution: Resolution, parties: Iterable[ResolutionParty], day: date
) -> str:
    """Say how a resolution stands."""
    rows = list(parties)
    lead = next((party for party in rows if party.role == PartyRole.LEAD), None)
    due = short_date_cn(resolution.due_on)
    waiting = [p.organization.called for p in rows if p.state == PartyState.WAITING]
    returned = [p.organization.called for p in rows if p.state == PartyState.RETURNED]
    match resolution.state:
        case ResolutionState.PENDING if returned:
            return _("%(units)s退回协商，请协商后重新下达。") % {"units": "、".join(returned)}
        case ResolutionState.PENDING:
            return _("还没有下达给责任单位。")
        case ResolutionState.ASSIGNED:
            return _("已下达，等%(units)s接件，办理期限%(due)s。") % {
                "units": "、".join(waiting),
                "due": due,
            }
        case ResolutionState.WORKING:
            text = _("%(lead)s正在办理，期限%(due)s。") % {
                "lead": lead.organization.called if lead else "",
                "due": due,
            }
            return text + (_("已逾期。") if resolution.is_overdue(day) else "")
        case ResolutionState.REPORTED:
            return _("%(lead)s已申报办结，等召集单位验收。") % {
                "lead": lead.organization.called if lead else ""
            }
        case ResolutionState.CLOSED:
            text = _("%(day)s销号：%(kind)s。") % {
                "day": short_date_cn(resolution.closed_on),
                "kind": resolution.get_closing_display(),
            }
            if resolution.reviewed_on:
                return text + _("%(day)s已复查。") % {"day": short_date_cn(resolution.reviewed_on)}
            if resolution.review_on:
                return text + _("%(day)s前复查。") % {"day": short_date_cn(resolution.review_on)}
            return text
        case _:
            return _("%(day)s中止。原因：%(reason)s。") % {
                "day": short_date_cn(resolution.closed_on),
                "reason": resolution.result.rstrip("。"),
            }


def earlier_resolutions(council: Council, meeting: Meeting | None = None) -> list[Resolution]:
    """Return what earlier meetings left: open resolutions, live, and stages to be reviewed by then."""
    day = today() if meeting is None else meeting.starts_at.astimezone(SHANGHAI).date()
    # What was closed for a stage comes back when its day of review has come.
    rows = council.resolutions.filter(
        Q(state__in=OPEN_RESOLUTION)
        | Q(state=ResolutionState.CLOSED, review_on__lte=day, reviewed_on=None)
    )
    if meeting is not None:
        rows = rows.exclude(meeting=meeting)
    found = list(
        rows.select_related("meeting")
        .prefetch_related("parties__organization")
        .order_by("meeting__held_on", "number")
    )
    for row in found:
        row.is_carried_over = row.is_carried_into(day.year)
    return found


def lead_of(resolution: Resolution) -> str:
    """Return the leading unit's name, from prefetched parties."""
    return next(
        (
            party.organization.called
            for party in resolution.parties.all()
            if party.role == PartyRole.LEAD and party.state != PartyState.RELEASED
        ),
        "",
    )


def attendance(presences: Iterable[Presence]) -> dict[str, Any]:
    """Return 出席, 请假, 缺席, 列席 as lists of "unit（person）" for minutes and print."""
    groups: dict[str, list[str]] = {"came": [], "leave": [], "absent": [], "guests": []}
    for row in presences:
        if row.is_guest:
            groups["guests"].append(
                f"{row.person_name}（{row.post}）" if row.post else row.person_name
            )
            continue
        assert row.organization is not None
        name = row.organization.called
        said = f"{name}（{row.person_name}）" if row.person_name else name
        if row.state in {PresenceState.PRESENT, PresenceState.LATE}:
            groups["came"].append(said)
        elif row.state == PresenceState.LEAVE:
            groups["leave"].append(said)
        elif row.state == PresenceState.ABSENT:
            groups["absent"].append(said)
    return groups
