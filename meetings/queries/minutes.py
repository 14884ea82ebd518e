"""What minutes are made of: the first text, what was resolved, who may sign, what two have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.enums import CirculationState, PartyRole, PartyState, PresenceState
from meetings.models import Council, Meeting, Minutes, MinutesCirculation, Presence, Resolution
from meetings.queries.merging import Merge, merge_texts
from meetings.queries.standing import resolution_sentence
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from partybuild.ui.filters import short_date_cn

# The frame in which minutes are written (domain.md §13).
FRAME = ("会议认为，", "会议指出，", "会议强调，", "会议决定，")
_EMPTY = {*FRAME, *(each.rstrip("，") for each in FRAME)}
_ORDINALS = "一二三四五六七八九十"
_SIGNING = (Role.COMMITTEE, Role.COMMUNITY_SECRETARY)


def minutes_draft(meeting: Meeting, follow_up: list[Resolution], day: date) -> str:
    """Return a first text for the minutes: when and where, then every item of the agenda in turn.

    Who was there and what was decided stand below the text by themselves.
    """
    lines = [_opening(meeting), ""]
    items = (
        meeting.agenda_items.filter(is_current=True)
        .select_related("topic__organization")
        .order_by("position", "id")
    )
    for number, item in enumerate(items):
        mark = _ORDINALS[number] if number < len(_ORDINALS) else str(number + 1)
        lines.append(f"{mark}、{item.text}")
        if item.is_follow_up:
            for resolution in follow_up:
                parties = [p for p in resolution.parties.all() if p.state != PartyState.RELEASED]
                sentence = resolution_sentence(resolution, parties, day)
                lines.append(f"{resolution.text.rstrip('。')}：{sentence}")
        elif item.topic is not None:
            lines.append(
                _("会议听取了%(unit)s关于此事的情况。") % {"unit": item.topic.organization.called}
            )
            lines += ["会议认为，", "会议决定，"]
        lines.append("")
    return "\n".join(lines).strip()


def _opening(meeting: Meeting) -> str:
    words = {
        "day": short_date_cn(meeting.held_on or meeting.starts_at),
        "council": meeting.council.name,
        "place": meeting.place,
        "number": meeting.number_label,
        "chair": meeting.chair_name,
    }
    where = _("在%(place)s") % words if meeting.place else ""
    chair = _("会议由%(chair)s主持。") % words if meeting.chair_name else ""
    return (
        _("%(day)s，%(council)s") % words
        + where
        + _("召开%(number)s会议。") % words
        + chair
        + _("现纪要如下：")
    )


def unfinished_lines(text: str) -> list[str]:
    """Return the lines of the frame behind which nobody has written anything."""
    return [line.strip() for line in text.splitlines() if line.strip() in _EMPTY]


def without_unfinished(text: str) -> str:
    """Return a text without the empty lines of the frame."""
    return "\n".join(line for line in text.splitlines() if line.strip() not in _EMPTY)


def resolved_sentences(meeting: Meeting, text: str) -> list[str]:
    """Return what was resolved and does not stand in the text already, one sentence each."""
    rows = meeting.resolutions.order_by("number").prefetch_related("parties__organization")
    return [_sentence(row) for row in rows if row.text.rstrip("。") not in text]


def _sentence(resolution: Resolution) -> str:
    standing = [p for p in resolution.parties.all() if p.state != PartyState.RELEASED]
    parts = []
    for role, word in ((PartyRole.LEAD, "主办"), (PartyRole.HELPER, "协办")):
        names = "、".join(p.organization.name for p in standing if p.role == role)
        if names:
            parts.append(f"{word}：{names}")
    if resolution.due_on:
        parts.append(f"{short_date_cn(resolution.due_on)}前完成")
    after = f"（{'；'.join(parts)}）" if parts else ""
    return f"{resolution.text.rstrip('。')}{after}。"


def merge_of(minutes: Minutes, *, text: str, version: int) -> Merge:
    """Put a text that began from an earlier version together with the one that stands now.

    Of a version that is kept no longer everything counts as changed by both: somebody looks at it.
    """
    base = minutes.revisions.filter(version=version).first()
    return merge_texts(base.text if base else "", text, minutes.text)


def merge_at(minutes: Minutes, *, text: str, version: int, other: int) -> Merge:
    """Put a text together with the version that it was compared with, though a newer one may stand."""
    kept = minutes.revisions.filter(version=other).first()
    base = minutes.revisions.filter(version=version).first()
    return merge_texts(base.text if base else "", text, kept.text if kept else minutes.text)


def signers_of(council: Council, chair: str, day: date) -> list[Appointment]:
    """Return the posts that may sign: the convener's, and that of the chair where a unit has it."""
    chairing = Q(
        role=Role.UNIT_SECRETARY,
        person__name=chair,
        organization__in=council.members.members().values("organization"),
    )
    convening = Q(organization=council.convener_id)
    rows = (
        Appointment.objects.current(day)
        .filter(convening | chairing if chair else convening)
        .select_related("person", "organization")
    )
    return sorted(rows, key=lambda post: _precedence(post, chair))


def _precedence(post: Appointment, chair: str) -> tuple[bool, bool, int, int]:
    return (post.person.name != chair, post.role not in _SIGNING, post.sort, post.pk)


def is_countersigned(minutes: Minutes, text: str) -> bool:
    """Tell whether units have read exactly this text, with these resolutions, to the end of a round."""
    last = minutes.circulations.order_by("-round").first()
    return (
        last is not None
        and last.state == CirculationState.CLOSED
        and last.text == text
        and last.resolved == resolved_sentences(minutes.meeting, text)
    )


def earlier_circulation(circulation: MinutesCirculation) -> MinutesCirculation | None:
    """Return the round before, with which what changed is compared."""
    found: MinutesCirculation | None = (
        MinutesCirculation.objects.filter(
            minutes=circulation.minutes_id, round__lt=circulation.round
        )
        .order_by("-round")
        .first()
    )
    return found


def as_sent(circulation: MinutesCirculation) -> str:
    """Return a round's text with its resolutions, as units compare them."""
    return "\n".join([circulation.text, *circulation.resolved])


def bodies_present(presences: Iterable[Presence]) -> set[int]:
    """Return the bodies that came."""
    return {
        row.organization_id
        for row in presences
        if row.organization_id and row.state in {PresenceState.PRESENT, PresenceState.LATE}
    }
