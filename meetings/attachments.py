"""The files that joint meetings keep: papers of a meeting or topic, signed sheets, proofs of work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.queries.papers import PROOF, records_of_meeting
from partybuild.access import Actor, may
from partybuild.calendar import now
from partybuild.documents.attachment_kinds import SCANS, AttachmentKind, register
from partybuild.documents.bundles import BundleKind, register_bundle


def _works_on(by: Actor, resolution: Any) -> bool:
    return may(by, "resolution.work", resolution) or may(by, "resolution.work_proxy", resolution)


def _wrote(by: Actor, progress: Any) -> bool:
    """Those who write a unit's lines: the unit, and its proxy."""
    if progress.party is None:
        return False
    if progress.party.organization_id == by.organization_id:
        return may(by, "resolution.work")
    return may(by, "resolution.work_proxy", progress.resolution)


def _held_by(by: Actor, meeting: Any) -> bool:
    """There is nothing to sign before it begins."""
    return may(by, "meeting.presence", meeting) and meeting.starts_at <= now()


MEETING_PAPER = register(
    AttachmentKind(
        "meeting.paper",
        _("会议材料"),
        "meetings.Meeting",
        view="meeting.view",
        add="meeting.plan",
        max=30,
        help=_("参会单位在会议页面上可以看到、下载。"),
    )
)
MEETING_SHEET = register(
    AttachmentKind(
        "meeting.signed_sheet",
        _("签到表扫描件"),
        "meetings.Meeting",
        accept=SCANS,
        view="meeting.presence",
        adds=_held_by,
        max=6,
    )
)
AGENDA_PAPER = register(
    AttachmentKind(
        "agenda.paper",
        _("议程材料"),
        "meetings.AgendaItem",
        view="meeting.view",
        add="meeting.plan",
        max=10,
        help=_("受邀单位在会议页面上可以看到、下载。"),
    )
)
MINUTES_SCAN = register(
    AttachmentKind(
        "meeting.minutes_scan",
        _("纪要扫描件"),
        "meetings.Meeting",
        accept=SCANS,
        view="minutes.view",
        add="minutes.draft",
        max=20,
        help=_("签发盖章后的纪要扫描或拍照，参会单位可以看到。"),
    )
)
TOPIC_PAPER = register(
    AttachmentKind(
        "topic.paper",
        _("议题材料"),
        "meetings.Topic",
        view="topic.view",
        add="topic.propose",
        max=10,
    )
)
RESOLUTION_PROOF = register(
    AttachmentKind(
        "resolution.proof",
        _("办理情况材料"),
        "meetings.Resolution",
        view="resolution.view",
        max=30,
        adds=_works_on,
    )
)
PROGRESS_PROOF = register(
    AttachmentKind(
        PROOF,
        _("办理情况附件"),
        "meetings.Progress",
        view="resolution.view",
        max=5,
        adds=_wrote,
    )
)

register_bundle(BundleKind("meetings.Meeting", "meeting.plan", records_of_meeting))
MEMBER_RECEIPT = register(
    AttachmentKind(
        "council.receipt",
        _("盖章回执"),
        "meetings.CouncilMember",
        accept=SCANS,
        # The convener's file: fellow members see the membership, not the paper.
        view="council.answer_proxy",
        add="council.answer_proxy",
        max=6,
        help=_("单位盖章的纸质回执或推荐函，扫描或拍照上传。"),
    )
)
PART_TIME_PAPER = register(
    AttachmentKind(
        "part_time.paper",
        _("遴选、批复等材料"),
        "meetings.PartTimeMember",
        view="part_time_member.appoint",
        add="part_time_member.appoint",
        max=20,
        help=_("遴选会议记录、批复文件、签名的述职等扫描件。"),
    )
)
