"""Entering somebody whose ID number stands out of sight: taken in as typed, and nothing told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from members.enums import DoubleState, EmploymentState, EventKind, MemberState
from members.models import DoubleCase, Employment, PartyMember
from partybuild.access import Actor, Role
from partybuild.audit.services import record_event
from partybuild.calendar.clock import Now
from partybuild.fields import keyed_hash
from partybuild.fields.codes import normalize_id_number
from partybuild.notices.services import Recipient, notify
from partybuild.people.models import Person


@dataclass(frozen=True)
class Known:
    """What stands already under an ID number, as one post has to treat it.

    `person` and `member` are to be used; `first` is a member who stands out of sight and is to be
    doubled; all None for somebody new.
    """

    person: Person | None = None
    member: PartyMember | None = None
    first: PartyMember | None = None
    is_hidden: bool = False


def known_under(id_number: str, *, name: str, by: Actor) -> Known:
    """Return how a post has to treat an ID number: as the same person, as a double, or as new."""
    number = normalize_id_number(id_number)
    if not number:
        return Known()
    hashed = keyed_hash(number, "id_number")
    own_double = _seen(by, double_hash=hashed)
    if own_double is not None:
        return Known(person=own_double.person, member=own_double)
    person = Person.objects.filter(id_number_hash=hashed).first()
    if person is None:
        return Known()
    member = PartyMember.objects.filter(person=person).first()
    if member is not None and (by.scope.is_system or _sees(by, member)):
        return Known(person=person, member=member)
    if must_double(person, member, name=name, held=_held(member)):
        return Known(first=member, is_hidden=True)
    return Known(person=person, member=member)


def must_double(
    person: Person, member: PartyMember | None, *, name: str, held: Employment | None
) -> bool:
    """Tell whether somebody out of sight must not be touched: another name, another roster, or gone.

    The full number together with the right name is proof enough to take in who stands on no roster.
    """
    return (
        person.name != name.strip()
        or (member is not None and member.state == MemberState.ENDED)
        or (held is not None and held.state == EmploymentState.CONFIRMED)
    )


def _held(member: PartyMember | None) -> Employment | None:
    return Employment.objects.current().filter(member=member).first() if member else None


def _sees(by: Actor, member: PartyMember) -> bool:
    return bool(PartyMember.objects.visible_to(by.scope).filter(pk=member.pk).exists())


def _seen(by: Actor, *, double_hash: str) -> PartyMember | None:
    # Hardly any number has a double: only where one has is it asked who sees it.
    doubles = PartyMember.objects.filter(
        pk__in=list(
            PartyMember.objects.filter(person__double_hash=double_hash).values_list("pk", flat=True)
        )
    )
    found: PartyMember | None = (
        (doubles if by.scope.is_system else doubles.visible_to(by.scope))
        .select_related("person")
        .first()
    )
    return found


@transaction.atomic
def open_double(first: PartyMember, *, double: PartyMember, by: Actor) -> DoubleCase:
    """Have the bodies where the first stands look at it; the event names no number."""
    case, is_new = DoubleCase.objects.get_or_create(
        double=double, defaults={"member": first, "organization_id": by.organization_id}
    )
    if is_new:
        record_event(EventKind.DOUBLE_OPENED, target=case, by=by, follows=True)
        _tell_the_first(case)
    return case


def _tell_the_first(case: DoubleCase) -> None:
    """Tell the unit where the first stands; by the system: who entered the second has no log of it."""
    held = _held(case.member)
    if held is None or held.state != EmploymentState.CONFIRMED:
        return
    notify(
        kind="member.doubled",
        subject=case,
        recipients=[Recipient(organization=held.unit, roles=frozenset({Role.UNIT_SECRETARY}))],
        title=_("本单位一名党员在别处重复登记，请核对"),
        body=_(
            "同一个公民身份号码在别处又登记了一次。请登录核对是不是同一个人，再提出保留哪一条。"
        ),
        path=reverse("members:double-detail", args=(case.uid,)),
        by=Actor.system("open_double"),
    )


@transaction.atomic
def dissolve_double(
    case: DoubleCase, *, keep_number_on: PartyMember, by: Actor, is_same_person: bool = True
) -> DoubleCase:
    """Settle a case: the number stays on one of the two, the other loses it."""
    # The filter is the lock: of two settling at once, one updates a row and one updates none.
    state = DoubleState.MERGED if is_same_person else DoubleState.KEPT
    if not DoubleCase.objects.open().filter(pk=case.pk).update(state=state, settled_at=Now()):
        case.refresh_from_db()
        return case
    first = Person.objects.select_for_update().get(pk=case.member.person_id)
    second = Person.objects.select_for_update().get(pk=case.double.person_id)
    number = second.id_number or first.id_number
    loser, keeper = (second, first) if keep_number_on.person_id == first.pk else (first, second)
    # The one that lets go is written first: the number stands once at any moment.
    loser.id_number, loser.is_double = "", False
    loser.save(update_fields=("id_number", "is_double"))
    keeper.id_number, keeper.is_double = number, False
    keeper.save(update_fields=("id_number", "is_double"))
    case.refresh_from_db()
    record_event(
        EventKind.DOUBLE_SETTLED, target=case, by=by, changes={"state": [None, str(state)]}
    )
    return case
