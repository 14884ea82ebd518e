"""The files that activities keep: photos, signed sheets and paper forms of evaluation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from activities.queries.hosts import may_as_host
from partybuild.access import Actor, may
from partybuild.calendar import now
from partybuild.documents.attachment_kinds import IMAGES, SCANS, AttachmentKind, register


def _holds(by: Actor, activity: Any) -> bool:
    """There is nothing to show before it begins; who holds it adds to it."""
    if activity.starts_at > now():
        return False
    if may(by, "activity.change", activity):
        return True
    is_host = activity.hosts.filter(organization=by.organization_id).exists()
    return is_host and may_as_host(by, "activity.attendance", activity)


def _writes_the_sheet(by: Actor, activity: Any) -> bool:
    return activity.starts_at <= now() and may(by, "activity.change", activity)


PHOTO = register(
    AttachmentKind(
        "activity.photo",
        _("活动照片"),
        "activities.Activity",
        accept=IMAGES,
        view="activity.view",
        adds=_holds,
        max=20,
        help=_("选传，不作要求。上传时自动去掉照片里的拍摄地点和时间；拍到群众的请先征得同意。"),
    )
)
SIGNED_SHEET = register(
    AttachmentKind(
        "activity.signed_sheet",
        _("签到表、评价表扫描件"),
        "activities.Activity",
        accept=SCANS,
        # Everybody stands on it: the community's, not one unit's among several.
        view="activity.change",
        adds=_writes_the_sheet,
        max=10,
    )
)
