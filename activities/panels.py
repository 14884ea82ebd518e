"""What activities show on shared pages."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from activities.enums import ActivityState, SignUpState
from activities.models import Activity, SignUp
from activities.queries import places_taken
from partybuild.access import Actor, may
from partybuild.calendar import now
from partybuild.portal.panels import (
    Hit,
    UpcomingLine,
    WaitingLine,
    searched,
    upcoming,
    waiting,
)


@upcoming
def next_activities(actor: Actor) -> list[UpcomingLine]:
    """A member sees what they signed up for, a body what it holds."""
    if not may(actor, "activity.view"):
        return []
    rows = Activity.objects.visible_to(actor.scope).filter(
        state=ActivityState.PUBLISHED, ends_at__gte=now()
    )
    if actor.organization_id is not None:
        rows = rows.filter(hosts__organization=actor.organization_id)
    else:
        own = SignUp.objects.reached(actor.scope, "activity.sign_up").filter(
            state=SignUpState.SIGNED
        )
        rows = rows.filter(pk__in=own.order_by().values("activity"))
    found = list(rows.order_by("starts_at", "id")[:5])
    taken = places_taken(found)
    lines = []
    for activity in found:
        figures = taken.get(activity.pk)
        detail = activity.place
        if actor.organization_id is not None:
            signed = figures.signed if figures else 0
            detail = _("%(place)s，已报%(signed)d人") % {"place": detail, "signed": signed}
        lines.append(
            UpcomingLine(
                when=activity.starts_at,
                title=activity.title,
                url=activity.get_absolute_url(),
                detail=detail,
            )
        )
    return lines


# How long what was held and not closed stays on the list.
_REMEMBERED = timedelta(days=60)


@waiting
def activities_to_settle(actor: Actor) -> list[WaitingLine]:
    """A community sees drafts to publish, units' and its own, and what is over and not closed."""
    if not actor.scope.is_area:
        return _drafts_of_unit(actor)
    if not may(actor, "activity.change"):
        return []
    moment = now()
    drafts = Q(state=ActivityState.DRAFT, submitted_at__isnull=False)
    if may(actor, "activity.publish"):
        # What a colleague has drafted and may not publish would wait unseen.
        drafts |= Q(
            state=ActivityState.DRAFT,
            organizer=actor.organization_id,
            ends_at__gt=moment - _REMEMBERED,
        )
    over = Q(state=ActivityState.PUBLISHED, ends_at__lt=moment, ends_at__gt=moment - _REMEMBERED)
    own = Activity.objects.reached(actor.scope, "activity.change")
    rows = own.filter(drafts | over, community=actor.scope.area_id)
    return [
        WaitingLine(
            title=_settled_by(each) % {"title": each.title},
            url=each.get_absolute_url(),
            action=_("核对") if each.state == ActivityState.DRAFT else _("登记"),
            detail=each.place,
        )
        for each in rows.order_by("starts_at", "id")[:5]
    ]


def _drafts_of_unit(actor: Actor) -> list[WaitingLine]:
    """A unit sees what the community gave back, and what it has not sent there yet."""
    if actor.organization_id is None or not may(actor, "activity.draft_unit"):
        return []
    rows = Activity.objects.reached(actor.scope, "activity.draft_unit").filter(
        state=ActivityState.DRAFT,
        organizer=actor.organization_id,
        submitted_at=None,
        ends_at__gt=now(),
    )
    return [
        WaitingLine(
            title=_("社区退回修改活动：%(title)s") % {"title": each.title}
            if each.return_reason
            else _("活动草稿还没有提请发布：%(title)s") % {"title": each.title},
            url=each.get_absolute_url(),
            action=_("修改") if each.return_reason else _("核对"),
            detail=each.return_reason or each.place,
        )
        for each in rows.order_by("starts_at", "id")[:5]
    ]


def _settled_by(activity: Activity) -> str:
    if activity.state != ActivityState.DRAFT:
        return _("活动结束了，请登记到场情况和数字：%(title)s")
    if activity.submitted_at:
        return _("单位提请发布活动：%(title)s")
    return _("活动草稿等待发布：%(title)s")


@searched(lazy("活动"))
def activities_by_name(actor: Actor, words: str, most: int) -> list[Hit]:
    """Find activities by a part of their name."""
    if not may(actor, "activity.view"):
        return []
    rows = Activity.objects.visible_to(actor.scope).filter(title__icontains=words)
    return [
        Hit(title=each.title, url=each.get_absolute_url(), detail=each.community.name)
        for each in rows.select_related("community").order_by("-starts_at")[:most]
    ]
