"""What activities show on shared pages."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from activities.enums import ActivityState, SignUpState
from activities.models import Activity, SignUp
from activities.queries import places_taken
from partybuild.access import Actor, may
from partybuild.calendar import now
from partybuild.portal.panels import Hit, UpcomingLine, searched, upcoming


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
