"""Yellow and red cards: raised by the clock or by the street, told, and lifted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.enums import (
    OPEN_RESOLUTION,
    CardClock,
    CardColor,
    EventKind,
    PartyState,
    ProgressKind,
    ResolutionState,
)
from meetings.exceptions import CardStandsAlready, CardWasLifted, ReasonIsMissing, ResolutionMovedOn
from meetings.models import Card, Resolution, ResolutionParty
from meetings.queries.cards import ACCEPT, UNDER_WAY, Late, late_parties, with_cards
from meetings.queries.committees import committee_above
from meetings.services.resolution_steps import lock, write_progress
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization
from partybuild.ui.filters import short_date_cn


@transaction.atomic
def raise_card(resolution: Resolution, *, color: CardColor, reason: str, by: Actor) -> Card:
    """Raise a card on a resolution by hand, with a reason; a red one takes the place of a yellow one."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock(resolution)
    if resolution.state not in OPEN_RESOLUTION or resolution.state == ResolutionState.PENDING:
        raise ResolutionMovedOn
    standing = Card.objects.standing().by_hand().filter(resolution=resolution)
    if standing.filter(color__in=(color, CardColor.RED)).exists():
        raise CardStandsAlready
    _lift(list(standing), why=_("改亮红牌"), by=by)
    card = Card.objects.create(
        resolution=resolution,
        color=color,
        clock=CardClock.HAND,
        why=reason.strip(),
        raised_at=now(),
        raised_post=by.post,
    )
    write_progress(
        resolution, None, ProgressKind.CARD, f"{card.get_color_display()}：{reason.strip()}", by=by
    )
    record_event(
        EventKind.CARD_RAISED,
        target=resolution,
        by=by,
        reason=reason,
        changes={"color": str(color)},
    )
    bodies = [party.organization for party in _working(resolution)]
    convener = resolution.council.convener
    _tell(
        card,
        [*bodies, *([convener] if by.organization_id != convener.pk else [])],
        body=_("“%(text)s”被亮%(color)s。原因：%(why)s。请抓紧办理，并及时填写进展。")
        % {
            "text": resolution.text.rstrip("。"),
            "color": card.get_color_display(),
            "why": reason.strip().rstrip("。"),
        },
        by=by,
    )
    return card


@transaction.atomic
def lift_card(card: Card, *, reason: str, by: Actor) -> Card:
    """Lift a card that was raised by hand; those of the clock go when the debt is paid or moved."""
    if not reason.strip():
        raise ReasonIsMissing
    lock(card.resolution)
    if card.clock != CardClock.HAND or not _lift([card], why=reason.strip(), by=by):
        raise CardWasLifted
    card.refresh_from_db()
    text = f"{card.get_color_display()}：{reason.strip()}"
    write_progress(card.resolution, None, ProgressKind.LIFTED, text, by=by)
    return card


def sweep_cards(*, by: Actor) -> int:
    """Raise the cards that the clock asks for and lift those it no longer does; returns how many are new.

    Each resolution is its own transaction; a second run finds the cards standing.
    """
    late = with_cards(Resolution.objects.filter(state__in=UNDER_WAY)).exclude(card="")
    carded = Card.objects.standing().by_clock().values_list("resolution", flat=True)
    keys = {*late.values_list("pk", flat=True), *carded}
    return sum(_settle(pk, by=by) for pk in sorted(keys))


@transaction.atomic
def _settle(pk: int, *, by: Actor) -> int:
    resolution = lock(Resolution(pk=pk))
    wanted = {
        (late.organization_id, str(late.clock)): late
        for late in late_parties([resolution]).get(pk, [])
        if late.color
    }
    standing = {
        (card.organization_id, str(card.clock)): card
        for card in Card.objects.standing().by_clock().filter(resolution=pk)
    }
    for key, card in standing.items():
        if key not in wanted:
            _lift([card], why=_("已办理，或期限已变动"), by=by)
        elif wanted[key].color != card.color:
            _lift([card], why=_("转为红牌"), by=by)
    fresh = [
        late
        for key, late in wanted.items()
        if key not in standing or standing[key].color != late.color
    ]
    bodies = Organization.objects.in_bulk([late.organization_id for late in fresh])
    for late in fresh:
        _raise(resolution, late, bodies[late.organization_id], by=by)
    return len(fresh)


