"""Quarterly reports: drafted, filed, filed as nil, accepted, returned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import Period, now, today
from partybuild.documents.services.numbering import receipt_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.services import draft, owe, pay, return_debt
from partybuild.organizations.models import Organization
from units.enums import EventKind, ReportState
from units.exceptions import (
    ReportAlreadyFiled,
    ReportIncomplete,
    ReportNotUnderReview,
    ReportTooEarly,
)
from units.models import ReportForm, UnitReport
from units.queries import REPORT_DUTY, prefilled, report_debt, report_form_of

OPEN = (ReportState.DRAFT, ReportState.RETURNED)


def _standing(unit: Organization, period: Period) -> UnitReport:
    """Return the unit's report of a quarter, begun now if nobody has."""
    form = report_form_of(unit.area)
    if form._state.adding:
        form, _created = ReportForm.objects.get_or_create(
            area=form.area,
            key=form.key,
            form_version=form.form_version,
            defaults={"title": form.title, "fields": form.fields},
        )
    report, _created = UnitReport.objects.get_or_create(
        unit=unit, period=str(period), defaults={"form": form}
    )
    return report


def clean_values(form: ReportForm, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a form asks, in its types; ReportIncomplete names every field that is wrong."""
    clean: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in form.fields:
        key, value = field["key"], values.get(field["key"])
        if value in (None, ""):
            if field.get("required"):
                faults[key] = _("请填写%(label)s，没有请填0。") % {"label": field["label"]}
            continue
        try:
            clean[key] = _typed(field["kind"], value)
        except (InvalidOperation, ValueError):
            faults[key] = _("%(label)s请填写数字，不能小于0。") % {"label": field["label"]}
    if faults:
        raise ReportIncomplete(faults)
    return clean


def _typed(kind: str, value: Any) -> Any:
    if kind == "text":
        return str(value).strip()
    number = Decimal(str(value))
    if not 0 <= number < 10**9 or (kind == "integer" and number % 1):
        raise ValueError
    return int(number) if kind == "integer" else float(number)


@transaction.atomic
def save_report_draft(
    unit: Organization, *, period: Period, values: dict[str, Any], by: Actor
) -> UnitReport:
    """Keep what has been typed so far; nothing is filed by it."""
    is_new = not UnitReport.objects.filter(unit=unit, period=str(period)).exists()
    report = _standing(unit, period)
    known = {field["key"] for field in report.form.fields}
    if not UnitReport.objects.filter(pk=report.pk, state__in=OPEN).update(
        draft={key: value for key, value in values.items() if key in known},
        version=F("version") + 1,
    ):
        raise ReportAlreadyFiled
    report.refresh_from_db()
    draft(duty=REPORT_DUTY, bearer=unit, period=str(period), by=by)
    if is_new:
        # What is typed afterwards is told when it is filed.
        record_event(EventKind.REPORT_DRAFTED, target=report, by=by)
    return report


@transaction.atomic
def file_report(
    unit: Organization,
    *,
    period: Period,
    values: dict[str, Any],
    by: Actor,
    correction: str = "",
    contact_name: str = "",
    channel: str = "",
    on: date | None = None,
) -> UnitReport:
    """File a unit's quarter; paid in the ledger, with a receipt and what the platform had counted.

    `channel` says how the community heard of it where it files by proxy, `on` which day it counts for.
    """
    report = _standing(unit, period)
    return _file(
        report,
        period=period,
        by=by,
        on=on,
        paid_as=ObligationState.FILED,
        kind=EventKind.REPORT_FILED,
        is_nil=False,
        values=clean_values(report.form, values),
        counted=prefilled(report.form, unit, period),
        correction=correction,
        contact_name=contact_name,
        channel=channel,
    )


@transaction.atomic
def file_nil_report(
    unit: Organization,
    *,
    period: Period,
    by: Actor,
    contact_name: str = "",
    channel: str = "",
    on: date | None = None,
) -> UnitReport:
    """File that there is nothing to report (无事项); the platform's own figures stand beside it."""
    report = _standing(unit, period)
    return _file(
        report,
        period=period,
        by=by,
        on=on,
        paid_as=ObligationState.NIL,
        kind=EventKind.REPORT_FILED_NIL,
        is_nil=True,
        values={},
        counted=prefilled(report.form, unit, period),
        correction="",
        contact_name=contact_name,
        channel=channel,
    )


def _file(
    report: UnitReport,
    *,
    period: Period,
    by: Actor,
    on: date | None,
    paid_as: ObligationState,
    kind: EventKind,
    **values: Any,
) -> UnitReport:
    if period.start > today():
        raise ReportTooEarly
    unit = report.unit
    debt = report_debt(unit, period)
    report.freeze_areas(unit.area)
    # The filter is the lock: of two filing at once, one updates a row and one updates none.
    if not UnitReport.objects.filter(pk=report.pk, state__in=OPEN).update(
        state=ReportState.FILED,
        owed_to=debt.owed_to if debt else None,
        unit_name=unit.name,
        community_name=unit.area.name if unit.area else "",
        filed_by=by.post,
        filed_by_person_id=by.person_id,
        filed_at=now(),
        # Filed again after it was returned, it keeps its number.
        receipt_number=report.receipt_number
        or receipt_number(debt.owed_to if debt else unit, today().year),
        decided_at=None,
        decided_by="",
        return_reason="",
        draft={},
        version=F("version") + 1,
        frozen_community=report.frozen_community_id,
        frozen_street=report.frozen_street_id,
        frozen_district=report.frozen_district_id,
        frozen_city=report.frozen_city_id,
        **values,
    ):
        raise ReportAlreadyFiled
    report.refresh_from_db()
    if debt is not None:
        # What is filed before its quarter's debts were opened pays all the same.
        owe([debt], by=by)
    pay(
        duty=REPORT_DUTY,
        bearer=unit,
        period=str(period),
        state=paid_as,
        paid_with=report,
        on=on,
        by=by,
    )
    record_event(
        kind,
        target=report,
        by=by,
        reason=channel_word(unit.area, report.channel) or report.correction,
    )
    return report


def _decide(report: UnitReport, *, by: Actor, **values: Any) -> None:
    if not UnitReport.objects.filter(pk=report.pk, state=ReportState.FILED).update(
        decided_at=now(), decided_by=by.post, **values
    ):
        raise ReportNotUnderReview
    report.refresh_from_db()


@transaction.atomic
def accept_report(report: UnitReport, *, by: Actor) -> UnitReport:
    """The community takes the report as it is."""
    _decide(report, by=by, state=ReportState.ACCEPTED)
    record_event(EventKind.REPORT_ACCEPTED, target=report, by=by)
    return report


@transaction.atomic
def return_report(report: UnitReport, *, reason: str, by: Actor) -> UnitReport:
    """The community sends the report back with a reason; the debt is open again and the unit is told."""
    _decide(report, by=by, state=ReportState.RETURNED, return_reason=reason)
    obligation = return_debt(
        {"duty": REPORT_DUTY, "bearer": report.unit, "period": report.period}, reason=reason, by=by
    )
    record_event(EventKind.REPORT_RETURNED, target=report, by=by, reason=reason)
    notify(
        kind="report.returned",
        subject=report,
        recipients=[Recipient(organization=report.unit)],
        title=_("%(period)s填报已退回，请修改后重新报送") % {"period": report.period_label},
        body=_(
            "%(post)s退回了贵单位的%(period)s填报，原因：%(reason)s。请修改后重新报送，已填内容仍在。"
        )
        % {"post": by.post, "period": report.period_label, "reason": reason},
        by=by,
        # Each return is a round of its own.
        round=report.version,
        period=report.period,
        path=report.get_absolute_url(),
        link_action="report.file",
        link_target=obligation,
        obligation=obligation,
    )
    return report
