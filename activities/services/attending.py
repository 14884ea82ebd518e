"""Checking in and out by the code, and writing down by hand who was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from activities.enums import (
    CAME,
    ActivityState,
    AttendanceState,
    AttendedVia,
    EventKind,
    SignUpState,
)
from activities.exceptions import (
    ActivityIsClosed,
    AlreadyOnRecord,
    AlreadyThere,
    AttendanceIsAhead,
    CheckInNotOpen,
    CodeIsStale,
    HasNotBegun,
    KeptCodeIsWorthless,
    LeftBeforeArriving,
    NotAmongThem,
    NotCheckedIn,
    NotOpenForSignUp,
    NotSignedUp,
    ReasonIsMissing,
)
from activities.models import Activity, Attendance, SignUp
from activities.queries.codes import accepted_at, kept_at, late_from, opens_at, takes_codes
from activities.queries.places import audience_places
from activities.services.signing_up import said_how, tell_leader
from members.models import MemberPlace, PartyMember
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.words import datetime_cn

# What a phone sends that had just lost its network and found it again is as good as at once.
AT_ONCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Kept:
    """What a phone says about a code that it kept: the pass that it was given, and around when."""

    held: str
    around: datetime | None = None


@dataclass(frozen=True)
class AttendanceLine:
    """One member on the sheet."""

    member: PartyMember
    state: AttendanceState
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    hours: Decimal | None = None
    # What the sheet showed when it was opened: who has checked in since is not overwritten.
    seen: AttendanceState | None = None


@transaction.atomic
def check_in(
    activity: Activity, *, member: PartyMember, code: str, by: Actor, kept: Kept | None = None
) -> Attendance:
    """Write down a member who shows the screen's code; a second press changes nothing.

    When they came is what the code itself proves, never what a phone's clock says.
    """
    moment, is_delayed = _moment_of(activity, member, code, kept)
    if not takes_codes(activity, moment) or _state_now(activity) == ActivityState.CANCELLED:
        raise CheckInNotOpen(when=datetime_cn(opens_at(activity)))
    late = moment > late_from(activity)
    values: dict[str, Any] = {
        "state": AttendanceState.LATE if late else AttendanceState.PRESENT,
        "arrived_at": moment,
        "via": AttendedVia.CODE,
        "delivered_at": now() if is_delayed else None,
        "reason": "",
        "recorded_by": "",
    }
    who = _snapshot(activity, member)
    row, is_new = Attendance.objects.select_for_update().get_or_create(
        activity=activity, member=member, defaults=values | who
    )
    if not is_new and not _improves(row, moment):
        return row
    if not is_new:
        _put(row, values)
    record_event(
        EventKind.CHECKED_IN,
        target=row,
        by=by,
        changes={"state": [None, str(row.state)], "kept": is_delayed},
    )
    return row


def _state_now(activity: Activity) -> str:
    """Return the state that holds until this transaction ends, without making others wait who check in.

    The foreign key is checked at commit only: too late to see that somebody is just calling it off.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state FROM activities_activity WHERE id = %s FOR KEY SHARE", [activity.pk]
        )
        return str(cursor.fetchone()[0])


def _moment_of(
    activity: Activity, member: PartyMember, code: str, kept: Kept | None
) -> tuple[datetime, bool]:
    """Return when the code was seen, and whether it comes late because a phone had kept it."""
    moment = accepted_at(activity, code, member)
    if moment is not None:
        return moment, False
    if kept is None:
        raise CodeIsStale
    moment = kept_at(activity, code, member, held=kept.held, around=kept.around)
    if moment is None:
        raise KeptCodeIsWorthless
    return moment, now() - moment > AT_ONCE


def _improves(row: Attendance, moment: datetime) -> bool:
    """Whether a code changes what stands: somebody not recorded as there, or there earlier than said.

    A phone without a network may deliver the earlier code after a later one was typed.
    """
    if not row.came:
        return True
    if row.is_on_record or row.via != AttendedVia.CODE:
        return False
    return row.arrived_at is None or moment < row.arrived_at


def _snapshot(activity: Activity, member: PartyMember) -> dict[str, Any]:
    """Return who and of which unit: as signed up, else as they stand among those it is published to."""
    # One's own sign-up of long ago, withdrawn too, says who one is.
    row = SignUp.objects.filter(activity=activity, member=member).order_by("-pk").first()
    place: Any = row
    if row is None:
        places = MemberPlace.objects.filter(audience_places(activity), member=member)
        place = places.order_by("side").first()
        if place is None:
            raise NotAmongThem
    keys = Attendance(activity=activity)
    keys.freeze_areas(activity.community)
    return {
        "member_name": row.member_name if row is not None else place.name,
        "unit_id": place.unit_id,
        "unit_name": place.unit_name,
        "frozen_community_id": keys.frozen_community_id,
        "frozen_street_id": keys.frozen_street_id,
        "frozen_district_id": keys.frozen_district_id,
        "frozen_city_id": keys.frozen_city_id,
    }


def _put(row: Attendance, values: dict[str, Any]) -> list[str]:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return changed


