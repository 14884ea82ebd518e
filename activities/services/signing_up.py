"""Signing up: exactly as many as there are places, the others wait in their order."""

from __future__ import annotations

from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import Exists, Q, Subquery
from django.utils.translation import gettext as _

from activities.enums import STANDING, ActivityState, EventKind, SignUpState, Via
from activities.exceptions import (
    ActivityHasBegun,
    AlreadySignedUp,
    NotInTheAudience,
    NotOpenForSignUp,
    NotSignedUp,
    SignUpIsOver,
)
from activities.models import Activity, Seat, SignUp
from activities.queries.hosts import audience_words
from activities.queries.places import audience_places, left_the_audience
from members.models import MemberPlace, PartyMember
from partybuild.access import Actor
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.words import datetime_cn
from partybuild.notices.services import Recipient, notify


@transaction.atomic
def sign_up(activity: Activity, *, member: PartyMember, by: Actor, channel: str = "") -> SignUp:
    """Sign a member up: with a place while there is one and nobody waits, else at the end of the list."""
    place = place_in_audience(activity, member)
    row = SignUp(
        activity=activity,
        member=member,
        via=Via.PROXY if channel else Via.SELF,
        channel=channel,
        member_name=place.name,
        unit_id=place.unit_id,
        unit_name=place.unit_name,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadySignedUp from None
    if activity.places is not None and not _take_seat(activity.pk, row, behind_waiting=True):
        row.state = SignUpState.WAITING
        row.save(update_fields=["state"])
        # A place may have come free meanwhile, unseen from here.
        fill_soon(activity)
    record_event(
        EventKind.SIGNED_UP_BY_PROXY if channel else EventKind.SIGNED_UP,
        target=row,
        by=by,
        changes={"state": [None, str(row.state)]},
    )
    return row


def place_in_audience(activity: Activity, member: PartyMember) -> MemberPlace:
    """Return from where the member is one of the audience; refuses who is not, or is too late."""
    if activity.state != ActivityState.PUBLISHED:
        raise NotOpenForSignUp
    if now() > (activity.sign_up_until or activity.starts_at):
        raise SignUpIsOver
    rows = MemberPlace.objects.filter(audience_places(activity), member=member)
    place: MemberPlace | None = rows.order_by("side").first()
    if place is None:
        raise NotInTheAudience(audience=audience_words(activity))
    return place


def _take_seat(activity: int, row: SignUp, *, behind_waiting: bool = False) -> bool:
    """Claim one free place, whichever nobody else is just taking."""
    free = Seat.objects.filter(activity=activity, sign_up=None)
    if behind_waiting:
        free = free.exclude(
            Exists(SignUp.objects.filter(activity=activity, state=SignUpState.WAITING))
        )
    one = free.order_by("number").select_for_update(skip_locked=True).values("pk")[:1]
    # Equal to a subselect, not in one: it is computed, and locks, exactly once.
    return bool(Seat.objects.filter(pk=Subquery(one), sign_up=None).update(sign_up=row))


@transaction.atomic
def withdraw_sign_up(row: SignUp, *, by: Actor, reason: str = "", channel: str = "") -> SignUp:
    """Step back in one press; whoever leads the activity is told, the first who waits moves up.

    `channel` says how whoever enters it by proxy heard so.
    """
    activity = row.activity
    if now() > activity.starts_at:
        raise ActivityHasBegun
    before = row.state
    if not SignUp.objects.filter(pk=row.pk, state__in=STANDING).update(
        state=SignUpState.WITHDRAWN, reason=reason
    ):
        raise NotSignedUp
    freed = Seat.objects.filter(sign_up=row).update(sign_up=None)
    row.refresh_from_db()
    record_event(
        EventKind.SIGN_UP_WITHDRAWN,
        target=row,
        by=by,
        reason=said_how(activity, channel, reason),
        changes={"state": [before, str(row.state)]},
    )
    tell_leader(activity, row, reason=said_how(activity, channel, reason), by=by)
    if freed:
        fill_soon(activity)
    return row


def said_how(activity: Activity, channel: str, reason: str) -> str:
    """Return how something came that was entered by proxy, and why: 电话；孩子发烧."""
    how = channel_word(activity.community, channel)
    return "；".join(filter(None, (how, reason)))


def tell_leader(activity: Activity, row: SignUp, *, reason: str, by: Actor) -> None:
    """Tell who leads it, else its organizer, that somebody does not come, and what they said of it."""
    to = Recipient(person=activity.leader) if activity.leader else Recipient(activity.organizer)
    words = {
        "title": activity.title,
        "when": datetime_cn(activity.starts_at),
        "name": row.member_name,
        "why": _("原因：%s。") % reason.rstrip("。") if reason else "",
    }
    notify(
        kind="activity.withdrawn",
        subject=row,
        recipients=[to],
        title=_("有人不能参加：%(title)s") % words,
        body=_("%(name)s不能参加%(when)s的“%(title)s”。%(why)s") % words,
        by=by,
        path=activity.get_absolute_url(),
    )


@transaction.atomic
def _release(row: SignUp, *, by: Actor) -> None:
    """Take back the place of a member for whom the activity no longer is, and say so to them."""
    withdraw_sign_up(row, by=by, reason=_("已不在参加对象范围"))
    words = {"title": row.activity.title, "when": datetime_cn(row.activity.starts_at)}
    notify(
        kind="activity.released",
        subject=row,
        recipients=[Recipient(person=row.member.person)],
        title=_("报名已退出：%(title)s") % words,
        body=_(
            "您的报到社区、工作单位或活动的协办有变动，您已不在%(when)s的“%(title)s”参加对象范围，"
            "报名随之退出。仍想参加的，请与社区联系。"
        )
        % words,
        by=by,
    )


def fill_soon(activity: Activity) -> None:
    """Give free places to those who wait once this transaction stands.

    In a transaction of its own: only then does it see what others did at the same time.
    """
    key = activity.pk

    def fill() -> None:
        fill_places(key, by=Actor.system("fill_places"))

    transaction.on_commit(fill, robust=True)


def fill_places(activity: int, *, by: Actor) -> int:
    """Give each free place to who has waited longest; returns how many moved up."""
    count = 0
    while _is_to_fill(activity) and _move_one_up(activity, by=by):
        count += 1
    return count


def _is_to_fill(activity: int) -> bool:
    """Ask without locking: most of the time there is nothing to do."""
    free = Seat.objects.filter(activity=activity, sign_up=None)
    waiting = SignUp.objects.waiting().filter(activity=activity)
    rows = Activity.objects.filter(pk=activity, state=ActivityState.PUBLISHED)
    return rows.filter(Q(Exists(free)) | Q(places=None), Exists(waiting)).exists()


@transaction.atomic
def _move_one_up(activity: int, *, by: Actor) -> bool:
    waiting = SignUp.objects.waiting().filter(activity=activity)
    # Whoever is just withdrawing is passed over.
    row: SignUp | None = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return False
    is_limited = Activity.objects.filter(pk=activity, places__isnull=False).exists()
    if is_limited and not _take_seat(activity, row):
        return False
    row.state = SignUpState.SIGNED
    row.save(update_fields=["state"])
    record_event(
        EventKind.MOVED_UP, target=row, by=by, changes={"state": ["waiting", str(row.state)]}
    )
    words = {"title": row.activity.title, "when": datetime_cn(row.activity.starts_at)}
    notify(
        kind="activity.moved_up",
        subject=row,
        recipients=[Recipient(person=row.member.person)],
        title=_("您已补上名额：%(title)s") % words,
        body=_(
            "%(when)s的“%(title)s”有了空名额，您已由候补转为报名。不能参加的，请在活动开始前退出。"
        )
        % words,
        by=by,
        path=row.activity.get_absolute_url(),
    )
    return True


def sweep_places(*, by: Actor) -> int:
    """Free the places of who has moved on; fill those of every activity where somebody waits."""
    for row in left_the_audience().select_related("activity", "member__person"):
        with suppress(NotSignedUp, ActivityHasBegun):
            _release(row, by=by)
    waiting = SignUp.objects.filter(state=SignUpState.WAITING, activity__state="published")
    found = waiting.order_by().values_list("activity", flat=True).distinct()
    return sum(fill_places(activity, by=by) for activity in found)
