"""What the ledger adds to notices: reminders from its rows, and the check that they are still owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from partybuild.access import Actor, Scope
from partybuild.notices.calendars import CalendarEntry, calendar_source, earliest
from partybuild.notices.models import Notice
from partybuild.notices.registry import check, link_targets, planner
from partybuild.obligations.enums import UNPAID
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import read_subjects
from partybuild.obligations.queries.alike import Key, gather
from partybuild.obligations.services.escalating import escalate
from partybuild.obligations.services.reminding import remind


@planner
def reminders(by: Actor) -> int:
    """Write the reminders of the ledger that have fallen due."""
    return remind(by=by) + escalate(by=by)


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


# A calendar with many more deadlines than this would hide its meetings.
_MOST_DEADLINES = 600


@calendar_source
def deadlines_of(scope: Scope) -> Iterable[CalendarEntry]:
    """What one's own body or oneself still owes, on the day it is due; paid, it is gone."""
    bearer = Q(pk__in=[])
    if scope.organization_id is not None:
        bearer |= Q(bearer_organization=scope.organization_id)
    if scope.person_id is not None:
        bearer |= Q(bearer_person=scope.person_id)
    rows = (
        Obligation.objects.visible_to(scope).filter(bearer, due_on__gte=earliest().date()).unpaid()
    )
    for alike in gather(rows, by=_entry_of, most=_MOST_DEADLINES):
        debt = alike.debts[0]
        roles = debt.kind.bearer_roles
        if debt.bearer_person_id is None and roles and scope.role not in roles:
            continue
        yield CalendarEntry(
            uid=f"debt-{debt.uid}",
            title=_("到期：%(title)s") % {"title": alike.title},
            starts=debt.due_on,
            url=settings.BASE_URL
            + ((alike.count > 1 and debt.kind.list_url()) or debt.kind.url(debt)),
        )


def _entry_of(debt: Obligation) -> Key:
    """What is paid on one page by one day is one entry: hundreds of forms are not hundreds of lines."""
    page = debt.kind.list_url() or debt.kind.safe_url(debt)
    return (debt.duty, debt.period, debt.due_on, page)
