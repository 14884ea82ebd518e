"""The rotating chair: its order, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.enums import NOT_YET_HELD, EventKind
from meetings.exceptions import CouncilHasEnded, NotAMember, NotInRotation, ReasonIsMissing
from meetings.models import Council, CouncilRotation, CouncilTurn, Meeting
from meetings.queries.rotation import on_turn, turns_of
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.organizations.models import Organization


def _locked(council: Council) -> Council:
    # Whoever moves the turn holds the council's row: turns are one line, one after the other.
    return Council.objects.select_for_update(of=("self",)).select_related("area").get(pk=council.pk)


@transaction.atomic
def set_rotation(council: Council, *, organizations: Iterable[Organization], by: Actor) -> None:
    """Write down in which order the members take turns; who is not named drops out."""
    council = _locked(council)
    if council.ended_on is not None:
        raise CouncilHasEnded
    wished = list(organizations)
    members = set(council.members.members().values_list("organization_id", flat=True))
    if {each.pk for each in wished} - members:
        raise NotAMember
    standing = {
        row.organization_id: row
        for row in CouncilRotation.objects.filter(council=council, ended_on=None).select_related(
            "organization"
        )
    }
    before = [row.organization.called for row in standing.values()]
    was_due = on_turn(council, today())
    successor = _successor(council, {each.pk for each in wished})
    for position, organization in enumerate(wished, 1):
        row = standing.pop(organization.pk, None)
        if row is None:
            CouncilRotation.objects.create(
                council=council, organization=organization, position=position
            )
        elif row.position != position:
            CouncilRotation.objects.filter(pk=row.pk).update(position=position)
    CouncilRotation.objects.filter(pk__in=[row.pk for row in standing.values()]).update(
        ended_on=today()
    )
    if successor is not None:
        _begin(council, successor, today(), reason=_("轮值次序调整"))
    _follow_turn(council, was_due)
    record_event(
        EventKind.ROTATION_SET,
        target=council,
        by=by,
        changes={
            "轮值次序": [
                "、".join(before) or _("未排定"),
                "、".join(each.called for each in wished) or _("未排定"),
            ]
        },
    )


def _successor(council: Council, wished: set[int]) -> Organization | None:
    """Return who takes over where the unit on turn drops out of the order, None where it stays."""
    turns = turns_of(council)
    follower = due = turns.on(today())
    if due is None or due.pk in wished or not wished:
        return None
    for _step in turns.places:
        assert follower is not None
        follower = turns.after(follower)
        if follower is not None and follower.pk in wished:
            return follower
    return None


@transaction.atomic
def move_turn(
    council: Council, *, organization: Organization, reason: str, by: Actor, on: date | None = None
) -> CouncilTurn:
    """Give the turn to another unit by hand, with a reason; planned meetings go along."""
    if not reason.strip():
        raise ReasonIsMissing
    council = _locked(council)
    turns = turns_of(council)
    if not any(
        place.is_member and place.organization.pk == organization.pk for place in turns.places
    ):
        raise NotInRotation
    day = on or today()
    before = turns.on(day)
    turn = _begin(council, organization, day, reason=reason.strip())
    _follow_turn(council, before)
    record_event(
        EventKind.TURN_MOVED,
        target=council,
        by=by,
        reason=reason,
        changes={"轮值单位": [before.called if before else _("未排定"), organization.called]},
    )
    return turn


def _begin(
    council: Council, organization: Organization, day: date, *, reason: str = ""
) -> CouncilTurn:
    CouncilTurn.objects.filter(council=council, ended_on=None).update(ended_on=day)
    return CouncilTurn.objects.create(
        council=council,
        organization=organization,
        began_on=day,
        is_by_hand=bool(reason),
        reason=reason,
    )


def _follow_turn(council: Council, before: Organization | None) -> None:
    """Let the meetings still to be held that fell to a unit's turn follow it; agreed swaps stay."""
    due = on_turn(council, today())
    if before is None or (due is not None and due.pk == before.pk):
        return
    Meeting.objects.filter(council=council, state__in=NOT_YET_HELD, turn_unit=before.pk).update(
        turn_unit=due
    )


@transaction.atomic
def skip_leaver(council: Council, *, organization: Organization) -> None:
    """Give the meetings that a leaving unit was to chair to the next one."""
    _follow_turn(council, organization)


@transaction.atomic
def pass_turn(meeting: Meeting, *, by: Actor) -> None:
    """After a meeting was held by the unit whose turn it was, the next one is on turn.

    A unit that chaired for another by agreement leaves the order as it is.
    """
    council = meeting.council
    day = meeting.held_on
    turns = turns_of(council)
    due = turns.on(day) if day is not None else None
    if due is None or day is None:
        return
    if meeting.turn_unit_id is None:
        Meeting.objects.filter(pk=meeting.pk).update(turn_unit=due)
        meeting.turn_unit = due
    if turns.turn is not None and day < turns.turn.began_on:
        # Entered afterwards, from before the present turn.
        return
    if turns.turn is None or turns.turn.organization_id != due.pk:
        first = date(day.year, 1, 1) if turns.charter.rotation == "year" else day
        _begin(council, due, first)
    if turns.charter.rotation != "meeting" or meeting.turn_unit_id != due.pk:
        return
    follower = turns.after(due)
    if follower is None or follower.pk == due.pk:
        return
    _begin(council, follower, day)
    record_event(
        EventKind.TURN_MOVED,
        target=council,
        by=by,
        changes={"轮值单位": [due.called, follower.called]},
    )