@transaction.atomic
def check_out(
    activity: Activity, *, member: PartyMember, code: str, by: Actor, kept: Kept | None = None
) -> Attendance:
    """Write down when somebody leaves who shows the screen's code; the last time stands."""
    rows = Attendance.objects.select_for_update().filter(activity=activity, member=member)
    row = rows.came().first()
    if row is None:
        raise NotCheckedIn
    if row.is_on_record:
        raise AlreadyOnRecord(name=row.member_name)
    moment, is_delayed = _moment_of(activity, member, code, kept)
    if not takes_codes(activity, moment):
        raise CheckInNotOpen(when=datetime_cn(opens_at(activity)))
    if row.arrived_at is not None and moment <= row.arrived_at:
        raise LeftBeforeArriving(name=row.member_name)
    if row.left_at is not None and moment <= row.left_at:
        return row
    row.left_at = moment
    if is_delayed:
        row.delivered_at = now()
    row.save(update_fields=["left_at", "delivered_at"])
    record_event(EventKind.CHECKED_OUT, target=row, by=by, changes={"kept": is_delayed})
    return row


@transaction.atomic
def record_attendance(
    activity: Activity, *, lines: Iterable[AttendanceLine], reason: str, by: Actor
) -> int:
    """Write down a sheet with where it is known from; returns how many lines it changed.

    Who has checked in since the sheet was opened stays as they checked in; who has a record of
    service is corrected there.
    """
    if not reason.strip():
        raise ReasonIsMissing
    if _state_now(activity) not in {ActivityState.PUBLISHED, ActivityState.HELD}:
        raise NotOpenForSignUp
    if now() < opens_at(activity):
        raise AttendanceIsAhead(when=datetime_cn(opens_at(activity)))
    standing = {
        row.member_id: row
        for row in Attendance.objects.select_for_update().filter(activity=activity)
    }
    count = 0
    for line in lines:
        count += _write_line(
            activity, line, standing.get(line.member.pk), reason=reason.strip()[:300], by=by
        )
    if count:
        record_event(
            EventKind.ATTENDANCE_RECORDED,
            target=activity,
            by=by,
            reason=reason.strip(),
            changes={"count": count},
        )
    return count


def _write_line(
    activity: Activity, line: AttendanceLine, row: Attendance | None, *, reason: str, by: Actor
) -> bool:
    stands = AttendanceState(row.state) if row is not None else AttendanceState.UNRECORDED
    if line.seen is not None and line.seen != stands:
        return False
    came = line.state in CAME
    values: dict[str, Any] = {
        "state": line.state,
        "arrived_at": line.arrived_at if came else None,
        "left_at": line.left_at if came else None,
        "hours": line.hours if came else None,
    }
    arrived, left = values["arrived_at"], values["left_at"]
    if arrived and left and left <= arrived:
        raise LeftBeforeArriving(name=line.member.person.name)
    if row is None:
        if line.state == AttendanceState.UNRECORDED:
            return False
        Attendance.objects.create(
            activity=activity,
            member=line.member,
            via=AttendedVia.HAND,
            reason=reason,
            recorded_by=by.post[:300],
            **values,
            **_snapshot(activity, line.member),
        )
        return True
    if row.arrived_at is not None and arrived is not None and _same_minute(row.arrived_at, arrived):
        # The sheet shows minutes, the code knows seconds.
        values["arrived_at"] = row.arrived_at
    if row.left_at is not None and left is not None and _same_minute(row.left_at, left):
        values["left_at"] = row.left_at
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    if row.is_on_record:
        raise AlreadyOnRecord(name=row.member_name)
    if row.state != line.state:
        values |= {"via": AttendedVia.HAND}
    _put(row, values | {"reason": reason, "recorded_by": by.post[:300]})
    return True


def _same_minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


@transaction.atomic
def excuse(row: SignUp, *, by: Actor, reason: str = "", channel: str = "") -> Attendance:
    """Note that somebody who signed up could not come; whoever leads the activity is told.

    From the start on there is no place to give back: it is an absence with a word, never one by silence.
    `channel` says how whoever enters it by proxy heard so.
    """
    activity = row.activity
    said = said_how(activity, channel, reason)
    if row.state != SignUpState.SIGNED:
        raise NotSignedUp
    if now() <= activity.starts_at:
        raise HasNotBegun
    if _state_now(activity) != ActivityState.PUBLISHED:
        raise ActivityIsClosed
    found, is_new = Attendance.objects.select_for_update().get_or_create(
        activity=activity,
        member=row.member,
        defaults={
            "state": AttendanceState.EXCUSED,
            "via": AttendedVia.SAID,
            "reason": said,
            "recorded_by": by.post[:300],
        }
        | _snapshot(activity, row.member),
    )
    if found.came:
        raise AlreadyThere(name=found.member_name)
    if not is_new:
        if found.state == AttendanceState.EXCUSED:
            return found
        _put(
            found,
            {
                "state": AttendanceState.EXCUSED,
                "via": AttendedVia.SAID,
                "reason": said,
                "recorded_by": by.post[:300],
            },
        )
    record_event(
        EventKind.EXCUSED,
        target=found,
        by=by,
        reason=said,
        changes={"state": [None, str(found.state)]},
    )
    tell_leader(activity, row, reason=said, by=by)
    return found


def said_of(row: Attendance) -> str:
    """Return in one sentence what stands for somebody who has just shown a code."""
    when = row.left_at or row.arrived_at
    words = {"name": row.member_name, "when": datetime_cn(when) if when else ""}
    if row.left_at is not None:
        return _("%(name)s，%(when)s签退。") % words
    if row.state == AttendanceState.LATE:
        return _("%(name)s，%(when)s签到（迟到）。") % words
    return _("%(name)s，%(when)s签到。") % words
