"""Evaluation of a member's service in a post by residents and those served (服务情况评价)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from members.enums import FINISHED, HOLDING, ClaimState, EventKind, ServiceState
from members.exceptions import ClaimNotServed, DecidesOnOneself, NobodyToEvaluate
from members.models import ClaimEvaluation, PostClaim, ServicePost, ServiceRecord
from members.queries.evaluations import evaluable_claims
from partybuild.access import Actor
from partybuild.accounts.models import SignedLink
from partybuild.audit.services import record_event
from partybuild.evaluations.services import Evaluating

ACTION = "service_post.evaluate"
_posts = Evaluating(
    answers=ClaimEvaluation,
    of="claim",
    action=ACTION,
    linked=EventKind.POST_EVALUATION_LINKED,
    closed=EventKind.POST_EVALUATION_CLOSED,
    answered=EventKind.CLAIM_ANSWERED,
    entered=EventKind.CLAIM_ANSWERS_ENTERED,
    asked=EventKind.CLAIM_ASKED,
)


@transaction.atomic
def open_post_evaluation(post: ServicePost, *, by: Actor) -> SignedLink:
    """Open the page behind a post's QR picture for a week, once somebody has served in it."""
    if not evaluable_claims(post).exists():
        raise NobodyToEvaluate
    return _posts.open(post, by=by)


@transaction.atomic
def close_post_evaluation(post: ServicePost, *, by: Actor) -> int:
    """Take no more answers behind the address."""
    return _posts.close(post, by=by)


@transaction.atomic
def evaluate_post(
    post: ServicePost,
    *,
    claim: PostClaim,
    side: str,
    grade: str,
    ballot: UUID,
    by: Actor,
    comment: str = "",
) -> ClaimEvaluation:
    """Write down one answer about one who served in a post; the same form sent twice is one."""
    claim = _locked(claim)
    if not evaluable_claims(post).filter(pk=claim.pk).exists():
        raise NobodyToEvaluate
    row: ClaimEvaluation = _posts.answer(
        claim, side=side, grade=grade, ballot=ballot, comment=comment, by=by
    )
    settle_evaluation(claim, by=by)
    return row


@transaction.atomic
def enter_claim_evaluations(
    claim: PostClaim, *, counts: Mapping[tuple[str, str], int], by: Actor
) -> int:
    """Enter the paper forms about one member as counted; what was entered before is replaced."""
    claim = _locked(claim)
    _refuse_own(claim, by)
    served = ServiceRecord.objects.filter(claim=claim).exclude(state=ServiceState.WITHDRAWN)
    if claim.state not in HOLDING or not served.exists():
        raise ClaimNotServed
    count = _posts.enter(claim, counts=counts, by=by)
    settle_evaluation(claim, by=by)
    return count


@transaction.atomic
def say_claim_asked(claim: PostClaim, *, asked: int | None, by: Actor) -> PostClaim:
    """Say how many were asked about one member, so that who did not answer is known apart."""
    claim = _locked(claim)
    _refuse_own(claim, by)
    row: PostClaim = _posts.say_asked(claim, asked=asked, by=by)
    return row


@transaction.atomic
def settle_evaluation(claim: PostClaim, *, by: Actor) -> None:
    """A claim that is done is evaluated as soon as, and as long as, anybody has answered."""
    is_evaluated = ClaimEvaluation.objects.filter(claim=claim).exists()
    state = ClaimState.EVALUATED if is_evaluated else ClaimState.DONE
    kind = EventKind.CLAIM_EVALUATED if is_evaluated else EventKind.CLAIM_EVALUATION_CLEARED
    finished = PostClaim.objects.filter(pk=claim.pk, state__in=FINISHED)
    if finished.exclude(state=state).update(state=state):
        record_event(kind, target=claim, by=by, follows=True)


def _locked(claim: PostClaim) -> PostClaim:
    # Finishing and answering at once: whoever comes second sees what the first has written.
    row: PostClaim = (
        PostClaim.objects.select_for_update(of=("self",))
        .select_related("post__community", "member__person")
        .get(pk=claim.pk)
    )
    return row


def _refuse_own(claim: PostClaim, by: Actor) -> None:
    if by.person_id is not None and claim.member.person_id == by.person_id:
        raise DecidesOnOneself
