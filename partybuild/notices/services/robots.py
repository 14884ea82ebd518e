"""Robots of chat groups: setting, testing and ending them, and writing what they post."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import Channel, EventKind, NoticeState
from partybuild.notices.models import GroupRobot, Notice
from partybuild.notices.models.notice import NoticeQuerySet
from partybuild.notices.robots import check_address
from partybuild.organizations.models import Organization

_MINUTE = timedelta(seconds=60)


@dataclass(frozen=True)
class Group:
    """Whose chat group it is: a body's own, or a council's that it convenes."""

    name: str
    label: str = ""
    uid: uuid.UUID | None = None


@transaction.atomic
def set_robot(
    organization: Organization,
    *,
    kind: str,
    name: str,
    address: str,
    secret: str = "",
    group: Group | None = None,
    by: Actor,
) -> GroupRobot:
    """Set the robot of a group; the one before it ends."""
    check_address(kind, address)
    # The body's row is the lock: of two who set it at once the second ends the first's.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    standing = GroupRobot.objects.filter(
        organization=organization, about_uid=group.uid if group else None, ended_at=None
    )
    for robot in standing:
        end_robot(robot, by=by, follows=True)
    robot = GroupRobot(
        uid=uuid.uuid4(),
        organization=organization,
        about_label=group.label if group else "",
        about_uid=group.uid if group else None,
        kind=kind,
        name=name.strip()[:60],
        address=address,
        secret=secret,
    )
    robot.save(force_insert=True)
    record_event(EventKind.ROBOT_SET, target=robot, by=by, changes={"kind": ["", kind]})
    return robot


@transaction.atomic
def end_robot(robot: GroupRobot, *, by: Actor, follows: bool = False) -> bool:
    """Stop posting into a group and forget its address; False where it was stopped already."""
    # The filter is the lock.
    if not GroupRobot.objects.filter(pk=robot.pk, ended_at=None).update(
        ended_at=ClockTimestamp(), address=b"", secret=b""
    ):
        return False
    Notice.objects.filter(robot=robot, state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)).update(
        state=NoticeState.CANCELLED, error=_("群机器人已停用"), claim=None, lease_until=None
    )
    record_event(EventKind.ROBOT_ENDED, target=robot, by=by, follows=follows)
    return True


@transaction.atomic
def send_test_posting(robot: GroupRobot, *, by: Actor) -> Notice:
    """Post a line into the group, on the same way as every notice."""
    moment = now()
    notice = _posting(
        robot,
        kind="robot.test",
        subject=robot,
        title=_("测试消息：群机器人已接通"),
        body=_("由%(post)s发出，收到即说明设置正确。") % {"post": by.post},
        # Each test is a notice of its own.
        step=f"{moment:%Y%m%d%H%M%S%f}",
        by=by,
    )
    _write(notice)
    record_event(EventKind.ROBOT_TESTED, target=robot, by=by)
    return Notice.objects.get(uid=notice.uid)


def robot_for(organization_id: int | None, subject: models.Model | None) -> GroupRobot | None:
    """Return the robot that posts about something: of its council's group, else of the body's own."""
    if organization_id is None or not settings.ROBOTS.adapters:
        return None
    about = {
        found.uid
        for found in (subject, getattr(subject, "council", None))
        if found is not None and hasattr(found, "uid")
    }
    rows = GroupRobot.objects.filter(organization=organization_id, ended_at=None)
    found = {robot.about_uid: robot for robot in rows}
    return next((found[uid] for uid in about if uid in found), found.get(None))


def tell_group(
    *,
    kind: str,
    subject: models.Model,
    title: str,
    body: str = "",
    by: Actor,
    round: int = 1,  # noqa: A002
    step: str = "",
    path: str = "",
    link_action: str = "",
    link_target: models.Model | None = None,
    not_before: datetime | None = None,
    about: models.Model | None = None,
    wave: uuid.UUID | None = None,
) -> int:
    """Write what the group of the one who acts is told; 0 where it has no robot, or was told already.

    The words are for everybody in the group: bodies by name, nothing about persons.
    """
    robot = robot_for(by.organization_id, about or subject)
    if robot is None:
        return 0
    notice = _posting(
        robot,
        kind=kind,
        subject=subject,
        title=title,
        body=body,
        round=round,
        step=step,
        path=path,
        by=by,
    )
    notice.wave = wave
    if not_before is not None:
        notice.not_before = not_before
    if link_action and link_target is not None:
        notice.link_action = link_action
        notice.link_label = link_target._meta.label
        notice.link_uid = link_target.uid  # type: ignore[attr-defined]
    return _write(notice)


def _posting(
    robot: GroupRobot,
    *,
    kind: str,
    subject: models.Model,
    title: str,
    body: str,
    by: Actor,
    round: int = 1,  # noqa: A002
    step: str = "",
    path: str = "",
) -> Notice:
    return Notice(
        uid=uuid.uuid4(),
        kind=kind,
        subject_label=subject._meta.label,
        subject_uid=subject.uid,  # type: ignore[attr-defined]
        round=round,
        step=step,
        organization_id=robot.organization_id,
        robot=robot,
        channel=Channel.ROBOT,
        state=NoticeState.QUEUED,
        title=title[:300],
        body=body,
        path=path,
        sender_id=by.organization_id,
        sender_post=by.post,
        not_before=now(),
    )


def _write(notice: Notice) -> int:
    from partybuild.notices.services.notify import write_notices

    return write_notices([notice])


def within_rate(rows: NoticeQuerySet) -> NoticeQuerySet:
    """Keep of due postings as many as their robots may post in this minute, and count them.

    Runs in the transaction of the claim: the robot's row is the lock of its counter.
    """
    robots = (
        GroupRobot.objects.filter(pk__in=rows.order_by().values("robot"))
        .select_for_update(skip_locked=True)
        .order_by("pk")
    )
    keys: list[int] = []
    for robot in robots:
        adapter = settings.ROBOTS.adapters.get(robot.kind)
        most = adapter.per_minute if adapter is not None else 1
        fresh = GroupRobot.objects.filter(pk=robot.pk).exclude(
            window_at__gt=ClockTimestamp() - _MINUTE
        )
        count = 0 if fresh.update(window_at=ClockTimestamp(), window_count=0) else None
        free = most - (robot.window_count if count is None else 0)
        taken = list(rows.filter(robot=robot).values_list("pk", flat=True)[: max(0, free)])
        if taken:
            GroupRobot.objects.filter(pk=robot.pk).update(
                window_count=F("window_count") + len(taken)
            )
        keys += taken
    return rows.filter(pk__in=keys)
