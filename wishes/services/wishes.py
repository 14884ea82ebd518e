"""Wishes: heard, checked by phone and at home, shown, dropped with a reason."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import today
from partybuild.obligations.services import owe, pay, void
from units.queries import committee_of
from wishes.enums import EventKind, WishState
from wishes.exceptions import (
    CheckedBeforeHeard,
    CheckedInFuture,
    NotAgreedToShow,
    ShownNameGivesAway,
    TextGivesAway,
    WishAlreadyDecided,
    WordsGiveAway,
)
from wishes.models import Wish, Wisher
from wishes.queries.wishes import VERIFY_DUTY, verify_debt
from wishes.services.endings import end_claims

CHANGEABLE = (
    "category",
    "grid",
    "title",
    "content",
    "shown_name",
    "wanted_by",
    "contact",
    "contact_phone",
    "heard_on",
    "channel",
)
OF_THE_WISHER = ("name", "phone", "address", "circumstances")
# What everybody reads.
_SHOWN = ("title", "content", "shown_name")
_BLANKS = re.compile(r"[\s-]+")


def locked_wish(wish: Wish) -> Wish:
    """Take the wish's row: whoever decides on it does so one at a time."""
    return (
        Wish.objects.select_for_update(of=("self",))
        .select_related("community__parent")
        .get(pk=wish.pk)
    )


@transaction.atomic
def enter_wish(
    *, community: Area, wisher: dict[str, str], by: Actor, heard_on: date | None = None, **more: Any
) -> Wish:
    """Enter a wish that the community heard; nothing is shown before it has been checked.

    `wisher` holds name, phone, address and circumstances, kept apart and never shown.
    """
    wish = Wish(community=community, heard_on=heard_on or today(), **more)
    kept = Wisher(wish=wish, **wisher)
    _refuse_giving_away(wish, kept)
    wish.freeze_areas(community)
    wish.full_clean(exclude=("community", "grid"))
    wish.save()
    kept.wish = wish
    kept.save()
    record_event(EventKind.WISH_ENTERED, target=wish, by=by)
    if debt := verify_debt(wish):
        owe([debt], by=by)
    return wish


def _refuse_giving_away(wish: Wish, wisher: Wisher) -> None:
    name = wisher.name.strip()
    if name and wish.shown_name.strip() == name and len(name) > 1:
        raise ShownNameGivesAway
    for field in _SHOWN:
        if what := _given_away(wisher, getattr(wish, field)):
            raise TextGivesAway(field, what)


def _given_away(wisher: Wisher, text: str) -> str:
    """Return what of the confidential part a text repeats, "" for nothing."""
    said = _BLANKS.sub("", text)
    telling = (
        (_("姓名"), wisher.name.strip(), 2),
        (_("电话"), _BLANKS.sub("", wisher.phone), 7),
        (_("家庭住址"), _BLANKS.sub("", wisher.address), 4),
    )
    return next((what for what, kept, least in telling if len(kept) >= least and kept in said), "")


def refuse_telling(wish: Wish, field: str, text: str) -> None:
    """Refuse words for claimers, units and the street that say who made a wish."""
    if what := _given_away(Wisher.objects.get(wish=wish), text):
        raise WordsGiveAway(field, what)


@transaction.atomic
def change_wish(wish: Wish, *, by: Actor, **values: Any) -> Wish:
    """Change the words of a wish that nobody has in hand yet."""
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    wish = locked_wish(wish)
    if not wish.is_changeable:
        raise WishAlreadyDecided
    before = Wish.objects.get(pk=wish.pk)
    for name, value in values.items():
        setattr(wish, name, value)
    _refuse_giving_away(wish, wish.wisher)
    wish.version += 1
    wish.full_clean(exclude=("community", "grid"))
    wish.save()
    changes = differences(before, wish, tuple(values))
    if changes:
        record_event(EventKind.WISH_CHANGED, target=wish, by=by, changes=changes)
    return wish


@transaction.atomic
def change_wisher(wish: Wish, *, by: Actor, **values: str) -> Wisher:
    """Correct what is kept about whoever made a wish; the history tells that, not what."""
    unknown = set(values) - set(OF_THE_WISHER)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    wish = locked_wish(wish)
    wisher: Wisher = Wisher.objects.select_for_update().get(wish=wish)
    changed = [name for name, value in values.items() if getattr(wisher, name) != value]
    for name in changed:
        setattr(wisher, name, values[name])
    _refuse_giving_away(wish, wisher)
    if changed:
        wisher.save()
        record_event(
            EventKind.WISHER_CHANGED, target=wish, by=by, changes={"fields": sorted(changed)}
        )
    return wisher


