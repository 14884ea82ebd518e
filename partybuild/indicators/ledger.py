"""Figures that are queries on the ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.calendar import Period, today
from partybuild.calendar.periods import HALF, MONTH, QUARTER, YEAR
from partybuild.indicators.enums import Part
from partybuild.indicators.keys import Frozen
from partybuild.indicators.registry import Column, Indicator
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import chase_lines, chase_text, read_subjects


def standing(row: Any) -> tuple[str, str]:
    """Return how a debt stands in a word on the day it is listed, and the tone of the word."""
    if row.is_unpaid:
        if row.due_on < row.listed_on:
            return _("逾期未办"), "bad"
        return str(row.get_state_display()), "warn" if row.state == "returned" else "plain"
    if row.is_late:
        return _("逾期办结"), "warn"
    if row.state == ObligationState.FILED:
        return _("已办结"), "good"
    return str(row.get_state_display()), "plain"


def _contact(row: Obligation) -> tuple[str, str]:
    body = row.bearer_organization
    return (body.contact_name, body.contact_phone) if body else ("", "")


def periods_ending_in(period: Period) -> list[str]:
    """Return the periods that end in one: a quarter's months, and the half-year and year it closes."""
    found = {str(period)}
    for kind in (MONTH, QUARTER, HALF, YEAR):
        other = Period.of(period.start, kind)
        while other.end <= period.end:
            if other.end >= period.start:
                found.add(str(other))
            other = other.next()
    return sorted(found)


class LedgerIndicator(Indicator):
    """What became of one or more duties in a period: complete among expected, unless a subclass says other."""

    duties: ClassVar[tuple[str, ...]] = ()
    freezes = False
    keys = Frozen("area")
    body: ClassVar[str | None] = "bearer_organization"
    due = "due_on"
    related = ("bearer_organization", "bearer_person", "owed_to", "area")
    columns = (
        Column(lazy("责任单位"), lambda row: row.bearer_name),
        Column(lazy("事项"), lambda row: row.title),
        Column(lazy("区域"), lambda row: row.area.name if row.area else ""),
        Column(lazy("截止日期"), lambda row: row.due_on, "date"),
        Column(lazy("办结日期"), lambda row: row.paid_on, "date"),
        Column(lazy("状态"), standing, "status"),
        Column(lazy("联系人"), _contact, "contact"),
    )
    words = {
        Part.NUMERATOR: lazy("已办"),
        Part.DENOMINATOR: lazy("应办"),
        Part.MISSING: lazy("未办"),
    }

    def prepare(self, rows: list[Any]) -> None:
        """Read what the debts of a page are about."""
        read_subjects(rows)
        day = today()
        for row in rows:
            row.listed_on = day

    def chasable(self, rows: list[Any], by: Actor) -> set[int]:
        """Return those unpaid, within the right to chase, and not one's own."""
        reached = Obligation.objects.reached(by.scope, "obligation.chase").unpaid()
        if by.organization_id is not None:
            reached = reached.exclude(bearer_organization=by.organization_id)
        return set(reached.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))

    def text(self, rows: list[Any], period: Period) -> str:
        """Return the same words as the ledger's chase list."""
        return chase_text(
            chase_lines(rows),
            title=f"{period.label}{self.name}",
            url=settings.BASE_URL + reverse("portal:home"),
        )

    def debts(self, period: Period) -> Any:
        """Return the debts of a period and of the shorter or longer ones that end with it.

        Those of a closed period as they stood when it was closed.
        """
        rows = Obligation.objects.filter(
            bearer_person=None, period__in=periods_ending_in(period)
        ).as_counted()
        return rows.filter(duty__in=self.duties) if self.duties else rows

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what was filed, nil included."""
        return self.debts(period).complete()

    def denominator(self, period: Period) -> QuerySet[Any] | None:
        """Return what was expected: owed, less the exempt."""
        return self.debts(period).expected()


class LedgerCount(LedgerIndicator):
    """How many debts of a duty are of one sort: a plain count, drawn below the group's first figure."""

    is_detail = True
    denominator = Indicator.denominator
