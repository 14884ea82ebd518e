"""Reminders from the ledger: before the date, on it, and after it, to those who still owe."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameters_of
from partybuild.calendar.clock import SHANGHAI, Now
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.models import Notice
from partybuild.notices.services.gathering import gathered_by_press, gathered_daily
from partybuild.notices.services.notify import (
    Recipient,
    away_among,
    holders_of,
    reminded_by_sms,
    rows_for,
    write_notices,
)
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import read_subjects
from partybuild.obligations.queries.chase import REMINDER, days_words
from partybuild.obligations.queries.steps import PARAMETERS, Step, step_of
from partybuild.organizations.models import Organization

_CHUNK = 200
# How many debts of one reminder are named in its body.
_NAMED = 20


def remind(*, by: Actor) -> int:
    """Write the reminders that are due today and not yet written; returns the number of new notices.

    Only for debts that are unpaid at the moment of writing: each chunk holds its debts locked.
    """
    days = WorkingDays.around_today()
    written = 0
    for (area_id, due_on, period), step in _steps(days).items():
        rows = Obligation.objects.unpaid().filter(
            area=area_id,
            due_on=due_on,
            period=period,
            created_at__lt=_midnight(step.arisen_before),
        )
        if step.only_periodic:
            rows = rows.filter(subject_uid=None)
        waiting = (
            rows.filter(~_told(step.name))
            # Debts of one bearer follow each other, so that no chunk parts what is told together.
            .order_by("bearer_organization", "bearer_person", "duty", "pk")
            .values_list("pk", "bearer_organization", "bearer_person")
        )
        for keys in _chunks(list(waiting)):
            written += _remind_chunk(keys, step=step.name, days=days, by=by)
    return written


def _told(step: str) -> Any:
    """Return the condition that the reminder of a step is written for a debt."""
    return Exists(
        Notice.objects.filter(kind=REMINDER, step=step, debt_uid=OuterRef("uid"))
    ) | Exists(
        Notice.objects.filter(
            kind=REMINDER,
            step=Concat(Value(f"{step}:"), OuterRef("duty")),
            subject_uid=OuterRef("bearer_organization__uid"),
            period=OuterRef("period"),
        )
    )


def _chunks(rows: Sequence[tuple[int, int | None, int | None]]) -> Iterator[list[int]]:
    """Part the keys into chunks, never between two debts of one bearer."""
    chunk: list[int] = []
    for _bearer, group in groupby(rows, key=lambda row: row[1:]):
        chunk += [row[0] for row in group]
        if len(chunk) >= _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _steps(days: WorkingDays) -> dict[tuple[int | None, date, str], Step]:
    """Return the step of each area, date and period that has unpaid debts near today."""
    steps = {}
    for area, due_on, period, parameters in near_today(days.today):
        step = step_of(due_on, days=days, parameters=parameters, period=period)
        if step is not None:
            steps[(area.pk if area else None, due_on, period)] = step
    return steps


def near_today(today: date) -> Iterator[tuple[Area | None, date, str, dict[str, Any]]]:
    """Return each area, date and period that has unpaid debts near today, with the place's rules."""
    groups = (
        Obligation.objects.unpaid()
        .filter(due_on__range=(today - timedelta(days=200), today + timedelta(days=120)))
        .values_list("area", "due_on", "period")
        .order_by()
        .distinct()
    )
    dates: dict[int | None, list[tuple[date, str]]] = defaultdict(list)
    for area_id, due_on, period in groups:
        dates[area_id].append((due_on, period))
    areas = Area.objects.in_bulk([each for each in dates if each is not None])
    for area_id, found in dates.items():
        area = areas.get(area_id or 0)
        parameters = parameters_of(area, PARAMETERS)
        for due_on, period in found:
            yield area, due_on, period, parameters


@transaction.atomic
def _remind_chunk(keys: Sequence[int], *, step: str, days: WorkingDays, by: Actor) -> int:
    debts = Obligation.objects.filter(pk__in=keys).unpaid().with_bodies().order_by("pk")
    waves = gathered(debts.select_for_update(of=("self",)), step=step)
    return write_reminders(waves, kind=REMINDER, days=days, by=by)


@dataclass(frozen=True)
class Wave:
    """What one reminder asks for: a debt, or a bearer's debts that are paid on one page."""

    debts: tuple[Obligation, ...]
    step: str

    @property
    def first(self) -> Obligation:
        """The most urgent of them."""
        return self.debts[0]

    @property
    def subject(self) -> Model:
        """What the notice's key names: the debt itself, or the bearer of many."""
        return self.first.bearer if self.first.kind.paid_together else self.first


