"""What stands on the papers about wishes."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from partybuild.areas.models import Area
from partybuild.calendar import today
from wishes.enums import HOLDING, WishState
from wishes.models import Wish, WishClaim, WishRevisit


def open_wishes(community: Area) -> QuerySet[Wish]:
    """Return the wishes of a community that may be claimed today, the newest first."""
    rows: QuerySet[Wish] = Wish.objects.opened().filter(community=community)
    return rows.order_by("-published_on", "-id")


def ledger_wishes(community: Area) -> QuerySet[Wish]:
    """Return what a year's ledger holds: heard this year, or not over when it began."""
    first = today().replace(month=1, day=1)
    rows: QuerySet[Wish] = (
        Wish.objects.filter(Q(ended_on=None) | Q(ended_on__gte=first), community=community)
        .exclude(state=WishState.DECLINED)
        .prefetch_related(
            Prefetch("claims", WishClaim.objects.filter(state__in=HOLDING), "held"),
            Prefetch("revisits", WishRevisit.objects.order_by("visited_on", "id"), "visits"),
        )
    )
    return rows.order_by("heard_on", "id")
