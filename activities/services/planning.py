"""Planning, publishing and cancelling activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from activities.enums import STANDING, ActivityState, Audience, EventKind, HostRole
from activities.exceptions import (
    AlreadyDecided,
    CorrectionNeedsAReason,
    EndsBeforeItStarts,
    HelperHasGiven,
    NothingChanged,
    NotOpenForSignUp,
    NotTheUnitsDraft,
    PeopleHaveCome,
    PlacesAreTaken,
)
from activities.models import Activity, Attendance, Contribution, Host, Seat, SignUp
from activities.services.signing_up import fill_soon
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import SHANGHAI, Period, now
from partybuild.calendar.words import datetime_cn
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization
from units.queries.bodies import committee_of

_WHERE_AND_WHEN = ("starts_at", "ends_at", "place")
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
    if activity.is_open and any(
        getattr(before, name) != getattr(activity, name) for name in _WHERE_AND_WHEN
    ):
        _tell_of_change(activity, by=by)
    return activity


def _tell_of_change(activity: Activity, *, by: Actor) -> None:
    """Whoever signed up or waits learns the new time and place, and is reminded of these."""
    Activity.objects.filter(pk=activity.pk).update(reminded_at=None)
    words = {
        "title": activity.title,
        "when": datetime_cn(activity.starts_at),
        "place": f"{activity.community.name} {activity.place}",
    }
    notify(
        kind="activity.changed",
        subject=activity,
        recipients=[Recipient(person=each.member.person) for each in _standing(activity)],
        round=activity.version,
        title=_("活动安排有变：%(title)s") % words,
        body=_("“%(title)s”改在%(when)s，地点：%(place)s。来不了的，请在活动开始前退出。") % words,
        path=activity.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def change_helpers(
    activity: Activity, *, helpers: Iterable[Organization], by: Actor, reason: str = ""
) -> Activity:
    """Say anew which bodies help the organizer; once published it takes a reason, and each one concerned is told."""
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state == ActivityState.CANCELLED:
        raise AlreadyDecided
    is_draft = activity.state == ActivityState.DRAFT
    if not is_draft and not reason:
        raise CorrectionNeedsAReason
    before = {
        row.organization_id: row.organization
        for row in Host.objects.filter(activity=activity, role=HostRole.HELPER)
        .select_related("organization")
        .order_by("pk")
    }
    after = {each.pk: each for each in helpers if each.pk != activity.organizer_id}
    added = [each for pk, each in after.items() if pk not in before]
    removed = [each for pk, each in before.items() if pk not in after]
    if not added and not removed:
        raise NothingChanged
    rows = Contribution.objects.filter(activity=activity, organization__in=removed).current()
    if given := set(rows.order_by().values_list("organization", flat=True)):
        raise HelperHasGiven(names=_called(each for each in removed if each.pk in given))
    Host.objects.filter(activity=activity, role=HostRole.HELPER, organization__in=removed).delete()
    Host.objects.bulk_create([Host(activity=activity, organization=each) for each in added])
    Activity.objects.filter(pk=activity.pk).update(version=F("version") + 1)
    activity.refresh_from_db()
    parts = [
        _("增加：%s") % _called(added) if added else "",
        _("移出：%s") % _called(removed) if removed else "",
        reason,
    ]
    record_event(
        EventKind.ACTIVITY_HELPERS_CHANGED,
        target=activity,
        by=by,
        reason="；".join(filter(None, parts)),
        changes={
            "helpers": [
                [str(each.uid) for each in rows] for rows in (before.values(), after.values())
            ]
        },
    )
    if not is_draft:
        _tell_helpers(activity, added, reason=reason, by=by)
        _tell_former_helpers(activity, removed, reason=reason, by=by)
    return activity


def _called(bodies: Iterable[Organization]) -> str:
    return "、".join(each.called for each in bodies)


def _words_of(activity: Activity, reason: str) -> dict[str, str]:
    return {
        "title": activity.title,
        "lead": activity.organizer.called,
        "when": datetime_cn(activity.starts_at),
        "place": activity.where,
        "why": _("原因：%s。") % reason.rstrip("。") if reason else "",
    }


def _tell_helpers(
    activity: Activity, bodies: Sequence[Organization], *, by: Actor, reason: str = ""
) -> None:
    """Whom the organizer counts on learns it, and where their part is written down."""
    words = _words_of(activity, reason)
    notify(
        kind="activity.helping",
        subject=activity,
        recipients=[Recipient(each) for each in bodies if each.pk != by.organization_id],
        round=activity.version,
        title=_("请协办活动：%(title)s") % words,
        body=_(
            "%(lead)s主办的“%(title)s”由您单位协办，时间：%(when)s，地点：%(place)s。%(why)s"
            "投入的人力、物资在活动页面登记；不能协办的，请联系主办单位。"
        )
        % words,
        path=activity.get_absolute_url(),
        by=by,
    )


def _tell_former_helpers(
    activity: Activity, bodies: Sequence[Organization], *, by: Actor, reason: str
) -> None:
    notify(
        kind="activity.not_helping",
        subject=activity,
        recipients=[Recipient(each) for each in bodies if each.pk != by.organization_id],
        round=activity.version,
        title=_("不再协办活动：%(title)s") % _words_of(activity, reason),
        body=_("%(lead)s主办的“%(title)s”（%(when)s）不再由您单位协办。%(why)s")
        % _words_of(activity, reason),
        by=by,
    )


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
def submit_activity(activity: Activity, *, by: Actor) -> Activity:
    """Send a unit's own draft to the community, which publishes it or says what is missing."""
    committee = committee_of(activity.community)
    if committee is None or committee.pk == activity.organizer_id:
        raise NotTheUnitsDraft
    if not Activity.objects.filter(
        pk=activity.pk, state=ActivityState.DRAFT, submitted_at=None
    ).update(submitted_at=now(), return_reason="", version=F("version") + 1):
        raise NotTheUnitsDraft
    activity.refresh_from_db()
    record_event(EventKind.ACTIVITY_SUBMITTED, target=activity, by=by)
    words = {
        "title": activity.title,
        "unit": activity.organizer.called,
        "when": datetime_cn(activity.starts_at),
    }
    notify(
        kind="activity.submitted",
        subject=activity,
        recipients=[Recipient(committee)],
        round=activity.version,
        title=_("单位提请发布活动：%(title)s") % words,
        body=_("%(unit)s起草了%(when)s的“%(title)s”，请核对后发布，或退回并写明要改什么。") % words,
        path=activity.get_absolute_url(),
        by=by,
    )
    return activity


