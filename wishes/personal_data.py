"""What wishes hold about people: who claimed them, and for how long it is known who made them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.people.retention import keeps_for
from partybuild.people.services.erasure import ERASED_NAME
from wishes.enums import ClaimState, WishState
from wishes.models import Wish, WishClaim, Wisher

_GONE = lazy("（已删除）")


@register
class WishClaims(PersonalData):
    """Wishes that somebody claimed."""

    key = "wishes.claim"
    order = 33
    title = lazy("认领的微心愿")
    purpose = lazy("组织党员按自愿认领居民微心愿")
    kept = lazy("作为服务档案保存；删除个人信息后不再显示姓名和本人写的内容")

    def copy(self, person: Person) -> list[Row]:
        """Each claim with what became of it."""
        rows = WishClaim.objects.filter(member__person=person).select_related("wish__community")
        return [
            {
                _("微心愿"): f"{each.wish.community.name}，{each.wish.title}",
                _("认领日期"): each.proposed_on.isoformat(),
                _("状态"): str(each.get_state_display()),
                _("打算怎样帮"): each.note,
                _("兑现日期"): each.fulfilled_on.isoformat() if each.fulfilled_on else "",
                _("兑现情况"): each.result,
                _("说明"): each.end_reason,
            }
            for each in rows.order_by("proposed_on", "pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """What waits or is in hand ends, and the wish hangs out again; what was done stays without a name."""
        day = today()
        claims = WishClaim.objects.filter(member__person=person)
        held = claims.accepted().order_by().values("wish")
        Wish.objects.filter(pk__in=held, state=WishState.CLAIMED).update(state=WishState.OPEN)
        for each in claims.standing():
            is_waiting = each.state == ClaimState.PROPOSED
            claims.filter(pk=each.pk).update(
                state=ClaimState.WITHDRAWN if is_waiting else ClaimState.LEFT,
                ended_on=max(day, each.proposed_on),
                end_reason=_GONE,
            )
        about = list(claims.values_list("uid", flat=True))
        Notice.objects.filter(subject_uid__in=about).update(title=_("（已删除）"), body="")
        claims.filter(state=ClaimState.FULFILLED).update(result=_GONE)
        claims.exclude(end_reason="").update(end_reason=_GONE)
        return claims.update(member_name=ERASED_NAME, unit_name="", note="")


@keeps_for("retention.wisher_days")
def forget_wishers(days: int, by: Actor) -> int:
    """Take away who made a wish that has been over for so long; that it came true stays."""
    before = today() - timedelta(days=days)
    rows = Wisher.objects.filter(erased_on=None, wish__ended_on__lt=before)
    return rows.update(
        name=b"", phone=b"", address=b"", circumstances=b"", verification=b"", erased_on=today()
    )
