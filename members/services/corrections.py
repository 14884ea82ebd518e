"""Correcting service records after certification: what was stays beside what is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, ServiceState
from members.exceptions import NothingToCorrect, RecordChangedMeanwhile, ServiceInFuture
from members.models import ServiceCorrection, ServiceRecord
from members.services.service_records import check_hours
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify

CORRECTED = ("date", "content", "kind", "hours", "place")


def as_text(name: str, value: Any) -> str:
    """Return a value as it stands in a correction."""
    if name == "hours":
        return str(Decimal(value).quantize(Decimal("0.1")))
    return value.isoformat() if isinstance(value, date) else str(value)


def from_text(name: str, text: str) -> Any:
    """Return the value that a correction means."""
    if name == "hours":
        return Decimal(text)
    return date.fromisoformat(text) if name == "date" else text


def changes_of(record: ServiceRecord, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return {field: [before, after]} of what a correction changes."""
    found = {}
    for name in CORRECTED:
        before, after = as_text(name, getattr(record, name)), as_text(name, values[name])
        if before != after:
            found[name] = [before, after]
    return found


@transaction.atomic
def correct_service(
    record: ServiceRecord,
    *,
    changes: Mapping[str, list[str]],
    reason: str,
    by: Actor,
    withdraw: bool = False,
) -> ServiceCorrection:
    """Correct or withdraw one certified record; the unit whose member it is hears of it.

    A summary that carried it stays as it was signed; the correction is shown beside it.
    """
    if not changes and not withdraw:
        raise NothingToCorrect
    new = {name: from_text(name, after) for name, (_before, after) in changes.items()}
    if "hours" in new:
        check_hours(new["hours"])
    if new.get("date", today()) > today():
        raise ServiceInFuture
    old = {name: from_text(name, before) for name, (before, _after) in changes.items()}
    if withdraw:
        new |= {
            "state": ServiceState.WITHDRAWN,
            "withdrawn_reason": reason[:200],
            "summary": None,
        }
    standing = ServiceRecord.objects.certified().filter(pk=record.pk, **old)
    summary = record.summary
    # The filter is the lock: only what stands as it was seen is corrected.
    if not standing.update(**new):
        raise RecordChangedMeanwhile
    record.refresh_from_db()
    correction = ServiceCorrection.objects.create(
        record=record,
        summary=summary,
        changes=dict(changes),
        is_withdrawal=withdraw,
        reason=reason[:500],
        post=by.post,
    )
    record_event(
        EventKind.SERVICE_CORRECTED,
        target=record,
        by=by,
        reason=reason,
        changes={**changes, **({"state": ["certified", "withdrawn"]} if withdraw else {})},
    )
    if record.unit is not None:
        notify(
            kind="service.corrected",
            subject=correction,
            recipients=[Recipient(organization=record.unit)],
            title=_("%(community)s更正了一条服务记录") % {"community": record.community.name},
            body=_("贵单位一名党员%(day)s的服务记录已更正，更正前后的内容请登录查看。")
            % {"day": record.date.isoformat()},
            path=_path_of(record, summary),
            by=by,
        )
    return correction


def _path_of(record: ServiceRecord, summary: Any) -> str:
    return str(summary.get_absolute_url() if summary is not None else record.get_absolute_url())