@transaction.atomic
def show_wisher(wish: Wish, *, by: Actor) -> Wisher:
    """Show who made a wish, and write down who looked."""
    wisher: Wisher = Wisher.objects.get(wish=wish)
    record_event(EventKind.WISHER_SHOWN, target=wish, by=by)
    return wisher


@transaction.atomic
def verify_wish(
    wish: Wish,
    *,
    phoned_on: date,
    visited_on: date,
    agreed_to_show: bool,
    by: Actor,
    verification: str = "",
) -> Wish:
    """Note that a wish was checked by phone and at home, and that its wisher lets it be shown."""
    wish = locked_wish(wish)
    if wish.state != WishState.ENTERED:
        raise WishAlreadyDecided
    for field, day in (("phoned_on", phoned_on), ("visited_on", visited_on)):
        if day > today():
            raise CheckedInFuture(field)
        if day < wish.heard_on:
            raise CheckedBeforeHeard(field, wish.heard_on)
    if not agreed_to_show:
        raise NotAgreedToShow
    wish.state = WishState.VERIFIED
    wish.phoned_on, wish.visited_on = phoned_on, visited_on
    wish.agreed_to_show, wish.verified_by = True, by.post
    wish.save()
    wisher = wish.wisher
    wisher.verification = verification.strip()
    wisher.save(update_fields=["verification"])
    record_event(EventKind.WISH_VERIFIED, target=wish, by=by)
    committee = committee_of(wish.community)
    if committee is not None:
        pay(duty=VERIFY_DUTY, bearer=committee, subject=wish, paid_with=wish, by=by)
    return wish


@transaction.atomic
def publish_wish(wish: Wish, *, by: Actor) -> Wish:
    """Show a wish: a name to call the wisher by, and the wish, nothing else."""
    # The filter is the lock: of two publishing at once, one updates a row and one updates none.
    if not Wish.objects.filter(pk=wish.pk, state=WishState.VERIFIED).update(
        state=WishState.OPEN, published_on=today()
    ):
        raise WishAlreadyDecided
    wish.refresh_from_db()
    record_event(EventKind.WISH_PUBLISHED, target=wish, by=by)
    return wish


@transaction.atomic
def publish_wishes(wishes: list[Wish], *, by: Actor) -> int:
    """Show several; returns how many, those that another has dealt with meanwhile are passed over."""
    count = 0
    for wish in wishes:
        try:
            with transaction.atomic():
                publish_wish(wish, by=by)
        except WishAlreadyDecided:
            continue
        count += 1
    return count


@transaction.atomic
def decline_wish(wish: Wish, *, reason: str, by: Actor) -> Wish:
    """A wish cannot be taken up: not true, not small, or not agreed to be shown; with the reason."""
    wish = locked_wish(wish)
    if wish.state not in {WishState.ENTERED, WishState.VERIFIED}:
        raise WishAlreadyDecided
    return _drop(wish, WishState.DECLINED, EventKind.WISH_DECLINED, reason=reason, by=by)


@transaction.atomic
def withdraw_wish(wish: Wish, *, reason: str, by: Actor) -> Wish:
    """A wish is taken back or has come true otherwise: who claimed it is told and thanked."""
    wish = locked_wish(wish)
    if not wish.is_unfinished:
        raise WishAlreadyDecided
    wish = _drop(wish, WishState.WITHDRAWN, EventKind.WISH_WITHDRAWN, reason=reason, by=by)
    end_claims(wish, reason=reason, by=by)
    return wish


def _drop(wish: Wish, state: WishState, kind: EventKind, *, reason: str, by: Actor) -> Wish:
    refuse_telling(wish, "reason", reason)
    wish.state = state
    wish.ended_on, wish.end_reason = today(), reason.strip()
    wish.save()
    record_event(kind, target=wish, by=by, reason=wish.end_reason)
    void(duty=VERIFY_DUTY, subject=wish, by=by, reason=wish.end_reason)
    return wish
