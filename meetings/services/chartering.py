"""What a council agrees on for itself, where it differs from its place."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import NOT_YET_HELD, EventKind
from meetings.exceptions import CouncilHasEnded, TextChangedMeanwhile
from meetings.models import Council, Meeting
from meetings.queries.charter import CHARTER, charter_of
from partybuild.access import Actor
from partybuild.areas.parameters import PARAMETERS
from partybuild.audit.services import record_event
from partybuild.calendar import SHANGHAI, Period, today
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import reopen, void

HOLD = "meeting.hold"


@transaction.atomic
def change_charter(council: Council, *, rules: dict[str, Any], version: int, by: Actor) -> Council:
    """Make these the council's own rules, from the version that was read; the rest follows its place."""
    if set(rules) - set(CHARTER):
        raise TypeError(f"{set(rules) - set(CHARTER)} is no rule of a charter")
    if council.ended_on is not None:
        raise CouncilHasEnded
    before = Council.objects.get(pk=council.pk)
    own = {key: PARAMETERS[key].clean(rules[key]) for key in CHARTER if key in rules}
    # The filter is the lock: of two people saving at once, the second is told.
    if not Council.objects.filter(pk=council.pk, version=version, ended_on=None).update(
        rules=own, version=F("version") + 1
    ):
        raise TextChangedMeanwhile
    council.refresh_from_db()
    _keep_period(council, before, by)
    record_event(
        EventKind.CHARTER_CHANGED, target=council, by=by, changes=_differences(before.rules, own)
    )
    return council


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[str]]:
    """Return {rule: [before, after]} in words."""

    def said(rules: dict[str, Any], key: str) -> str:
        return PARAMETERS[key].say(rules[key]) if key in rules else _("按本地规定")

    return {
        str(PARAMETERS[key].label): [said(before, key), said(after, key)]
        for key in CHARTER
        if before.get(key) != after.get(key)
    }


def _keep_period(council: Council, before: Council, by: Actor) -> None:
    """Let the meeting that is owed, and those planned, follow another frequency."""
    charter = charter_of(council)
    if charter.period_kind == charter_of(before).period_kind:
        return
    reason = _("联席会改为%(frequency)s") % {
        "frequency": PARAMETERS["meeting.frequency"].say(charter.frequency)
    }
    debts = Obligation.objects.filter(duty=HOLD, subject_uid=council.uid)
    for debt in debts.unpaid().filter(due_on__gte=today()):
        if Period.parse(debt.period).kind != charter.period_kind:
            void(duty=HOLD, subject=council, period=debt.period, reason=reason, by=by)
    current = str(charter.period_of(today()))
    # Changed back within the period: what was let go is owed again. A new one comes with the next sweep.
    for debt in debts.filter(period=current).exclude(pk__in=debts.owed()):
        reopen(debt, reason=reason, by=by)
    for meeting in Meeting.objects.filter(council=council, state__in=NOT_YET_HELD):
        day = meeting.starts_at.astimezone(SHANGHAI).date()
        Meeting.objects.filter(pk=meeting.pk).update(period=str(charter.period_of(day)))
