"""Planning, publishing and cancelling activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activities.enums import STANDING, ActivityState, Audience, EventKind, HostRole
from activities.exceptions import (
    AlreadyDecided,
    EndsBeforeItStarts,
    NotOpenForSignUp,
    PlacesAreTaken,
)
from activities.models import Activity, Host, Seat, SignUp
from activities.tasks import fill_soon
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import SHANGHAI, Period, now
from partybuild.calendar.words import datetime_cn
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization

CHANGEABLE = (
    "title",
    "kind",
    "themes",
    "content",
    "starts_at",
    "ends_at",
    "place",
    "sign_up_until",
    "audience",
    "needs",
    "leader_name",
    "leader_phone",
)


def _period_of(starts_at: datetime) -> str:
    return str(Period.of(starts_at.astimezone(SHANGHAI).date()))


@transaction.atomic
def plan_activity(
    *,
    community: Area,
    organizer: Organization,
    title: str,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    by: Actor,
    places: int | None = None,
    audience: str = Audience.COMMUNITY,
    helpers: Iterable[Organization] = (),
    **more: Any,
) -> Activity:
    """Draft an activity with those who hold it and, where there is a limit, its places."""
    if ends_at <= starts_at:
        raise EndsBeforeItStarts
    activity = Activity(
        community=community,
        organizer=organizer,
        title=title.strip(),
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        places=places,
        audience=audience,
        period=_period_of(starts_at),
        **more,
    )
    activity.freeze_areas(community)
    activity.full_clean(exclude=["leader"])
    activity.save()
    Host.objects.bulk_create(
        [
            Host(activity=activity, organization=organizer, role=HostRole.LEAD),
            *(
                Host(activity=activity, organization=each)
                for each in helpers
                if each.pk != organizer.pk
            ),
        ]
    )
    _make_seats(activity, 0, places or 0)
    record_event(EventKind.ACTIVITY_PLANNED, target=activity, by=by)
    return activity


def _make_seats(activity: Activity, start: int, end: int) -> None:
    Seat.objects.bulk_create(
        [Seat(activity=activity, number=number) for number in range(start + 1, end + 1)]
    )


@transaction.atomic
def change_activity(activity: Activity, *, by: Actor, **values: Any) -> Activity:
    """Change what is not held yet; places have their own door."""
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.state not in {ActivityState.DRAFT, ActivityState.PUBLISHED}:
        raise AlreadyDecided
    before = Activity.objects.get(pk=activity.pk)
    for name, value in values.items():
        setattr(activity, name, value)
    if activity.ends_at <= activity.starts_at:
        raise EndsBeforeItStarts
    activity.period = _period_of(activity.starts_at)
    activity.version += 1
    activity.full_clean(exclude=["leader"])
    activity.save()
    record_event(
        EventKind.ACTIVITY_CHANGED,
        target=activity,
        by=by,
        changes=differences(before, activity, tuple(values)),
    )
    return activity


@transaction.atomic
def change_places(activity: Activity, *, places: int | None, by: Actor) -> Activity:
    """Give more places, fewer, or no limit; nobody who has one loses it."""
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.state not in {ActivityState.DRAFT, ActivityState.PUBLISHED}:
        raise AlreadyDecided
    if places is None or activity.places is None:
        _change_limit(activity, places)
    elif places > activity.places:
        numbers = Seat.objects.filter(activity=activity).order_by("-number")
        last = numbers.values_list("number", flat=True).first() or 0
        _make_seats(activity, last, last + places - activity.places)
    else:
        surplus = list(
            Seat.objects.filter(activity=activity, sign_up=None)
            .order_by("-number")
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[: activity.places - places]
        )
        if len(surplus) < activity.places - places:
            raise PlacesAreTaken(taken=activity.places - len(surplus))
        Seat.objects.filter(pk__in=surplus).delete()
    before = activity.places
    activity.places = places
    activity.save(update_fields=["places"])
    record_event(
        EventKind.ACTIVITY_PLACES_CHANGED,
        target=activity,
        by=by,
        changes={"places": [before, places]},
    )
    fill_soon(activity)
    return activity


def _change_limit(activity: Activity, places: int | None) -> None:
    """Take the limit away, or set one where there was none: those signed up first have the places."""
    if places is None:
        Seat.objects.filter(activity=activity).delete()
        return
    signed = list(SignUp.objects.signed().filter(activity=activity).order_by("asked_at", "id"))
    if len(signed) > places:
        raise PlacesAreTaken(taken=len(signed))
    _make_seats(activity, 0, places)
    seats = list(Seat.objects.filter(activity=activity).order_by("number")[: len(signed)])
    for seat, sign_up in zip(seats, signed, strict=True):
        seat.sign_up = sign_up
    Seat.objects.bulk_update(seats, ["sign_up"])


@transaction.atomic
def publish_activity(activity: Activity, *, by: Actor) -> Activity:
    """Open the sign-up to the audience."""
    if not Activity.objects.filter(pk=activity.pk, state=ActivityState.DRAFT).update(
        state=ActivityState.PUBLISHED, published_at=now()
    ):
        raise AlreadyDecided
    activity.refresh_from_db()
    record_event(EventKind.ACTIVITY_PUBLISHED, target=activity, by=by)
    return activity


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: Actor) -> Activity:
    """Call it off; everybody who signed up or waits is told, with the reason."""
    if not Activity.objects.filter(
        pk=activity.pk, state__in=(ActivityState.DRAFT, ActivityState.PUBLISHED)
    ).update(state=ActivityState.CANCELLED, state_reason=reason):
        raise NotOpenForSignUp
    activity.refresh_from_db()
    record_event(EventKind.ACTIVITY_CANCELLED, target=activity, by=by, reason=reason)
    _tell(activity, _standing(activity), reason=reason, by=by)
    return activity


def _standing(activity: Activity) -> Sequence[SignUp]:
    rows = SignUp.objects.filter(activity=activity, state__in=STANDING)
    return list(rows.select_related("member__person"))


def _tell(activity: Activity, sign_ups: Sequence[SignUp], *, reason: str, by: Actor) -> None:
    if sign_ups:
        words = {
            "title": activity.title,
            "when": datetime_cn(activity.starts_at),
            "reason": reason,
        }
        notify(
            kind="activity.cancelled",
            subject=activity,
            recipients=[Recipient(person=each.member.person) for each in sign_ups],
            title=_("活动取消：%(title)s") % words,
            body=_("原定%(when)s的“%(title)s”取消。原因：%(reason)s") % words,
            by=by,
        )
