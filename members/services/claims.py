"""Claims of posts: proposed by the member, decided by the community, served, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import ClaimState, EventKind, MemberState, PostState, ServiceState
from members.exceptions import (
    AlreadyClaimed,
    ClaimAlreadyDecided,
    ClaimerNotReportedIn,
    DecidesOnOneself,
    MemberHasEnded,
    NothingServedYet,
    PostIsFull,
    PostIsOver,
    PostNotOpen,
    TooManyClaims,
)
from members.models import PartyMember, Pledge, PostClaim, ServicePost, ServiceRecord
from members.queries.posts import (
    DECIDE_DUTY,
    PLEDGE_DUTY,
    decide_debt,
    place_in,
    pledge_debt,
    standing_count,
)
from members.services.claim_evaluations import settle_evaluation
from members.services.posts import locked_post
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import channel_word, parameter
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import owe, pay, void
from units.queries import committee_of


def _locked_member(member: PartyMember) -> PartyMember:
    # One member's claims are counted one at a time, whichever posts they are for.
    return PartyMember.objects.select_for_update(of=("self",)).get(pk=member.pk)


@transaction.atomic
def propose_claim(
    post: ServicePost,
    *,
    member: PartyMember,
    by: Actor,
    note: str = "",
    channel: str = "",
    on: date | None = None,
) -> PostClaim:
    """A member proposes themselves for a post; `channel` says how the community heard it."""
    # The post first, then the member, as everywhere: it may be closed or filled while this one waits.
    post = locked_post(post)
    member = _locked_member(member)
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    if post.state != PostState.OPEN:
        raise PostNotOpen
    if post.ends_on is not None and post.ends_on < today():
        raise PostIsOver
    place = place_in(post.community, member)
    if place is None:
        raise ClaimerNotReportedIn
    if PostClaim.objects.holding().filter(post=post).count() >= post.wanted:
        raise PostIsFull
    most = parameter(post.community, "claim.max_per_member")
    if standing_count(member) >= most:
        if PostClaim.objects.standing().filter(post=post, member=member).exists():
            raise AlreadyClaimed
        raise TooManyClaims(most)
    claim = PostClaim(
        post=post,
        member=member,
        proposed_on=on or today(),
        channel=channel,
        note=note.strip(),
        member_name=place.name,
        unit_id=place.unit_id,
        unit_name=place.unit_name,
    )
    claim.freeze_areas(post.community)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as clash:
        raise AlreadyClaimed from clash
    record_event(
        EventKind.CLAIM_PROPOSED,
        target=claim,
        by=by,
        reason=channel_word(post.community, channel),
    )
    if debt := decide_debt(claim):
        owe([debt], by=by)
        notify(
            kind="claim.proposed",
            subject=claim,
            recipients=[Recipient(organization=debt.bearer_organization)],
            title=_("有党员认领岗位：%(title)s") % {"title": post.title},
            body=_("%(name)s（%(unit)s）认领了“%(title)s”，请确定或说明原因婉拒。")
            % {"name": claim.member_name, "unit": claim.unit_name or "—", "title": post.title},
            path=claim.get_absolute_url(),
            by=by,
        )
    return claim


def _refuse_own(claim: PostClaim, by: Actor) -> None:
    if by.person_id is not None and claim.member.person_id == by.person_id:
        raise DecidesOnOneself


def _free_place(post: ServicePost) -> int:
    """Return the lowest place that nobody holds; PostIsFull where all are taken."""
    taken = set(
        PostClaim.objects.holding().filter(post=post).values_list("place_number", flat=True)
    )
    for number in range(1, post.wanted + 1):
        if number not in taken:
            return number
    raise PostIsFull


@transaction.atomic
def accept_claim(claim: PostClaim, *, by: Actor) -> PostClaim:
    """The community takes the member on; never more than are wanted."""
    _refuse_own(claim, by)
    # Places are counted by one at a time: of two accepting the last one, the second is refused.
    post = locked_post(claim.post)
    if post.state != PostState.OPEN:
        raise PostNotOpen
    number = _free_place(post)
    if (
        not PostClaim.objects.proposed()
        .filter(pk=claim.pk)
        .update(
            state=ClaimState.ACCEPTED,
            place_number=number,
            decided_on=max(today(), claim.proposed_on),
            decided_by=by.post,
        )
    ):
        raise ClaimAlreadyDecided
    claim = _reread(claim)
    record_event(EventKind.CLAIM_ACCEPTED, target=claim, by=by)
    _answered(claim, by=by)
    debt = pledge_debt(claim)
    if debt is not None:
        owe([debt], by=by)
    notify(
        kind="claim.accepted",
        subject=claim,
        recipients=[Recipient(person=claim.member.person)],
        title=_("认领成功：%(title)s") % {"title": post.title},
        body=_(
            "%(community)s确定由您承担“%(title)s”。请打开签订承诺书；联系人%(contact)s，电话%(phone)s。"
        )
        % {
            "community": claim.post.community.name,
            "title": post.title,
            "contact": post.contact,
            "phone": post.contact_phone,
        },
        path=claim.get_absolute_url(),
        by=by,
    )
    return claim


def _reread(claim: PostClaim) -> PostClaim:
    row: PostClaim = PostClaim.objects.select_related(
        "post__community__parent", "member__person", "unit"
    ).get(pk=claim.pk)
    return row


def _answered(claim: PostClaim, *, by: Actor) -> None:
    committee = committee_of(claim.post.community)
    if committee is not None:
        pay(duty=DECIDE_DUTY, bearer=committee, subject=claim, paid_with=claim, by=by)


@transaction.atomic
def decline_claim(claim: PostClaim, *, reason: str, by: Actor) -> PostClaim:
    """The community cannot take the member on this time, says why, and thanks."""
    _refuse_own(claim, by)
    day = max(today(), claim.proposed_on)
    if (
        not PostClaim.objects.proposed()
        .filter(pk=claim.pk)
        .update(
            state=ClaimState.DECLINED,
            decided_on=day,
            decided_by=by.post,
            ended_on=day,
            end_reason=reason,
        )
    ):
        raise ClaimAlreadyDecided
    claim = _reread(claim)
    record_event(EventKind.CLAIM_DECLINED, target=claim, by=by, reason=reason)
    _answered(claim, by=by)
    notify(
        kind="claim.declined",
        subject=claim,
        recipients=[Recipient(person=claim.member.person)],
        title=_("岗位认领答复：%(title)s") % {"title": claim.post.title},
        body=_("谢谢您愿意承担“%(title)s”。这次没有安排：%(reason)s。欢迎认领其他岗位。")
        % {"title": claim.post.title, "reason": reason.rstrip("。")},
        path=claim.get_absolute_url(),
        by=by,
    )
    return claim


@transaction.atomic
def leave_post(claim: PostClaim, *, by: Actor, reason: str = "", channel: str = "") -> PostClaim:
    """The member steps back: a claim that waits is taken back, a post that is held is left.

    `channel` says how the community heard so where it enters it by proxy.
    """
    claim = _reread(claim)
    was = claim.state
    ends = {
        ClaimState.PROPOSED: (ClaimState.WITHDRAWN, EventKind.CLAIM_WITHDRAWN),
        ClaimState.ACCEPTED: (ClaimState.LEFT, EventKind.CLAIM_LEFT),
    }
    if ClaimState(was) not in ends:
        raise ClaimAlreadyDecided
    state, kind = ends[ClaimState(was)]
    _end(claim, was, state, reason=reason, by=by)
    how = channel_word(claim.post.community, channel)
    record_event(kind, target=claim, by=by, reason="；".join(filter(None, (how, reason))))
    if was == ClaimState.ACCEPTED and not channel:
        _tell_community_of_leaving(claim, reason=reason, by=by)
    return _reread(claim)


def _end(claim: PostClaim, was: str, state: ClaimState, *, reason: str, by: Actor) -> None:
    # The filter is the lock: it may have been decided or ended meanwhile.
    if not PostClaim.objects.filter(pk=claim.pk, state=was).update(
        state=state, ended_on=max(today(), claim.proposed_on), end_reason=reason
    ):
        raise ClaimAlreadyDecided
    if was == ClaimState.PROPOSED:
        void(duty=DECIDE_DUTY, subject=claim, by=by)
    else:
        _ask_no_pledge(claim, by=by)


def _ask_no_pledge(claim: PostClaim, *, by: Actor) -> None:
    """A pledge that was not signed is not asked for any more; a signed one stays paid."""
    if not Pledge.objects.filter(claim=claim).exists():
        void(duty=PLEDGE_DUTY, subject=claim, by=by)


def _tell_community_of_leaving(claim: PostClaim, *, reason: str, by: Actor) -> None:
    committee = committee_of(claim.post.community)
    if committee is None:
        return
    notify(
        kind="claim.left",
        subject=claim,
        recipients=[Recipient(organization=committee)],
        title=_("有党员退出岗位：%(title)s") % {"title": claim.post.title},
        body=_("%(name)s退出了“%(title)s”。%(reason)s")
        % {
            "name": claim.member_name,
            "title": claim.post.title,
            "reason": _("原因：%(reason)s。") % {"reason": reason.rstrip("。")} if reason else "",
        },
        path=claim.post.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def record_absence(claim: PostClaim, *, reason: str, by: Actor) -> PostClaim:
    """The community notes that a member did not come to a post, with the reason that was heard.

    Never by silence: without a reason nothing is recorded.
    """
    _refuse_own(claim, by)
    claim = _reread(claim)
    _end(claim, ClaimState.ACCEPTED, ClaimState.ABSENT, reason=reason, by=by)
    record_event(EventKind.CLAIM_ABSENT, target=claim, by=by, reason=reason)
    return _reread(claim)


@transaction.atomic
def finish_claim(claim: PostClaim, *, by: Actor) -> PostClaim:
    """A post has been served: certified service stands behind it."""
    _refuse_own(claim, by)
    claim = _reread(claim)
    served = ServiceRecord.objects.filter(claim=claim, state=ServiceState.CERTIFIED)
    if not served.exists():
        raise NothingServedYet
    if (
        not PostClaim.objects.accepted()
        .filter(pk=claim.pk)
        .update(state=ClaimState.DONE, ended_on=max(today(), claim.proposed_on))
    ):
        raise ClaimAlreadyDecided
    record_event(EventKind.CLAIM_DONE, target=claim, by=by)
    # Those served may have answered on the spot, before the community closes it.
    settle_evaluation(claim, by=by)
    _ask_no_pledge(claim, by=by)
    notify(
        kind="claim.done",
        subject=claim,
        recipients=[Recipient(person=claim.member.person)],
        title=_("岗位服务已完成：%(title)s") % {"title": claim.post.title},
        body=_("谢谢您！“%(title)s”的服务已认证并办结，时长已记入您的服务记录。")
        % {"title": claim.post.title},
        path=claim.get_absolute_url(),
        by=by,
    )
    return _reread(claim)


@transaction.atomic
def accept_claims(claims: Iterable[PostClaim], *, by: Actor) -> list[tuple[PostClaim, str]]:
    """Accept several; returns those that were left, each with the reason."""
    left = []
    for claim in claims:
        try:
            with transaction.atomic():
                accept_claim(claim, by=by)
        except (ClaimAlreadyDecided, DecidesOnOneself, PostIsFull, PostNotOpen) as refused:
            left.append((claim, " ".join(refused.messages)))
    return left


@transaction.atomic
def end_claims(
    member: PartyMember, *, reason: str, by: Actor, community: Area | None = None
) -> int:
    """End what a member waits for or holds where they are not reported in any more."""
    rows = PostClaim.objects.standing().filter(member=member)
    if community is not None:
        rows = rows.filter(post__community=community)
    count = 0
    for claim in rows.select_for_update(of=("self",)):
        is_waiting = claim.state == ClaimState.PROPOSED
        state = ClaimState.WITHDRAWN if is_waiting else ClaimState.LEFT
        _end(claim, claim.state, state, reason=reason, by=by)
        kind = EventKind.CLAIM_WITHDRAWN if is_waiting else EventKind.CLAIM_LEFT
        record_event(kind, target=claim, by=by, reason=reason, follows=True)
        count += 1
    return count
