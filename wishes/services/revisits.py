"""Asking again: content, the wish is closed; not content, it goes back to who claimed it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.calendar.words import date_cn
from partybuild.evaluations.enums import Satisfaction
from partybuild.notices.services import notify
from partybuild.obligations.services import pay
from units.queries import committee_of
from wishes.enums import ClaimState, EventKind, WishState
from wishes.exceptions import (
    DecidesOnOneself,
    DissatisfactionNeedsWords,
    VisitedBeforeFulfilled,
    VisitedInFuture,
    WishAlreadyDecided,
)
from wishes.models import Wish, WishClaim, WishRevisit
from wishes.queries.wishes import REVISIT_DUTY, claim_in_hand, fulfil_debt, promise_of
from wishes.services.claims import owe_again
from wishes.services.endings import recipient_of
from wishes.services.wishes import locked_wish, refuse_telling


@transaction.atomic
def revisit_wish(
    wish: Wish, *, visited_on: date, means: str, grade: str, by: Actor, words: str = ""
) -> WishRevisit:
    """Note what the wisher said; who was not content is served again by the same claimer."""
    wish = locked_wish(wish)
    claim = claim_in_hand(wish)
    if wish.state != WishState.FULFILLED or claim is None or claim.fulfilled_on is None:
        raise WishAlreadyDecided
    if claim.member is not None and by.person_id == claim.member.person_id:
        raise DecidesOnOneself
    if visited_on > today():
        raise VisitedInFuture
    if visited_on < claim.fulfilled_on:
        raise VisitedBeforeFulfilled(claim.fulfilled_on)
    if grade == Satisfaction.DISSATISFIED and not words.strip():
        raise DissatisfactionNeedsWords
    refuse_telling(wish, "words", words)
    visit = WishRevisit(
        wish=wish,
        claim=claim,
        visited_on=visited_on,
        means=means,
        grade=grade,
        words=words.strip(),
        entered_by=by.post,
    )
    visit.full_clean(exclude=("wish", "claim"))
    visit.save()
    record_event(EventKind.WISH_REVISITED, target=wish, by=by, changes={"grade": [None, grade]})
    committee = committee_of(wish.community)
    if committee is not None:
        pay(duty=REVISIT_DUTY, bearer=committee, subject=wish, paid_with=visit, by=by)
    if grade == Satisfaction.DISSATISFIED:
        _again(wish, claim, words=visit.words, by=by)
    else:
        _close(wish, claim, by=by)
    return visit


def _close(wish: Wish, claim: WishClaim, *, by: Actor) -> None:
    Wish.objects.filter(pk=wish.pk).update(state=WishState.CLOSED, ended_on=today())
    notify(
        kind="wish_claim.done",
        subject=claim,
        recipients=[recipient_of(claim)],
        title=_("微心愿已办结：%(title)s") % {"title": wish.title},
        body=_("谢谢您！社区已回访，“%(title)s”已办结。") % {"title": wish.title},
        path=claim.get_absolute_url(),
        by=by,
    )


def _again(wish: Wish, claim: WishClaim, *, words: str, by: Actor) -> None:
    promised_on = promise_of(wish.community)
    WishClaim.objects.filter(pk=claim.pk).update(state=ClaimState.ACCEPTED, promised_on=promised_on)
    Wish.objects.filter(pk=wish.pk).update(state=WishState.CLAIMED)
    claim.refresh_from_db()
    record_event(EventKind.CLAIM_REOPENED, target=claim, by=by, follows=True)
    owe_again(fulfil_debt(claim), by=by)
    notify(
        kind="wish_claim.reopened",
        subject=claim,
        recipients=[recipient_of(claim)],
        title=_("微心愿请继续兑现：%(title)s") % {"title": wish.title},
        body=_(
            "社区回访，许愿人说：%(words)s。请在%(day)s前补上；有困难请联系%(contact)s，电话%(phone)s。"
        )
        % {
            "words": words.rstrip("。"),
            "day": date_cn(promised_on),
            "contact": wish.contact,
            "phone": wish.contact_phone,
        },
        path=claim.get_absolute_url(),
        round=claim.revisits.count(),
        by=by,
    )
