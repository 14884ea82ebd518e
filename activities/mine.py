"""What activities put into a member's own place: those signed up for, and those still open."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.enums import STANDING, ActivityState
from activities.models import Activity, SignUp
from partybuild.access import Actor
from partybuild.calendar import now
from partybuild.ui.mine import LINES, MySection, register


@register
class MyActivities(MySection):
    """The activities one goes to, and how many one may still join."""

    key = "activities"
    title = _("我的活动")
    order = 30
    template = "activities/my/_activities.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return the sign-ups that still lie ahead and the activities that take more."""
        if by.scope.column != "member":
            return None
        moment = now()
        own = SignUp.objects.reached(by.scope, "activity.sign_up").filter(state__in=STANDING)
        ahead = own.filter(
            activity__state=ActivityState.PUBLISHED, activity__ends_at__gte=moment
        ).select_related("activity")
        still = Q(sign_up_until=None, starts_at__gte=moment) | Q(sign_up_until__gte=moment)
        others = (
            Activity.objects.visible_to(by.scope)
            .filter(still, state=ActivityState.PUBLISHED)
            .exclude(pk__in=own.order_by().values("activity"))
        )
        return {
            "signed": ahead.order_by("activity__starts_at", "pk")[:LINES],
            "others": others.count(),
        }
