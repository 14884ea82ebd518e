"""What wishes put into a member's own place: those to make come true, and how many wait for somebody."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.enums import Side
from members.mine import member_of
from members.models import MemberPlace
from partybuild.access import Actor
from partybuild.ui.mine import LINES, MySection, register
from wishes.models import Wish, WishClaim


@register
class MyWishes(MySection):
    """The wishes one has offered to make come true, and how many others are free."""

    key = "wishes"
    title = _("微心愿")
    order = 25
    template = "wishes/my/_wishes.html"

    def context(self, by: Actor) -> dict[str, Any] | None:
        """Return own standing claims and the number of free wishes where one reported in."""
        if member_of(by) is None:
            return None
        standing = WishClaim.objects.reached(by.scope, "wish.claim").standing()
        here = MemberPlace.objects.visible_to(by.scope).filter(side=Side.COMMUNITY)
        others = (
            Wish.objects.visible_to(by.scope)
            .opened()
            .filter(community__in=here.order_by().values("community"))
            .exclude(pk__in=standing.order_by().values("wish"))
        )
        claims = list(standing.select_related("wish").order_by("promised_on", "id")[:LINES])
        number = others.count()
        if not (claims or number):
            return None
        return {"claims": claims, "others": number}
