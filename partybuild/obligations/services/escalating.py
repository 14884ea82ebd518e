"""Telling the committees above, once each, of what is still owed after all reminders."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.calendar.clock import Now
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.models import Notice
from partybuild.notices.services.gathering import gathered_daily
from partybuild.notices.services.notify import Recipient, holders_of, rows_for, write_notices
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import read_subjects
from partybuild.obligations.queries.chase import ESCALATION, days_words
from partybuild.obligations.queries.steps import ABOVE, step_above
from partybuild.obligations.services.reminding import near_today
from partybuild.organizations.models import Organization, PartyOrganization

# How many debts one letter names.
_NAMED = 20


def escalate(*, by: Actor) -> int:
    """Write what is due today to the committees above and not yet written; returns new notices.

    One letter for the debts of one duty, period and date to one body, or about one subject. Debts
    of persons stay with who they are owed to.
    """
    days = WorkingDays.around_today()
    written = 0
    for area, due_on, period, parameters in near_today(days.today):
        if area is None or due_on >= days.today:
            continue
        for planned in step_above(due_on, days=days, parameters=parameters):
            written += _tell(area, due_on, period, step=planned.name, days=days, by=by)
    return written


@transaction.atomic
def _tell(area: Area, due_on: date, period: str, *, step: str, days: WorkingDays, by: Actor) -> int:
    debts = (
        Obligation.objects.unpaid()
        .filter(area=area, due_on=due_on, period=period, bearer_person=None)
        .with_bodies()
        .order_by("pk")
    )
    told = set(
        Notice.objects.filter(kind=ESCALATION, step__startswith=f"{step}:").values_list(
            "subject_uid", "step", "period"
        )
    )
    groups: dict[tuple[uuid.UUID, str, str], list[Obligation]] = defaultdict(list)
    for debt in debts:
        groups[(debt.owed_to.uid, _step(debt, step), debt.period)].append(debt)
    new = [debt.pk for key, found in groups.items() if key not in told for debt in found]
    if not new:
        return 0
    # Locked: whoever pays first is left out, whoever pays later finds the letter and stops it.
    held = set(
        Obligation.objects.filter(pk__in=new)
        .unpaid()
        .select_for_update()
        .values_list("pk", flat=True)
    )
    above = committees_above(area)
    rows: list[Notice] = []
    for key, found in groups.items():
        standing = [debt for debt in found if debt.pk in held]
        body = recipient_above(standing[0], above, step) if standing else None
        if key in told or body is None:
            continue
        common = _words(read_subjects(standing), key=key, body=body, days=days, by=by)
        holders = holders_of({body.pk})
        rows += [
            Notice(**common, **each) for each in rows_for([Recipient(organization=body)], holders)
        ]
    gathered_daily(rows)
    return write_notices(rows)


def _step(debt: Obligation, step: str) -> str:
    about = "" if debt.kind.paid_together or debt.subject_uid is None else debt.subject_uid.hex[:8]
    return f"{step}:{debt.duty}:{about}".rstrip(":")


def committees_above(area: Area) -> list[Organization]:
    """Return the committees that lead the area's street, district and city, the nearest first."""
    leading = (
        PartyOrganization.objects.filter(
            leads_area__in=area.line(), leads_area__level__lte=Level.STREET, is_current=True
        )
        .select_related("organization")
        .order_by("-leads_area__level")
    )
    return [each.organization for each in leading]


def recipient_above(
    debt: Obligation, above: Sequence[Organization], step: str
) -> Organization | None:
    """Return who is told at a step: the next committee above the one who owes, then the one above it."""
    others = [body for body in above if body.pk != debt.bearer_organization_id]
    number = ABOVE.index(step.split(":", maxsplit=1)[0])
    return others[number] if number < len(others) else None


def _words(
    debts: Sequence[Obligation],
    *,
    key: tuple[uuid.UUID, str, str],
    body: Organization,
    days: WorkingDays,
    by: Actor,
) -> dict[str, Any]:
    first = debts[0]
    what = first.kind.name_in(first.period)
    query = urlencode(
        {"duty": first.duty, "period": first.period, "state": "overdue", "whose": "all"}
    )
    lines = [
        _("%(who)s：") % {"who": body.called},
        _("以下%(count)d项“%(what)s”逾期后已多次提醒，仍未办理，请协助了解情况：")
        % {"count": len(debts), "what": what},
    ]
    lines += [
        f"{number}. {each.bearer_name}：{each.title}（{days_words(days.until(each.due_on), each)}）"
        for number, each in enumerate(debts[:_NAMED], 1)
    ]
    if len(debts) > _NAMED:
        lines.append(_("……其余见台账。"))
    lines.append(_("这些事项应交%(body)s。") % {"body": first.owed_to.called})
    return {
        "kind": ESCALATION,
        "subject_label": first.owed_to._meta.label,
        "subject_uid": key[0],
        "step": key[1],
        "period": key[2],
        "title": _("【逾期未办】%(what)s，%(count)d项") % {"what": what, "count": len(debts)},
        "body": "\n".join(lines),
        "path": f"{reverse('obligations:obligation-list')}?{query}",
        "debt_uids": [each.uid for each in debts],
        "is_reminder": True,
        "sender_id": first.owed_to_id,
        "sender_post": by.post,
        "not_before": Now(),
    }


__all__ = ("committees_above", "escalate", "recipient_above")
