"""Two rows of one human become one: everything moves to the winner, nothing is deleted."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from members.enums import (
    ACTIVE_REPORT_IN,
    DoubleState,
    EmploymentState,
    EventKind,
    MemberEndReason,
    MemberState,
    ReportInState,
    ServiceState,
)
from members.exceptions import CannotMerge
from members.models import DoubleCase, Employment, PartyMember, ReportIn, ServiceRecord
from members.services.doubles import dissolve_double
from members.services.places import refresh_places
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.models import Obligation
from partybuild.people.models import Person

_WHY = "重复登记合并"


@transaction.atomic
def merge_members(
    winner: PartyMember, loser: PartyMember, *, reason: str, by: Actor
) -> PartyMember:
    """Move what hangs on the loser to the winner; the loser ends as a duplicate and points there."""
    rows = {
        row.pk: row
        for row in PartyMember.objects.select_for_update(of=("self",))
        .filter(pk__in=(winner.pk, loser.pk))
        .order_by("pk")
    }
    if len(rows) != 2:
        raise CannotMerge
    winner, loser = rows[winner.pk], rows[loser.pk]
    if winner.merged_into_id or loser.merged_into_id or winner.state == MemberState.ENDED:
        raise CannotMerge
    moved = {
        "employments": _move_employments(winner, loser),
        "report_ins": _move_report_ins(winner, loser),
        "services": _move_services(winner, loser),
        "obligations": _move_obligations(winner, loser),
    }
    _fill_blanks(winner, loser)
    on = loser.ended_on or today()
    PartyMember.objects.filter(pk=loser.pk).update(
        state=MemberState.ENDED,
        ended_on=on,
        end_reason=MemberEndReason.DUPLICATE,
        end_note=_WHY,
        merged_into=winner,
    )
    # Separation of duties is by person: both rows are one human from now on.
    Person.objects.filter(pk=loser.person_id).update(merged_into=winner.person_id)
    if Employment.objects.current().confirmed().filter(member=winner).exists():
        PartyMember.objects.filter(pk=winner.pk, state=MemberState.PENDING).update(
            state=MemberState.ACTIVE
        )
    for case in DoubleCase.objects.open().filter(
        member__in=(winner, loser), double__in=(winner, loser)
    ):
        dissolve_double(case, keep_number_on=winner, by=by)
    DoubleCase.objects.open().filter(member=loser).exclude(double=winner).update(member=winner)
    for member in (loser, winner):
        member.refresh_from_db()
        refresh_places(member)
    for member in (loser, winner):
        record_event(
            EventKind.MEMBER_MERGED,
            target=member,
            by=by,
            reason=reason,
            changes={**moved, "into": str(winner.uid)},
        )
    return winner


# What one row may know and the other not; the ID number is the case's own matter.
_OF_THE_MEMBER = (
    "joined_on",
    "home_area",
    "home_building",
    "home_address",
    "skills",
    "availability",
)
_OF_THE_PERSON = ("phone", "mail", "gender", "birth_date")


def _fill_blanks(winner: PartyMember, loser: PartyMember) -> None:
    """Give the winner what only the loser's row says; what both say stays the winner's."""
    for kept, gone, names in (
        (winner, loser, _OF_THE_MEMBER),
        (winner.person, loser.person, _OF_THE_PERSON),
    ):
        missing = [name for name in names if getattr(gone, name) and not getattr(kept, name)]
        for name in missing:
            setattr(kept, name, getattr(gone, name))
        if missing:
            kept.save(update_fields=missing)


def _move_employments(winner: PartyMember, loser: PartyMember) -> int:
    rows = Employment.objects.filter(member=loser)
    standing = Employment.objects.current().filter(member=winner).first()
    other = rows.current().first()
    if standing is not None and other is not None:
        # One is open at a time: what the unit has confirmed stands before what was only said.
        confirmed = EmploymentState.CONFIRMED
        weaker = standing if standing.state != confirmed and other.state == confirmed else other
        Employment.objects.filter(pk=weaker.pk).update(
            valid_to=max(today(), weaker.valid_from), end_reason=_WHY
        )
    return rows.update(member=winner)


def _move_report_ins(winner: PartyMember, loser: PartyMember) -> int:
    rows = ReportIn.objects.filter(member=loser)
    kept = {
        row.community_id: row
        for row in ReportIn.objects.filter(member=winner, state__in=ACTIVE_REPORT_IN)
    }
    for row in rows.filter(community__in=kept, state__in=ACTIVE_REPORT_IN):
        other = kept[row.community_id]
        # One stands per community: a confirmed one before one that waits.
        weaker = (
            other
            if row.state == ReportInState.CONFIRMED and other.state != ReportInState.CONFIRMED
            else row
        )
        ReportIn.objects.filter(pk=weaker.pk).update(
            state=ReportInState.ENDED,
            ended_on=max(today(), weaker.submitted_on),
            end_reason="other",
            end_note=_WHY,
        )
    return rows.update(member=winner)


def _move_services(winner: PartyMember, loser: PartyMember) -> int:
    sheets = ServiceRecord.objects.filter(member=winner).values("sheet")
    rows = ServiceRecord.objects.filter(member=loser)
    # Entered twice on one list: counted once, the second stays where it was, withdrawn.
    rows.filter(sheet__in=list(sheets.values_list("sheet", flat=True))).exclude(
        state=ServiceState.WITHDRAWN
    ).update(state=ServiceState.WITHDRAWN, summary=None, withdrawn_reason=_WHY)
    return rows.exclude(sheet__in=list(sheets.values_list("sheet", flat=True))).update(
        member=winner
    )


def _move_obligations(winner: PartyMember, loser: PartyMember) -> int:
    count = 0
    for debt in Obligation.objects.filter(bearer_person=loser.person_id):
        try:
            with transaction.atomic():
                Obligation.objects.filter(pk=debt.pk).update(bearer_person=winner.person_id)
        except IntegrityError:
            # The winner owes or has paid the same: that one stands.
            continue
        count += 1
    return count


@transaction.atomic
def settle_double(case: DoubleCase, *, stands: str, reason: str, by: Actor) -> None:
    """Settle a case as decided: the first or the double stands, or they are two people.

    `stands`: "first", "double" or "both".
    """
    if case.state != DoubleState.OPEN:
        raise CannotMerge
    if stands == "both":
        dissolve_double(case, keep_number_on=case.member, by=by, is_same_person=False)
        return
    first, double = case.member, case.double
    winner, loser = (first, double) if stands == "first" else (double, first)
    merge_members(winner, loser, reason=reason, by=by)


__all__ = ("merge_members", "settle_double")
