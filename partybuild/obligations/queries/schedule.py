"""提醒安排: what was sent about a debt, what comes next, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Scope
from partybuild.areas.models import Area
from partybuild.areas.queries import parameters_of
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.chase import CHASE
from partybuild.obligations.queries.steps import (
    OPEN,
    PARAMETERS,
    Planned,
    step_words,
    steps_above,
    steps_after,
    steps_before,
)

SENT, NEXT, TO_COME, SKIPPED, STOPPED = "sent", "next", "to_come", "skipped", "stopped"


@dataclass
class ScheduleLine:
    """One step: its name, its day, how it stands, and to whom what was written went."""

    label: str
    on: date
    state: str
    why: str = ""
    notices: list[Notice] = field(default_factory=list)

    @property
    def word(self) -> str:
        """How it stands in a word."""
        return {
            SENT: _("已提醒"),
            NEXT: _("下一次"),
            TO_COME: _("以后"),
            SKIPPED: _("没有发"),
            STOPPED: _("不再提醒"),
        }[self.state]

    @property
    def tone(self) -> str:
        """How a component shows it."""
        return {SENT: "good", NEXT: "info"}.get(self.state, "plain")


def reminder_schedule(debt: Obligation, scope: Scope) -> list[ScheduleLine]:
    """Return the whole way of a debt's reminders, the sent ones with those notices that a scope sees."""
    written = list(
        Notice.objects.visible_to(scope)
        .filter(Q(debt_uid=debt.uid) | Q(debt_uids__contains=[debt.uid]), is_reminder=True)
        .select_related("organization", "person", "carrier")
        .order_by("id")
    )
    days = WorkingDays.around_today()
    lines = []
    for planned in _way_of(debt, days):
        sent = [each for each in written if each.step.startswith(planned.name)]
        lines.append(_line(debt, planned, sent, days.today))
    lines += _by_hand(each for each in written if each.kind == CHASE)
    lines.sort(key=lambda line: line.on)
    coming = [line for line in lines if line.state == TO_COME]
    if coming:
        coming[0].state = NEXT
    return lines


def _way_of(debt: Obligation, days: WorkingDays) -> list[Planned]:
    parameters = parameters_of(debt.area, PARAMETERS)
    way = [
        *steps_before(debt.due_on, parameters=parameters, days=days, period=debt.period),
        *steps_after(debt.due_on, parameters=parameters, days=days),
    ]
    if debt.subject_uid is not None:
        way = [each for each in way if each.key != OPEN]
    if debt.area is not None and debt.bearer_person_id is None:
        way += steps_above(debt.due_on, parameters=parameters, days=days)
    return way


def _line(debt: Obligation, planned: Planned, sent: list[Notice], day: date) -> ScheduleLine:
    label = step_words(planned.name)
    if sent:
        return ScheduleLine(label, _day(sent[0].not_before), SENT, notices=sent)
    if not debt.is_unpaid:
        return ScheduleLine(label, planned.on, STOPPED, _("已办结或不再需要办理"))
    if planned.on > day or (planned.until is not None and day <= planned.until):
        if planned.on > day:
            return ScheduleLine(label, planned.on, TO_COME)
        if _day(debt.created_at) >= planned.on:
            return ScheduleLine(label, planned.on, SKIPPED, _("事项当时刚产生，不再另发提醒"))
        return ScheduleLine(label, day, TO_COME)
    why = (
        _("事项当时还没有产生")
        if _day(debt.created_at) >= planned.on
        else _("当时没有发出，不再补发")
    )
    return ScheduleLine(label, planned.on, SKIPPED, why)


def _by_hand(notices: Iterable[Notice]) -> list[ScheduleLine]:
    rounds: dict[tuple[str, int], list[Notice]] = {}
    for notice in notices:
        rounds.setdefault((notice.step, notice.round), []).append(notice)
    return [
        ScheduleLine(
            _("人工催办（%(post)s）") % {"post": found[0].sender_post},
            _day(found[0].not_before),
            SENT,
            notices=found,
        )
        for found in rounds.values()
    ]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def rules_of(area: Area | None) -> list[tuple[str, str]]:
    """Return the steps that hold in an area as (when, to whom) in plain words."""
    found = parameters_of(area, (*PARAMETERS, "chase.hours", "digest.hour"))
    who = _("应办的单位或本人")
    lines = []
    if found["escalation.open"]:
        lines.append((_("每季度第一个工作日起，当期事项产生时"), who))
    if found["escalation.middle_days"] > found["reminder.before_days"]:
        lines.append((_("到期前%(days)d个工作日") % {"days": found["escalation.middle_days"]}, who))
    if found["reminder.before_days"]:
        lines.append((_("到期前%(days)d个工作日") % {"days": found["reminder.before_days"]}, who))
    if found["escalation.due_day"]:
        lines.append((_("到期当天"), who))
    if found["reminder.overdue_times"]:
        words = {
            "days": found["reminder.overdue_every_days"],
            "times": found["reminder.overdue_times"],
        }
        lines.append((_("逾期后每%(days)d个工作日一次，最多%(times)d次") % words, who))
    if found["escalation.street_days"]:
        lines.append(
            (
                _("末次逾期提醒后再过%(days)d个工作日，仍未办理")
                % {"days": found["escalation.street_days"]},
                _("上级党组织（街道），一次"),
            )
        )
        if found["escalation.district_days"]:
            lines.append(
                (
                    _("再过%(days)d个工作日，仍未办理")
                    % {"days": found["escalation.district_days"]},
                    _("再上一级党组织（区县），一次"),
                )
            )
    return lines


__all__ = ("ScheduleLine", "reminder_schedule", "rules_of")
