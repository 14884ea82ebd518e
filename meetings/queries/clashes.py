"""Meetings at the same time: the same room, the same people, the same units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from meetings.enums import MeetingState, MemberState
from meetings.models import Council, CouncilMember, Meeting, Receipt
from partybuild.access import Scope
from partybuild.calendar import now
from partybuild.organizations.models import Organization
from partybuild.ui.filters import time_cn

# Nobody said how long: an hour and a half is usual.
USUAL = timedelta(minutes=90)
_STANDING = (MeetingState.PLANNED, MeetingState.NOTIFIED)
_OFFERED = 12


@dataclass(frozen=True)
class Clash:
    """One collision: of what kind, and in words."""

    kind: str
    words: str

    @property
    def is_room(self) -> bool:
        """Whether it needs a word of explanation before it is saved."""
        return self.kind == "room"


def room_name(place: str) -> str:
    """Return a place as it is compared: blanks and letter case aside."""
    return "".join(place.split()).casefold()


def _overlapping(meeting: Meeting) -> QuerySet[Meeting]:
    """Return the other meetings still to be held that run while this one does."""
    end = meeting.ends_at or meeting.starts_at + USUAL
    until = Coalesce(
        "ends_at",
        ExpressionWrapper(F("starts_at") + Value(USUAL), output_field=DateTimeField()),
    )
    rows: QuerySet[Meeting] = (
        Meeting.objects.filter(state__in=_STANDING, starts_at__lt=end)
        .filter(starts_at__gt=meeting.starts_at - timedelta(days=1))
        .annotate(until=until)
        .filter(until__gt=meeting.starts_at)
        .exclude(pk=meeting.pk)
    )
    return rows


def room_taken(meeting: Meeting) -> Meeting | None:
    """Return another meeting of the same area in the same room at the same time."""
    wanted = room_name(meeting.place)
    if not wanted:
        return None
    here = _overlapping(meeting).filter(council__area=meeting.council.area_id)
    return next((row for row in here if room_name(row.place) == wanted), None)


def clashes_of(meeting: Meeting, scope: Scope) -> list[Clash]:
    """Return what collides with a meeting at its time, planned or only thought of.

    Meetings out of the reader's sight are not named: only that a unit is asked elsewhere then.
    """
    overlapping = list(_overlapping(meeting).select_related("council__area"))
    seen = set(
        Meeting.objects.visible_to(scope)
        .filter(pk__in=[row.pk for row in overlapping])
        .values_list("pk", flat=True)
    )
    near = [row for row in overlapping if row.pk in seen]
    return [*_rooms(meeting, near), *_people(meeting, near), *_units(meeting, overlapping, seen)]


def _named(row: Meeting) -> dict[str, str]:
    return {"theme": row.theme, "time": time_cn(row.starts_at)}


def _rooms(meeting: Meeting, near: list[Meeting]) -> list[Clash]:
    wanted = room_name(meeting.place)
    found = []
    for row in near:
        if not wanted or room_name(row.place) != wanted:
            continue
        if row.council.area_id == meeting.council.area_id:
            words = _("会场：%(time)s“%(theme)s”也安排在%(place)s。")
            found.append(Clash("room", words % {**_named(row), "place": row.place}))
        else:
            words = _("会场同名：%(area)s%(time)s“%(theme)s”也在%(place)s，请核对是否同一处。")
            said = {**_named(row), "place": row.place, "area": row.council.area.name}
            found.append(Clash("same_name", words % said))
    return found


def _people(meeting: Meeting, near: list[Meeting]) -> list[Clash]:
    found = []
    ours = {name for name in (meeting.chair_name, meeting.recorder_name) if name}
    for row in near:
        both = ours & {row.chair_name, row.recorder_name}
        if both:
            words = _("人员：%(names)s同一时间还要参加%(time)s“%(theme)s”。")
            found.append(Clash("people", words % {**_named(row), "names": "、".join(sorted(both))}))
    return found


def _units(meeting: Meeting, overlapping: list[Meeting], seen: set[int]) -> list[Clash]:
    asked = bodies_asked(meeting.council)
    elsewhere: dict[int, set[int]] = {}
    for pk, body in Receipt.objects.filter(
        meeting__in=[row for row in overlapping if row.state == MeetingState.NOTIFIED],
        organization__in=asked,
        round=F("meeting__notice_round"),
    ).values_list("meeting_id", "organization_id"):
        elsewhere.setdefault(pk, set()).add(body)
    planned = [row for row in overlapping if row.state == MeetingState.PLANNED and row.pk in seen]
    for council, body in (
        CouncilMember.objects.members()
        .filter(council__in={row.council_id for row in planned}, organization__in=asked)
        .values_list("council_id", "organization_id")
    ):
        for row in planned:
            if row.council_id == council:
                elsewhere.setdefault(row.pk, set()).add(body)
    names = dict(
        Organization.objects.filter(
            pk__in={body for bodies in elsewhere.values() for body in bodies}
        ).values_list("pk", "name")
    )
    found = []
    for row in overlapping:
        bodies = elsewhere.get(row.pk)
        if not bodies:
            continue
        units = "、".join(sorted(names[body] for body in bodies))
        if row.pk in seen:
            words = _("单位：%(units)s同一时间还受邀参加%(time)s“%(theme)s”。")
            found.append(Clash("units", words % {**_named(row), "units": units}))
        else:
            words = _("单位：%(units)s同一时间已受邀参加其他会议。")
            found.append(Clash("units", words % {"units": units}))
    return found


def bodies_asked(council: Council) -> list[int]:
    """Return the member bodies that a council's meeting asks."""
    return list(
        council.members.filter(state=MemberState.MEMBER)
        .exclude(organization=council.convener_id)
        .values_list("organization_id", flat=True)
    )


def places_of(council: Council) -> list[str]:
    """Return places to offer: those used before, the usual one first, then the member units in turn.

    The unit that has never had the meeting, or not for the longest time, stands first among them.
    """
    used = list(
        Meeting.objects.filter(council__area=council.area_id)
        .exclude(place="")
        .exclude(state=MeetingState.CANCELLED)
        .order_by("-starts_at")
        .values_list("place", "starts_at")[:200]
    )
    counts = Counter(place for place, _at in used)
    last: dict[str, datetime] = {}
    for place, at in used:
        last.setdefault(place, at)
    known = sorted(counts, key=lambda place: (-counts[place], place))[:_OFFERED]
    never = now() - timedelta(days=36500)
    hosts = []
    for body in Organization.objects.filter(pk__in=bodies_asked(council)).order_by("sort", "id"):
        held = [at for place, at in last.items() if body.name in place or body.called in place]
        hosts.append((max(held, default=never), body.called))
    in_turn = [_("%(unit)s会议室") % {"unit": name} for _held, name in sorted(hosts, key=_first)]
    return known + [place for place in in_turn if place not in counts][:_OFFERED]


def _first(host: tuple[datetime, str]) -> datetime:
    return host[0]
