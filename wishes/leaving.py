"""What becomes of a member's wishes in hand when they leave a community or are merged."""

from __future__ import annotations

from members.models import PartyMember
from members.registry import on_leaving, on_merging
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.calendar import today
from wishes.enums import ClaimState
from wishes.models import WishClaim
from wishes.services.endings import end_claims_of


@on_leaving
def wishes_in_hand(
    member: PartyMember, *, reason: str, by: Actor, community: Area | None = None
) -> int:
    """End claims that wait or are not fulfilled; the wishes hang out again."""
    return end_claims_of(member, reason=reason, by=by, community=community)


@on_merging("wishes")
def wishes_of_both(winner: PartyMember, loser: PartyMember) -> int:
    """Move the claims; where both rows offered to fulfil one wish, the loser's offer ends."""
    claims = WishClaim.objects.filter(member=loser)
    own = WishClaim.objects.filter(member=winner).standing().order_by().values("wish")
    claims.proposed().filter(wish__in=own).update(state=ClaimState.WITHDRAWN, ended_on=today())
    # A wish in hand is in one hand: the winner's waiting offer for it has been declined then.
    return claims.update(member=winner)