def gathered(debts: Iterable[Obligation], *, step: str) -> list[Wave]:
    """Return what is told at a step, one wave per debt or per bearer, duty and period."""
    groups: dict[tuple[Any, ...], list[Obligation]] = defaultdict(list)
    for debt in read_subjects(debts):
        if debt.kind.paid_together:
            key = (debt.bearer_organization_id, debt.bearer_person_id, debt.duty, debt.period)
            groups[(*key, f"{step}:{debt.duty}")].append(debt)
        else:
            groups[(debt.pk, step)].append(debt)
    return [Wave(tuple(found), key[-1]) for key, found in groups.items()]


def write_reminders(
    waves: Sequence[Wave],
    *,
    kind: str,
    days: WorkingDays,
    by: Actor,
    rounds: dict[tuple[uuid.UUID, str], int] | None = None,
    press: uuid.UUID | None = None,
) -> int:
    """Write reminders, in-app and mail, for debts that the caller holds locked.

    `rounds` are the next rounds by subject and step; the first one if not given. What one `press`
    of 催办 asks of somebody goes in one letter at once, other reminders in the day's letter.
    """
    bodies = {wave.first.bearer_organization_id for wave in waves} - {None}
    holders = holders_of(bodies)  # type: ignore[arg-type]
    by_sms = reminded_by_sms(bodies)  # type: ignore[arg-type]
    away = away_among(holders)
    rows: list[Notice] = []
    for wave in waves:
        common = _words_of(wave, kind=kind, days=days, by=by)
        if rounds is not None:
            common["round"] = rounds.get((common["subject_uid"], wave.step), 1)
        rows += [
            Notice(**common, **each)
            for each in rows_for([_recipient(wave.first)], holders, by_sms=by_sms, away=away)
        ]
    if press is None:
        gathered_daily(rows)
    else:
        gathered_by_press(rows, press)
    return write_notices(rows)


def _recipient(debt: Obligation) -> Recipient:
    roles = frozenset(str(role) for role in debt.kind.bearer_roles) or None
    return Recipient(organization=debt.bearer_organization, person=debt.bearer_person, roles=roles)


def _words_of(wave: Wave, *, kind: str, days: WorkingDays, by: Actor) -> dict[str, Any]:
    debt = wave.first
    is_one = not debt.kind.paid_together
    left = days.until(debt.due_on)
    title = str(debt.title) if len(wave.debts) == 1 else _title_of_many(wave)
    if left < 0:
        head = _("【已逾期】%(title)s") % {"title": title}
    elif left == 0:
        head = _("【今天到期】%(title)s") % {"title": title}
    else:
        head = _("【提醒】%(title)s") % {"title": title}
    bodies = {each.owed_to_id for each in wave.debts}
    return {
        "kind": kind,
        "subject_label": wave.subject._meta.label,
        "subject_uid": wave.subject.uid,  # type: ignore[attr-defined]
        "step": wave.step,
        "period": debt.period,
        "title": head[:300],
        "body": _body_of(wave, title, left),
        "path": debt.kind.safe_url(debt),
        "link_action": (debt.kind.link_action or "") if is_one else "",
        "debt_uid": debt.uid if is_one else None,
        "debt_uids": [] if is_one else [each.uid for each in wave.debts],
        "is_reminder": True,
        "sender_id": debt.owed_to_id if len(bodies) == 1 else by.organization_id,
        "sender_post": by.post,
        "not_before": Now(),
    }


def _title_of_many(wave: Wave) -> str:
    return _("%(duty)s，共%(count)d项") % {
        "duty": wave.first.kind.name_in(wave.first.period),
        "count": len(wave.debts),
    }


def _body_of(wave: Wave, title: str, left: int) -> str:
    debt = wave.first
    lines = [
        _("%(who)s：") % {"who": debt.bearer_name},
        _("%(title)s，%(when)s。") % {"title": title, "when": days_words(left, debt)},
    ]
    if len(wave.debts) > 1:
        lines += [f"{number}. {each.title}" for number, each in enumerate(wave.debts[:_NAMED], 1)]
        if len(wave.debts) > _NAMED:
            lines.append(_("……其余见办理页面。"))
        return "\n".join(lines)
    lines.append(
        _("如果已经通过电话、微信等方式答复，请联系%(body)s登记，不需要重复办理。")
        % {"body": debt.owed_to.called}
    )
    contact = _contact_words(debt.owed_to)
    if contact:
        lines.append(contact)
    return "\n".join(lines)


def _contact_words(body: Organization) -> str:
    if not body.contact_phone:
        return ""
    who = f"{body.contact_name} {body.contact_phone}".strip()
    return _("联系人：%(who)s") % {"who": who}


__all__ = ("gathered", "near_today", "remind", "write_reminders")