@transaction.atomic
def return_activity(activity: Activity, *, reason: str, by: Actor) -> Activity:
    """Give a unit's draft back with what to change; it stays the unit's."""
    if not Activity.objects.filter(
        pk=activity.pk, state=ActivityState.DRAFT, submitted_at__isnull=False
    ).update(submitted_at=None, return_reason=reason, version=F("version") + 1):
        raise AlreadyDecided
    activity.refresh_from_db()
    record_event(EventKind.ACTIVITY_RETURNED, target=activity, by=by, reason=reason)
    words = {"title": activity.title, "reason": reason}
    notify(
        kind="activity.returned",
        subject=activity,
        recipients=[Recipient(activity.organizer)],
        round=activity.version,
        title=_("活动退回修改：%(title)s") % words,
        body=_("社区请您修改“%(title)s”：%(reason)s。改好后再提请发布。") % words,
        path=activity.get_absolute_url(),
        by=by,
    )
    return activity


@transaction.atomic
def publish_activity(activity: Activity, *, by: Actor) -> Activity:
    """Open the sign-up to the audience."""
    if not Activity.objects.filter(pk=activity.pk, state=ActivityState.DRAFT).update(
        state=ActivityState.PUBLISHED, published_at=now()
    ):
        raise AlreadyDecided
    activity.refresh_from_db()
    record_event(EventKind.ACTIVITY_PUBLISHED, target=activity, by=by)
    rows = activity.hosts.filter(role=HostRole.HELPER).select_related("organization")
    _tell_helpers(activity, [row.organization for row in rows.order_by("pk")], by=by)
    return activity


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: Actor) -> Activity:
    """Call it off; everybody who signed up or waits is told, with the reason.

    What people came to was held: it says so with its reason, and its figures stand.
    """
    # Whoever is just checking in holds the row's key: the one who comes second sees the other.
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if came := Attendance.objects.filter(activity=activity).came().count():
        raise PeopleHaveCome(came=came)
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
            path=activity.get_absolute_url(),
        )
