"""Reads about quarterly reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import Period, add_working_days
from partybuild.obligations.registry import Debt
from partybuild.organizations.models import Organization
from units.models import ReportForm, ResidentUnit
from units.queries.bodies import committee_of, committees_of
from units.registry import counted_by_platform
from units.report_forms import FORM_VERSION, QUARTERLY, quarterly_fields

REPORT_DUTY = "report.file"


def report_form_of(area: Area | None) -> ReportForm:
    """Return the form that holds in an area: the nearest upwards, else the product's own.

    The product's own is a row only once somebody has filed on it.
    """
    rows = ReportForm.objects.filter(key=QUARTERLY)
    if area is not None:
        own = rows.filter(area__in=area.line()).order_by("-area__level", "-form_version").first()
        if own is not None:
            return own
    return rows.filter(area=None, form_version=FORM_VERSION).first() or ReportForm(
        area=None,
        key=QUARTERLY,
        form_version=FORM_VERSION,
        title=_("季度工作填报表"),
        fields=quarterly_fields(),
    )


def prefilled(form: ReportForm, unit: Organization, period: Period) -> dict[str, int | float]:
    """Return {field: figure} of what the platform counts itself for a unit's report."""
    wanted = {field["prefill"]: field["key"] for field in form.fields if field.get("prefill")}
    counted = counted_by_platform(set(wanted), unit, period)
    return {
        wanted[key]: float(figure) if isinstance(figure, Decimal) else figure
        for key, figure in counted.items()
    }


def report_due_on(area: Area | None, period: Period) -> date:
    """Return the day by which a quarter's report is due in an area."""
    return add_working_days(period.end, parameter(area, "report.due_days"))


def report_debt(unit: Organization, period: Period) -> Debt | None:
    """Return what a unit owes for a quarter; None where no committee leads its place."""
    committee = committee_of(unit.area)
    return None if committee is None else _debt(unit, committee, period, {})


def report_debts(period: Period) -> list[Debt]:
    """Return what every unit owes for a quarter."""
    units = [
        unit.organization
        for unit in ResidentUnit.objects.current()
        .filter(organization__area__isnull=False)
        .select_related("organization__area")
    ]
    committees = committees_of({unit.area for unit in units})
    due: dict[int, date] = {}
    return [
        _debt(unit, committees[unit.area_id], period, due)
        for unit in units
        if unit.area_id in committees
    ]


def _debt(
    unit: Organization, committee: Organization, period: Period, due: dict[int, date]
) -> Debt:
    area = unit.area
    assert area is not None
    if area.pk not in due:
        due[area.pk] = report_due_on(area, period)
    return Debt(
        duty=REPORT_DUTY,
        bearer_organization=unit,
        unit=unit,
        owed_to=committee,
        due_on=due[area.pk],
        period=str(period),
        area=area,
    )


def period_in_focus(day: date) -> Period:
    """Return the quarter that people are busy with: the one just over during the month after it."""
    current = Period.of(day)
    return current.previous() if (day - current.start).days < 31 else current
