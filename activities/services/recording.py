"""Service records out of who came: what the code on the screen knows is not entered a second time."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from activities.exceptions import ActivityNotOverYet, NobodyToRecord
from activities.models import Activity, Attendance
from activities.queries.hosts import homes_of
from members.enums import ServiceSource, ServiceState
from members.models import ServiceRecord
from members.services.service_records import ServiceLine, enter_sheet
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import SHANGHAI, now

# Which class of service a kind of activity is, unless the organizer says another.
SERVICE_KINDS = {
    "service": "governance",
    "theme_day": "organization",
    "learning": "organization",
    "visit": "poverty",
    "culture": "culture",
}
OTHER = "other"


def service_kind_of(activity: Activity, words: dict[str, str]) -> str:
    """Return the class of service that an activity is entered under."""
    wished = SERVICE_KINDS.get(activity.kind, activity.kind)
    if wished in words:
        return wished
    return OTHER if OTHER in words else next(iter(words), OTHER)


def unrecorded_attendances(activity: Activity) -> list[Attendance]:
    """Return who came and stands on no list yet; a list taken back does not count."""
    return list(
        Attendance.objects.came()
        .filter(activity=activity)
        .filter(Q(service_record=None) | Q(service_record__state=ServiceState.WITHDRAWN))
        .select_related("activity")
        .order_by("member__person__sort", "member_name", "id")
    )


@transaction.atomic
def enter_from_attendance(activity: Activity, *, by: Actor, kind: str = "") -> UUID:
    """Write the service of everybody who came as one list; pressed again, who came in since joins it.

    Each has their own hours, to the half. The list waits for certification by somebody not on it.
    Of communities that hold it together each certifies, and feeds back, the part of its own people;
    all parts are one list, as it was one occasion.
    """
    # The activity's row is the lock: two pressing at once write one list.
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.ends_at > now():
        raise ActivityNotOverYet
    came = unrecorded_attendances(activity)
    if not came:
        raise NobodyToRecord
    words = {key: str(label) for key, label in dictionary(activity.community, "service.kind")}
    homes = homes_of(activity, [each.member_id for each in came])
    of_community: dict[Area, list[Attendance]] = defaultdict(list)
    for each in came:
        of_community[homes[each.member_id]].append(each)
    sheet = _standing_sheet(activity, came) or uuid4()
    records = [
        record
        for community, lines in of_community.items()
        for record in enter_sheet(
            community=community,
            lines=[
                ServiceLine(
                    member_id=each.member_id,
                    name=each.member_name,
                    unit_id=each.unit_id,
                    unit_name=each.unit_name,
                    hours=each.served_hours,
                )
                for each in lines
            ],
            date=activity.starts_at.astimezone(SHANGHAI).date(),
            content=activity.title,
            kind=kind or service_kind_of(activity, words),
            by=by,
            place=(activity.place if community == activity.community else activity.where)[:100],
            source=ServiceSource.ATTENDANCE,
            sheet=sheet,
        )
    ]
    by_member = {record.member_id: record for record in records}
    for each in came:
        each.service_record = by_member[each.member_id]
    Attendance.objects.bulk_update(came, ("service_record",))
    return sheet


def _standing_sheet(activity: Activity, came: list[Attendance]) -> UUID | None:
    """Return the activity's list, certified or not: a second one would count it twice.

    Somebody whose line on it was taken back by a correction stands on a further list.
    """
    standing = ServiceRecord.objects.exclude(state=ServiceState.WITHDRAWN).filter(
        attendance__activity=activity
    )
    again = ServiceRecord.objects.filter(member__in=[each.member_id for each in came])
    return (
        standing.exclude(sheet__in=again.order_by().values("sheet"))
        .order_by("pk")
        .values_list("sheet", flat=True)
        .first()
    )
