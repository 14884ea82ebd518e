"""What a unit must settle about its members before it is closed."""

from __future__ import annotations

from django.utils.translation import ngettext

from members.models import MemberPlace
from partybuild.organizations.models import Organization
from units.registry import blocks_ending


@blocks_ending
def members_on_roster(unit: Organization) -> list[str]:
    """A unit with people on its roster has to see them off first."""
    count = MemberPlace.objects.on_rosters().filter(unit=unit).count()
    if not count:
        return []
    return [
        ngettext(
            "花名册上还有%(count)d名党员，请先办理转出。",
            "花名册上还有%(count)d名党员，请先办理转出。",
            count,
        )
        % {"count": count}
    ]
