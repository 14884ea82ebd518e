"""Claims of wishes: proposed by a member or a unit, decided by the community, fulfilled or given up."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import MemberState
from members.exceptions import MemberHasEnded
from members.models import PartyMember
from members.queries.posts import place_in
from partybuild.access import Actor
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.calendar.words import date_cn
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import change_due, owe, pay, reopen, void
from partybuild.organizations.models import Organization
from units.queries import committee_of
from wishes.enums import ClaimState, EventKind, WishState
from wishes.exceptions import (
    AlreadyClaimed,
    ClaimAlreadyDecided,
    ClaimerNotHere,
    DecidesOnOneself,
    FulfilledBeforeClaimed,
    FulfilledInFuture,
    LeavingNeedsReason,
    PromisedInPast,
    WishNotOpen,
)
from wishes.models import Wish, WishClaim
from wishes.queries.wishes import (
    DECIDE_DUTY,
    FULFIL_DUTY,
    decide_debt,
    fulfil_debt,
    promise_of,
    revisit_debt,
    unit_belongs,
)
from wishes.services.endings import end_claims, open_again, recipient_of
from wishes.services.wishes import locked_wish, refuse_telling


@transaction.atomic
def propose_claim(
    wish: Wish,
    *,
    by: Actor,
    member: PartyMember | None = None,
    unit: Organization | None = None,
    promised_on: date | None = None,
    note: str = "",
    channel: str = "",
) -> WishClaim:
    """A member, or else a unit, offers to fulfil a wish; `channel` says how the community heard it."""
    # The wish first: it may be taken or withdrawn while this one waits.
    wish = locked_wish(wish)
    if wish.state != WishState.OPEN:
        raise WishNotOpen
    if promised_on is not None and promised_on < today():
        raise PromisedInPast
    claim = WishClaim(
        wish=wish,
        proposed_on=today(),
        promised_on=promised_on or promise_of(wish.community),
        channel=channel,
        note=note.strip(),
    )
    if member is not None:
        _of_member(claim, member)
    elif unit is not None:
        _of_unit(claim, unit)
    else:
        raise TypeError("a member or a unit")
    claim.freeze_areas(wish.community)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as clash:
        raise AlreadyClaimed from clash
    how = channel_word(wish.community, channel)
    record_event(EventKind.CLAIM_PROPOSED, target=claim, by=by, reason=how)
    if debt := decide_debt(claim):
        owe([debt], by=by)
        _tell_community(
            claim,
            kind="wish_claim.proposed",
            title=_("有人认领微心愿：%(title)s"),
            body=_("%(claimer)s认领了“%(title)s”，请确定或说明原因婉拒。"),
            by=by,
        )
    return claim


def _of_member(claim: WishClaim, member: PartyMember) -> None:
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    place = place_in(claim.wish.community, member)
    if place is None:
        raise ClaimerNotHere
    claim.member, claim.member_name = member, place.name
    claim.unit_id, claim.unit_name = place.unit_id, place.unit_name


def _of_unit(claim: WishClaim, unit: Organization) -> None:
    if unit.valid_to is not None or not unit_belongs(claim.wish.community, unit):
        raise ClaimerNotHere
    claim.unit, claim.unit_name = unit, unit.called


def _tell_community(
    claim: WishClaim, *, kind: str, title: str, body: str, by: Actor, again: int = 0
) -> None:
    committee = committee_of(claim.wish.community)
    if committee is None or by.organization_id == committee.pk:
        return
    words = {"claimer": claim.claimer, "title": claim.wish.title}
    notify(
        kind=kind,
        subject=claim,
        recipients=[Recipient(organization=committee)],
        title=title % words,
        body=body % words,
        path=claim.get_absolute_url(),
        round=again,
        by=by,
    )


def _reread(claim: WishClaim) -> WishClaim:
    row: WishClaim = WishClaim.objects.select_related(
        "wish__community__parent", "member__person", "unit"
    ).get(pk=claim.pk)
    return row


def _refuse_own(claim: WishClaim, by: Actor) -> None:
    if (
        by.person_id is not None
        and claim.member is not None
        and claim.member.person_id == by.person_id
    ):
        raise DecidesOnOneself


def _answered(claim: WishClaim, *, by: Actor) -> None:
    committee = committee_of(claim.wish.community)
    if committee is not None:
        pay(duty=DECIDE_DUTY, bearer=committee, subject=claim, paid_with=claim, by=by)


@transaction.atomic
def accept_claim(claim: WishClaim, *, by: Actor) -> WishClaim:
    """The community hands a wish to one claimer; the others who offered are thanked."""
    _refuse_own(claim, by)
    # Of two accepting at once for one wish, the second finds it taken.
    wish = locked_wish(claim.wish)
    claim = _reread(claim)
    if claim.state != ClaimState.PROPOSED:
        raise ClaimAlreadyDecided
    if wish.state != WishState.OPEN:
        raise WishNotOpen
    day = max(today(), claim.proposed_on)
    promised_on = max(claim.promised_on, day)
    WishClaim.objects.filter(pk=claim.pk).update(
        state=ClaimState.ACCEPTED, decided_on=day, decided_by=by.post, promised_on=promised_on
    )
    Wish.objects.filter(pk=wish.pk).update(state=WishState.CLAIMED)
    claim = _reread(claim)
    record_event(EventKind.CLAIM_ACCEPTED, target=claim, by=by)
    _answered(claim, by=by)
    if debt := fulfil_debt(claim):
        owe([debt], by=by)
    notify(
        kind="wish_claim.accepted",
        subject=claim,
        recipients=[recipient_of(claim)],
        title=_("认领成功：%(title)s") % {"title": wish.title},
        body=_(
            "%(community)s请您实现“%(title)s”，请在%(day)s前兑现。怎样送到、什么时候方便，请先联系%(contact)s，电话%(phone)s。"
        )
        % {
            "community": wish.community.name,
            "title": wish.title,
            "day": date_cn(promised_on),
            "contact": wish.contact,
            "phone": wish.contact_phone,
        },
        path=claim.get_absolute_url(),
        by=by,
    )
    end_claims(wish, reason=_("已由其他认领人承担"), by=by, but=claim)
    return claim


@transaction.atomic
def decline_claim(claim: WishClaim, *, reason: str, by: Actor) -> WishClaim:
    """The community cannot take an offer this time, says why, and thanks."""
    _refuse_own(claim, by)
    wish = locked_wish(claim.wish)
    claim = _reread(claim)
    if claim.state != ClaimState.PROPOSED:
        raise ClaimAlreadyDecided
    refuse_telling(wish, "reason", reason)
    day = max(today(), claim.proposed_on)
    WishClaim.objects.filter(pk=claim.pk).update(
        state=ClaimState.DECLINED,
        decided_on=day,
        decided_by=by.post,
        ended_on=day,
        end_reason=reason.strip(),
    )
    claim = _reread(claim)
    record_event(EventKind.CLAIM_DECLINED, target=claim, by=by, reason=reason)
    _answered(claim, by=by)
    notify(
        kind="wish_claim.declined",
        subject=claim,
        recipients=[recipient_of(claim)],
        title=_("微心愿认领答复：%(title)s") % {"title": claim.wish.title},
        body=_("谢谢您愿意实现“%(title)s”。这次没有安排：%(reason)s。欢迎认领其他微心愿。")
        % {"title": claim.wish.title, "reason": reason.rstrip("。")},
        path=claim.get_absolute_url(),
        by=by,
    )
    return claim


@transaction.atomic
def leave_claim(claim: WishClaim, *, by: Actor, reason: str = "", channel: str = "") -> WishClaim:
    """A claimer steps back: an offer that waits is taken back, a wish in hand hangs out again.

    `channel` says how the community heard so where it enters it by proxy.
    """
    wish = locked_wish(claim.wish)
    claim = _reread(claim)
    ends: dict[str, tuple[ClaimState, EventKind, str]] = {
        ClaimState.PROPOSED: (ClaimState.WITHDRAWN, EventKind.CLAIM_WITHDRAWN, DECIDE_DUTY),
        ClaimState.ACCEPTED: (ClaimState.LEFT, EventKind.CLAIM_LEFT, FULFIL_DUTY),
    }
    if claim.state not in ends:
        raise ClaimAlreadyDecided
    was = claim.state
    if was == ClaimState.ACCEPTED and not reason.strip():
        raise LeavingNeedsReason
    state, kind, duty = ends[was]
    WishClaim.objects.filter(pk=claim.pk).update(
        state=state, ended_on=max(today(), claim.proposed_on), end_reason=reason.strip()
    )
    void(duty=duty, subject=claim, by=by, reason=reason)
    how = channel_word(wish.community, channel)
    record_event(kind, target=claim, by=by, reason="；".join(filter(None, (how, reason))))
    if was == ClaimState.ACCEPTED:
        open_again(wish, claim, by=by)
    return _reread(claim)


@transaction.atomic
def fulfil_claim(
    claim: WishClaim, *, fulfilled_on: date, result: str, by: Actor, channel: str = ""
) -> WishClaim:
    """A claimer has made a wish come true and says how; the community asks the wisher next."""
    wish = locked_wish(claim.wish)
    claim = _reread(claim)
    if claim.state != ClaimState.ACCEPTED:
        raise ClaimAlreadyDecided
    if fulfilled_on > today():
        raise FulfilledInFuture
    if fulfilled_on < claim.proposed_on:
        raise FulfilledBeforeClaimed(claim.proposed_on)
    WishClaim.objects.filter(pk=claim.pk).update(
        state=ClaimState.FULFILLED, fulfilled_on=fulfilled_on, result=result.strip()
    )
    Wish.objects.filter(pk=wish.pk).update(state=WishState.FULFILLED)
    claim = _reread(claim)
    how = channel_word(wish.community, channel)
    record_event(EventKind.CLAIM_FULFILLED, target=claim, by=by, reason=how)
    bearer = claim.member.person if claim.member is not None else claim.unit
    assert bearer is not None
    pay(duty=FULFIL_DUTY, bearer=bearer, subject=claim, paid_with=claim, by=by, on=fulfilled_on)
    owe_again(revisit_debt(claim.wish), by=by)
    _tell_community(
        claim,
        kind="wish_claim.fulfilled",
        title=_("微心愿已兑现：%(title)s"),
        body=_("%(claimer)s已兑现“%(title)s”，请回访许愿人是否满意。"),
        again=claim.revisits.count(),
        by=by,
    )
    return claim


def owe_again(debt: Debt | None, *, by: Actor) -> None:
    """Write a debt, or open it again where it was paid in an earlier round."""
    if debt is None or owe([debt], by=by):
        return
    bearer = debt.bearer_organization or debt.bearer_person
    keys = {"duty": debt.duty, "subject": debt.subject, "bearer": bearer}
    again = reopen(keys, reason=_("回访不满意，继续办理"), by=by)
    if again is not None and debt.subject is not None:
        change_due(duty=debt.duty, subject=debt.subject, due_on=debt.due_on, by=by)
