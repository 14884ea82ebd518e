"""Taking events away, which is an event."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.audit.services import record_event
from partybuild.calendar.words import datetime_cn
from partybuild.exchange.writer import write_csv, write_workbook
from partybuild.ops.queries.events import ACTOR_KINDS, line_of

# More than this is taken in parts, by dates: one file is read by one program.
MOST_ROWS = 200_000


@transaction.atomic
def export_events(
    events: QuerySet[Event], *, form: str, reason: str, conditions: dict[str, str], by: Actor
) -> IO[bytes]:
    """Write events into a file and write down that they were taken; no file without that line."""
    count = min(events.count(), MOST_ROWS)
    record_event(
        EventKind.AUDIT_EXPORTED,
        target=None,
        by=by,
        reason=reason,
        changes={"rows": count, "form": form, **conditions},
    )
    # Closed by the answer that sends it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    table: dict[str, Any] = {
        "notes": [_("操作记录"), _("共%(count)d条，导出理由：%(reason)s") % {"count": count, "reason": reason}],
        "headers": [
            _("时间"), _("操作"), _("结果"), _("操作人"), _("岗位"), _("来源类型"), _("对象类型"),
            _("对象"), _("理由"), _("网络地址"), _("请求编号"), _("记录编号"),
        ],
        "rows": (_cells(event) for event in events.order_by("-id")[:MOST_ROWS].iterator(2000)),
    }  # fmt: skip
    if form == "csv":
        write_csv(file, **table)
    else:
        widths = (22, 20, 10, 14, 30, 12, 14, 30, 30, 18, 36, 40)
        write_workbook(file, name=_("操作记录"), widths=widths, **table)
    file.seek(0)
    return file


def _cells(event: Event) -> list[str]:
    line = line_of(event)
    return [
        datetime_cn(event.at),
        line.what,
        line.result,
        event.actor_name,
        event.actor_post,
        str(ACTOR_KINDS.get(event.actor_kind, event.actor_kind)),
        line.object_type,
        line.object_text,
        event.reason,
        event.source,
        event.request_id,
        str(event.uid),
    ]
