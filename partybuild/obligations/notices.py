"""What the ledger adds to notices: reminders from its rows, and the check that they are still owed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from partybuild.access import Actor
from partybuild.notices.models import Notice
from partybuild.notices.registry import check, link_targets, planner
from partybuild.obligations.enums import UNPAID
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import read_subjects
from partybuild.obligations.services.reminding import remind


@planner
def reminders(by: Actor) -> int:
    """Write the reminders of the ledger that have fallen due."""
    return remind(by=by)


@check
def no_longer_owed(notices: Sequence[Notice]) -> dict[int, str]:
    """Name the reminders whose debt has been paid, or need not be."""
    asking = {
        each.pk: {each.debt_uid, *each.debt_uids} - {None}
        for each in notices
        if each.is_reminder and (each.debt_uid or each.debt_uids)
    }
    owed = set(
        Obligation.objects.filter(
            uid__in=set().union(*asking.values()), state__in=UNPAID
        ).values_list("uid", flat=True)
    )
    return {pk: "已办结或不再需要办理" for pk, uids in asking.items() if not uids & owed}


@link_targets
def what_the_link_acts_on(notices: Sequence[Notice]) -> dict[int, Model]:
    """Find the object of each debt's signed link, as its duty names it."""
    asking = {each.debt_uid for each in notices if each.debt_uid and not each.link_uid}
    debts = read_subjects(Obligation.objects.filter(uid__in=asking).with_bodies())
    found = {}
    by_uid = {debt.uid: debt for debt in debts}
    for notice in notices:
        asked = notice.debt_uid if not notice.link_uid else None
        debt = by_uid.get(asked) if asked is not None else None
        target = debt.kind.link_target(debt) if debt is not None else None
        if target is not None:
            found[notice.pk] = target
    return found