def _raise(resolution: Resolution, late: Late, body: Organization, *, by: Actor) -> None:
    deed = _("接件") if late.duty == ACCEPT else _("办结")
    card = Card.objects.create(
        resolution=resolution,
        organization=body,
        color=late.color,
        clock=late.clock,
        due_on=late.due_on,
        why=_("应于%(due)s前%(deed)s，已超期%(days)d个工作日")
        % {"due": short_date_cn(late.due_on), "deed": deed, "days": late.days},
        raised_at=now(),
    )
    record_event(
        EventKind.CARD_RAISED,
        target=resolution,
        by=by,
        reason=card.why,
        changes={"organization": body.name, "color": str(late.color)},
    )
    council = resolution.council
    told = [body]
    if council.convener_id != body.pk:
        told.append(council.convener)
    if late.color == CardColor.RED:
        above = committee_above(council)
        if above.pk not in {each.pk for each in told}:
            told.append(above)
    _tell(
        card,
        told,
        body=_("%(unit)s%(why)s：%(text)s。如已通过电话等方式答复，请联系%(convener)s登记。")
        % {
            "unit": body.called,
            "why": card.why,
            "text": resolution.text.rstrip("。"),
            "convener": council.convener.called,
        },
        by=by,
    )


def lift_settled(resolution: Resolution, *, why: str, by: Actor) -> int:
    """Lift at once the cards of the clock that a deed has settled."""
    standing = list(Card.objects.standing().by_clock().filter(resolution=resolution.pk))
    if not standing:
        return 0
    resolution = Resolution.objects.select_related("council__area", "council__convener").get(
        pk=resolution.pk
    )
    wanted = {
        (late.organization_id, str(late.clock))
        for late in late_parties([resolution]).get(resolution.pk, [])
        if late.color
    }
    gone = [card for card in standing if (card.organization_id, str(card.clock)) not in wanted]
    return _lift(gone, why=why, by=by)


def lift_all(resolution: Resolution, *, why: str, by: Actor) -> int:
    """Lift every card of a resolution that is closed or stopped."""
    return _lift(list(Card.objects.standing().filter(resolution=resolution.pk)), why=why, by=by)


def _lift(cards: list[Card], *, why: str, by: Actor) -> int:
    count = 0
    for card in cards:
        if (
            not Card.objects.standing()
            .filter(pk=card.pk)
            .update(
                lifted_at=now(), lifted_why=why, lifted_post="" if by.kind == "system" else by.post
            )
        ):
            continue
        count += 1
        record_event(
            EventKind.CARD_LIFTED,
            target=card.resolution,
            by=by,
            reason=why,
            changes={"color": str(card.color)},
        )
    return count


def _working(resolution: Resolution) -> list[ResolutionParty]:
    return list(
        ResolutionParty.objects.filter(resolution=resolution)
        .standing()
        .exclude(state=PartyState.RETURNED)
        .select_related("organization")
    )


def _tell(card: Card, bodies: list[Organization], *, body: str, by: Actor) -> None:
    resolution = card.resolution
    own = {card.organization_id} - {None} or {
        party.organization_id for party in _working(resolution)
    }
    for is_bearer in (True, False):
        # Only who works on it is given the link to do so.
        notify(
            kind="resolution.carded",
            subject=card,
            recipients=[
                Recipient(organization=each)
                for each in {each.pk: each for each in bodies}.values()
                if (each.pk in own) is is_bearer
            ],
            title=f"【{card.get_color_display()}】{resolution.text}",
            body=body,
            path=resolution.get_absolute_url(),
            link_action="resolution.work" if is_bearer else None,
            link_target=resolution if is_bearer else None,
            by=by,
        )
