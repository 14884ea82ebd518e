"""What activities put into calendars."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from activities.enums import ActivityState, SignUpState
from activities.models import Activity, SignUp
from partybuild.access import Scope
from partybuild.notices.calendars import CalendarEntry, calendar_source, earliest


def entry_of(activity: Activity) -> CalendarEntry:
    """Return an activity as a calendar shows it."""
    return CalendarEntry(
        uid=f"{activity.uid}@activity",
        title=activity.title,
        starts=activity.starts_at,
        ends=activity.ends_at,
        place=activity.place,
        text=activity.content,
        url=f"{settings.BASE_URL}{activity.get_absolute_url()}",
        sequence=activity.version,
        is_cancelled=activity.state == ActivityState.CANCELLED,
    )


@calendar_source
def own_activities(scope: Scope) -> Iterable[CalendarEntry]:
    """What a member signed up for; what a community holds."""
    rows = Activity.objects.visible_to(scope).filter(starts_at__gte=earliest())
    if scope.is_area or scope.is_unit:
        if scope.organization_id is None:
            return
        rows = rows.filter(hosts__organization=scope.organization_id)
    else:
        own = SignUp.objects.reached(scope, "activity.sign_up").filter(state=SignUpState.SIGNED)
        rows = rows.filter(pk__in=own.order_by().values("activity"))
    for activity in rows.exclude(state=ActivityState.DRAFT):
        yield entry_of(activity)
