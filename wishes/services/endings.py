"""Claims that end because something else has ended: the wish, or that a member belongs here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from members.models import PartyMember
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import void
from units.queries import committee_of
from wishes.enums import ClaimState, EventKind, WishState
from wishes.models import Wish, WishClaim
from wishes.queries.wishes import DECIDE_DUTY, FULFIL_DUTY, standing_of

_ENDS = {
    ClaimState.PROPOSED: (ClaimState.DECLINED, EventKind.CLAIM_DECLINED, DECIDE_DUTY),
    ClaimState.ACCEPTED: (ClaimState.LEFT, EventKind.CLAIM_LEFT, FULFIL_DUTY),
}


def recipient_of(claim: WishClaim) -> Recipient:
    """Return who hears about a claim: the member, or the unit."""
    if claim.member is not None:
        return Recipient(person=claim.member.person)
    return Recipient(organization=claim.unit)


def end_claims(wish: Wish, *, reason: str, by: Actor, but: WishClaim | None = None) -> int:
    """End the standing claims of a wish and tell those who made them why; returns how many."""
    count = 0
    rows = standing_of(wish).select_for_update(of=("self",))
    for claim in rows.exclude(pk=but.pk) if but is not None else rows:
        _end(claim, reason=reason, by=by)
        notify(
            kind="wish_claim.ended",
            subject=claim,
            recipients=[recipient_of(claim)],
            title=_("微心愿认领答复：%(title)s") % {"title": wish.title},
            body=_("谢谢您愿意实现“%(title)s”。这次不用再办：%(reason)s。欢迎认领其他微心愿。")
            % {"title": wish.title, "reason": reason.rstrip("。")},
            path=claim.get_absolute_url(),
            by=by,
        )
        count += 1
    return count


def _end(claim: WishClaim, *, reason: str, by: Actor) -> None:
    state, kind, duty = _ENDS[ClaimState(claim.state)]
    WishClaim.objects.filter(pk=claim.pk, state=claim.state).update(
        state=state, ended_on=max(today(), claim.proposed_on), end_reason=reason.strip()
    )
    void(duty=duty, subject=claim, by=by, reason=reason)
    record_event(kind, target=claim, by=by, reason=reason, follows=True)


def end_claims_of(
    member: PartyMember, *, reason: str, by: Actor, community: Area | None = None
) -> int:
    """End what a member claimed where they are not reported in any more; the wish hangs out again."""
    rows = WishClaim.objects.standing().filter(member=member)
    if community is not None:
        rows = rows.filter(wish__community=community)
    # Wish before claim, as everywhere.
    wishes = {
        wish.pk: wish
        for wish in Wish.objects.filter(pk__in=rows.order_by().values("wish"))
        .select_for_update(of=("self",))
        .select_related("community")
        .order_by("pk")
    }
    count = 0
    for claim in rows.select_related("wish").select_for_update(of=("self",)).order_by("pk"):
        was = claim.state
        _end(claim, reason=reason, by=by)
        if was == ClaimState.ACCEPTED:
            open_again(wishes[claim.wish_id], claim, by=by)
        count += 1
    return count


def open_again(wish: Wish, claim: WishClaim, *, by: Actor) -> None:
    """Hang a wish out again that its claimer has given up, and tell the community."""
    Wish.objects.filter(pk=wish.pk, state=WishState.CLAIMED).update(state=WishState.OPEN)
    committee = committee_of(wish.community)
    if committee is None or by.organization_id == committee.pk:
        return
    notify(
        kind="wish_claim.left",
        subject=claim,
        recipients=[Recipient(organization=committee)],
        title=_("微心愿需要重新认领：%(title)s") % {"title": wish.title},
        body=_("认领人退出了“%(title)s”，已重新列为待认领，可再联系其他党员和单位。")
        % {"title": wish.title},
        path=wish.get_absolute_url(),
        by=by,
    )
