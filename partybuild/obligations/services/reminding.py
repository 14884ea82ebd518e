"""Reminders from the ledger: before the date, on it, and after it, to those who still owe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameters_of
from partybuild.calendar import add_working_days
from partybuild.calendar.clock import SHANGHAI, Now
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.models import Notice
from partybuild.notices.services.notify import Recipient, holders_of, rows_for, write_notices
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import read_subjects
from partybuild.obligations.queries.chase import REMINDER, days_words
from partybuild.organizations.models import Organization

BEFORE, DUE, OVERDUE = "before", "due", "overdue"
_CHUNK = 500
_PARAMETERS = ("reminder.before_days", "reminder.overdue_every_days", "reminder.overdue_times")


@dataclass(frozen=True)
class Step:
    """The reminder that is due for debts of one area and date."""

    name: str
    # Debts that arose on this day or later are too new: what told of them has only just gone out.
    arisen_before: date


def step_of(due_on: date, *, today: date, parameters: dict[str, Any]) -> Step | None:
    """Return which reminder is due today for a date, None for none; a missed one is not caught up."""
    if today < due_on:
        trigger = add_working_days(due_on, -parameters["reminder.before_days"])
        return Step(_named(BEFORE, due_on), trigger) if trigger <= today else None
    if today == due_on:
        return Step(_named(DUE, due_on), today)
    every = parameters["reminder.overdue_every_days"]
    for number in range(parameters["reminder.overdue_times"], 0, -1):
        trigger = add_working_days(due_on, every * number)
        if trigger <= today:
            # After a long standstill the last one goes out late once, and very old debts not at all.
            return (
                Step(_named(f"{OVERDUE}-{number}", due_on), trigger)
                if today < add_working_days(trigger, every)
                else None
            )
    return None


def _named(step: str, due_on: date) -> str:
    """Name a step with its date: a debt whose date is moved is reminded of the new one."""
    return f"{step}:{due_on.isoformat()}"


def remind(*, by: Actor) -> int:
    """Write the reminders that are due today and not yet written; returns the number of new notices.

    Only for debts that are unpaid at the moment of writing: each chunk holds its debts locked, and
    skips those that are being paid, or reminded of, at the same time.
    """
    days = WorkingDays.around_today()
    written = 0
    for (area_id, due_on), step in _steps(days.today).items():
        waiting = (
            Obligation.objects.unpaid()
            .filter(area=area_id, due_on=due_on, created_at__lt=_midnight(step.arisen_before))
            .filter(
                ~Exists(
                    Notice.objects.filter(debt_uid=OuterRef("uid"), kind=REMINDER, step=step.name)
                )
            )
            .order_by("pk")
        )
        keys = list(waiting.values_list("pk", flat=True))
        for start in range(0, len(keys), _CHUNK):
            written += _remind_chunk(keys[start : start + _CHUNK], step=step.name, days=days, by=by)
    return written


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _steps(today: date) -> dict[tuple[int | None, date], Step]:
    """Return the step of each area and date that has unpaid debts near today."""
    groups = (
        Obligation.objects.unpaid()
        .filter(due_on__range=(today - timedelta(days=200), today + timedelta(days=60)))
        .values_list("area", "due_on")
        .order_by()
        .distinct()
    )
    dates: dict[int | None, list[date]] = defaultdict(list)
    for area_id, due_on in groups:
        dates[area_id].append(due_on)
    areas = Area.objects.in_bulk([each for each in dates if each is not None])
    steps = {}
    for area_id, days in dates.items():
        parameters = parameters_of(areas.get(area_id or 0), _PARAMETERS)
        for due_on in days:
            step = step_of(due_on, today=today, parameters=parameters)
            if step is not None:
                steps[(area_id, due_on)] = step
    return steps


@transaction.atomic
def _remind_chunk(keys: Sequence[int], *, step: str, days: WorkingDays, by: Actor) -> int:
    debts = Obligation.objects.filter(pk__in=keys).unpaid().with_bodies().order_by("pk")
    return write_reminders(
        debts.select_for_update(skip_locked=True, of=("self",)),
        kind=REMINDER,
        step=step,
        days=days,
        by=by,
    )


def write_reminders(
    debts: Iterable[Obligation],
    *,
    kind: str,
    step: str,
    days: WorkingDays,
    by: Actor,
    rounds: dict[int, int] | None = None,
) -> int:
    """Write one wave of reminders, in-app and mail, for debts that the caller holds locked."""
    found = read_subjects(debts)
    holders = holders_of({debt.bearer_organization_id for debt in found} - {None})  # type: ignore[arg-type]
    rows: list[Notice] = []
    for debt in found:
        common = _words_of(debt, kind=kind, step=step, days=days, by=by)
        if rounds is not None:
            common["round"] = rounds[debt.pk]
        rows += [Notice(**common, **each) for each in rows_for([_recipient(debt)], holders)]
    return write_notices(rows)


def _recipient(debt: Obligation) -> Recipient:
    roles = frozenset(str(role) for role in debt.kind.bearer_roles) or None
    return Recipient(organization=debt.bearer_organization, person=debt.bearer_person, roles=roles)


def _words_of(
    debt: Obligation, *, kind: str, step: str, days: WorkingDays, by: Actor
) -> dict[str, Any]:
    left = days.until(debt.due_on)
    title = str(debt.title)
    if left < 0:
        head = _("【已逾期】%(title)s") % {"title": title}
    elif left == 0:
        head = _("【今天到期】%(title)s") % {"title": title}
    else:
        head = _("【提醒】%(title)s") % {"title": title}
    return {
        "kind": kind,
        "subject_label": debt._meta.label,
        "subject_uid": debt.uid,
        "step": step,
        "period": debt.period,
        "title": head[:300],
        "body": _body_of(debt, title, left),
        "path": debt.kind.safe_url(debt),
        "link_action": debt.kind.link_action or "",
        "debt_uid": debt.uid,
        "is_reminder": True,
        "sender_id": debt.owed_to_id,
        "sender_post": by.post,
        "not_before": Now(),
    }


def _body_of(debt: Obligation, title: str, left: int) -> str:
    lines = [
        _("%(who)s：") % {"who": debt.bearer_name},
        _("%(title)s，%(when)s。") % {"title": title, "when": days_words(left, debt)},
        _("如果已经通过电话、微信等方式答复，请联系%(body)s登记，不需要重复办理。")
        % {"body": debt.owed_to.called},
    ]
    contact = _contact_words(debt.owed_to)
    if contact:
        lines.append(contact)
    return "\n".join(lines)


def _contact_words(body: Organization) -> str:
    if not body.contact_phone:
        return ""
    return _("联系人：%(name)s %(phone)s") % {
        "name": body.contact_name,
        "phone": body.contact_phone,
    }


__all__ = ("remind", "step_of", "write_reminders")
