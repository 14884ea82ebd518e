"""Whether a notice has reached each unit: on its way, delivered, read, answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from meetings.enums import Answer
from meetings.models import Meeting, Receipt
from partybuild.access import Scope
from partybuild.notices.enums import OUTBOUND, Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.ui.filters import datetime_cn

_KINDS = ("meeting.notice", "meeting.postponed")


@dataclass(frozen=True)
class Delivery:
    """How far the notice has come with one unit."""

    word: str
    tone: str = "plain"
    detail: str = ""


def deliveries_of(meeting: Meeting, receipts: list[Receipt], scope: Scope) -> dict[int, Delivery]:
    """Return {organization: 已回执, 已读, 已送达, 未送达}, the furthest that is known."""
    notices: dict[int, list[Notice]] = {}
    rows = Notice.objects.visible_to(scope).filter(
        subject_uid=meeting.uid, kind__in=_KINDS, round=meeting.notice_round
    )
    for notice in rows.only("organization_id", "channel", "state", "read_at", "sent_at"):
        if notice.organization_id is not None:
            notices.setdefault(notice.organization_id, []).append(notice)
    return {
        receipt.organization_id: _standing(receipt, notices.get(receipt.organization_id, []))
        for receipt in receipts
    }


def _standing(receipt: Receipt, notices: list[Notice]) -> Delivery:
    if receipt.answer != Answer.WAITING:
        return Delivery(_("已回执"), "good")
    read = _first(notice.read_at for notice in notices)
    if read is not None:
        return Delivery(_("已读"), "info", datetime_cn(read))
    outside = [notice for notice in notices if notice.channel in OUTBOUND]
    sent = _first(notice.sent_at for notice in outside if notice.state == NoticeState.SENT)
    if sent is not None:
        return Delivery(_("已送达"), "info", datetime_cn(sent))
    states = {notice.state for notice in outside}
    if states & {NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER}:
        return Delivery(_("待发送"))
    if NoticeState.UNKNOWN in states:
        return Delivery(_("待核实"), "warn")
    if NoticeState.FAILED in states:
        return Delivery(_("邮件未送达"), "bad", _("请电话通知"))
    if any(notice.channel == Channel.IN_APP for notice in notices):
        return Delivery(_("站内已送达"), "info")
    return Delivery("—")


def _first(moments: object) -> datetime | None:
    return min((each for each in moments if each), default=None)  # type: ignore[attr-defined]
