"""What a unit must settle about wishes before it is closed."""

from __future__ import annotations

from django.utils.translation import ngettext

from partybuild.organizations.models import Organization
from units.registry import blocks_ending
from wishes.models import WishClaim


@blocks_ending
def wishes_in_hand(unit: Organization) -> list[str]:
    """A unit fulfils what it promised, or steps back, before it is closed."""
    count = WishClaim.objects.standing().filter(unit=unit, member=None).count()
    if not count:
        return []
    return [
        ngettext(
            "还有%(count)d条认领的微心愿没有兑现，请先兑现或退出。",
            "还有%(count)d条认领的微心愿没有兑现，请先兑现或退出。",
            count,
        )
        % {"count": count}
    ]
