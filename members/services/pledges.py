"""Pledges: what a member promises with a post."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from members.enums import ClaimState, EventKind
from members.exceptions import PledgeAlreadySigned, PledgeDueTooEarly, PledgeNotDue
from members.models import Pledge, PostClaim
from members.queries.posts import PLEDGE_DUTY
from partybuild.access import Actor
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.services import pay


@transaction.atomic
def sign_pledge(
    claim: PostClaim,
    *,
    text: str,
    due_on: date,
    by: Actor,
    is_public: bool = True,
    channel: str = "",
    on: date | None = None,
) -> Pledge:
    """Sign what is promised and by when; `channel` says how it came to the community."""
    claim = (
        PostClaim.objects.select_for_update(of=("self",))
        .select_related("member__person", "post")
        .get(pk=claim.pk)
    )
    if claim.state != ClaimState.ACCEPTED:
        raise PledgeNotDue
    day = on or today()
    if due_on < day:
        raise PledgeDueTooEarly
    pledge = Pledge(
        claim=claim,
        text=text.strip(),
        due_on=due_on,
        signed_on=day,
        signed_name=claim.member_name,
        unit_name=claim.unit_name,
        channel=channel,
        is_public=is_public,
    )
    pledge.full_clean(exclude=("claim",), validate_unique=False)
    try:
        with transaction.atomic():
            pledge.save(force_insert=True)
    except IntegrityError as clash:
        raise PledgeAlreadySigned from clash
    record_event(
        EventKind.PLEDGE_SIGNED,
        target=pledge,
        by=by,
        reason=channel_word(claim.post.community, channel),
    )
    pay(
        duty=PLEDGE_DUTY,
        bearer=claim.member.person,
        subject=claim,
        paid_with=pledge,
        on=on,
        by=by,
    )
    return pledge


@transaction.atomic
def show_pledge(pledge: Pledge, *, is_public: bool, by: Actor) -> Pledge:
    """The member takes a pledge off the public board, or puts it there again."""
    if Pledge.objects.filter(pk=pledge.pk).exclude(is_public=is_public).update(is_public=is_public):
        record_event(
            EventKind.PLEDGE_SHOWN,
            target=pledge,
            by=by,
            changes={"is_public": [not is_public, is_public]},
        )
    pledge.refresh_from_db()
    return pledge
