"""When members are reminded of activities, and what these put into calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from activities.enums import STANDING, ActivityState, SignUpState
from activities.models import Activity, SignUp
from activities.models.activity import ActivityQuerySet
from activities.services.reminding import KIND as REMINDER
from activities.services.reminding import remind_of_activities
from partybuild.access import Actor, Scope
from partybuild.notices.calendars import CalendarEntry, calendar_source, earliest
from partybuild.notices.models import Notice
from partybuild.notices.registry import check, planner

# A day before, to keep it free, and an hour before, to leave.
_ALARMS = (timedelta(days=1), timedelta(hours=1))


@planner
def reminders_of_activities(by: Actor) -> int:
    """Write the reminders of what begins within a day."""
    return remind_of_activities(by=by)


@check
def reminders_no_longer_needed(notices: Sequence[Notice]) -> dict[int, str]:
    """Who has stepped back is not reminded, nor is anybody of what was called off or moved."""
    asked = [each for each in notices if each.kind == REMINDER]
    if not asked:
        return {}
    standing = {
        (uid, person): f"{starts_at:%Y%m%d%H%M}"
        for uid, person, starts_at in SignUp.objects.signed()
        .filter(
            activity__uid__in={each.subject_uid for each in asked},
            activity__state=ActivityState.PUBLISHED,
        )
        .values_list("activity__uid", "member__person", "activity__starts_at")
    }
    return {
        each.pk: "已退出报名，或活动已取消、改期"
        for each in asked
        if standing.get((each.subject_uid, each.person_id)) != each.step
    }


def entry_of(activity: Activity, *, title: str = "", is_going: bool = True) -> CalendarEntry:
    """Return an activity as a calendar shows it; who only waits for a place is not woken for it."""
    return CalendarEntry(
        uid=f"{activity.uid}@activity",
        title=title or activity.title,
        starts=activity.starts_at,
        ends=activity.ends_at,
        place=activity.where,
        text=activity.content,
        url=f"{settings.BASE_URL}{activity.get_absolute_url()}",
        sequence=activity.version,
        alarms=_ALARMS if is_going else (),
        is_cancelled=activity.state == ActivityState.CANCELLED,
    )


@calendar_source
def own_activities(scope: Scope) -> Iterable[CalendarEntry]:
    """What a member signed up for or waits for; what a body holds, and where a unit's people go."""
    rows = (
        Activity.objects.visible_to(scope)
        .filter(starts_at__gte=earliest())
        .exclude(state=ActivityState.DRAFT)
        .select_related("community")
    )
    if not scope.is_area and not scope.is_unit:
        yield from _signed_up_for(scope, rows)
        return
    if scope.organization_id is None:
        return
    held = rows.filter(hosts__organization=scope.organization_id).distinct()
    entries = {activity.pk: entry_of(activity) for activity in held}
    if scope.is_unit:
        entries |= _where_people_go(scope, rows)
    yield from entries.values()


def _signed_up_for(scope: Scope, rows: ActivityQuerySet) -> Iterable[CalendarEntry]:
    own = SignUp.objects.reached(scope, "activity.sign_up").filter(state__in=STANDING)
    states = dict(own.order_by().values_list("activity", "state"))
    for activity in rows.filter(pk__in=states):
        if states[activity.pk] == SignUpState.SIGNED:
            yield entry_of(activity)
        else:
            yield entry_of(activity, title=_("候补：%s") % activity.title, is_going=False)


def _where_people_go(scope: Scope, rows: ActivityQuerySet) -> dict[int, CalendarEntry]:
    """Return what a unit's people signed up for, with their number and no names."""
    signed = SignUp.objects.visible_to(scope).signed().filter(unit=scope.organization_id)
    numbers = dict(
        signed.order_by()
        .values_list("activity")
        .annotate(number=Count("member", distinct=True))
        .values_list("activity", "number")
    )
    return {
        activity.pk: entry_of(
            activity,
            title=_("%(title)s（本单位%(number)d人报名）")
            % {"title": activity.title, "number": numbers[activity.pk]},
        )
        for activity in rows.filter(pk__in=numbers)
    }
