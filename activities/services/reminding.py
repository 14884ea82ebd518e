"""Reminding those who signed up, the day before."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from activities.enums import ActivityState, SignUpState
from activities.models import Activity, SignUp
from partybuild.access import Actor
from partybuild.calendar import now
from partybuild.calendar.words import datetime_cn
from partybuild.notices.services import Recipient, notify

KIND = "activity.reminder"
AHEAD = timedelta(days=1)
# Whom it reaches later than that, it does not help.
TOO_LATE = timedelta(hours=1)


def remind_of_activities(*, by: Actor) -> int:
    """Write the reminders of what begins within a day, once for each date that was set."""
    due = Activity.objects.filter(
        state=ActivityState.PUBLISHED,
        reminded_at=None,
        starts_at__gt=now() + TOO_LATE,
        starts_at__lte=now() + AHEAD,
    )
    return sum(_remind(activity, by=by) for activity in due.select_related("community"))


@transaction.atomic
def _remind(activity: Activity, *, by: Actor) -> int:
    # The filter is the lock: of two sweeps at once one writes.
    if not Activity.objects.filter(pk=activity.pk, reminded_at=None).update(reminded_at=now()):
        return 0
    rows = SignUp.objects.filter(activity=activity, state=SignUpState.SIGNED)
    words = {
        "title": activity.title,
        "when": datetime_cn(activity.starts_at),
        "place": f"{activity.community.name} {activity.place}",
        "needs": activity.needs,
    }
    body = _(
        "您报名的“%(title)s”%(when)s在%(place)s开始。来不了的，请在活动开始前退出，让候补的人补上。"
    )
    if activity.needs:
        body += _("要求：%(needs)s。")
    return notify(
        kind=KIND,
        subject=activity,
        recipients=[
            Recipient(person=each.member.person) for each in rows.select_related("member__person")
        ],
        step=activity.starts_at.strftime("%Y%m%d%H%M"),
        title=_("活动快到了：%(title)s") % words,
        body=body % words,
        path=activity.get_absolute_url(),
        is_reminder=True,
        by=by,
    )
