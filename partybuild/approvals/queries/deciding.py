"""Who may decide a request: another person, in a post that holds the line, or the next level up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from partybuild.access import Actor, Level, Role, column_keys
from partybuild.access.roles import UNIT_ROLES
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment, User
from partybuild.approvals.models import Approval
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.people.models import Person

# At which level the columns stand that may decide.
LEVELS = {
    "city": Level.CITY,
    "district": Level.DISTRICT,
    "street": Level.STREET,
    "community_secretary": Level.COMMUNITY,
}


def is_same_human(one: Person, other: Person) -> bool:
    """Tell whether two rows are one human being, as far as the platform can know.

    A second account stands on a second Person; the same ID number or phone gives it away.
    """
    if _standing(one) == _standing(other):
        return True
    numbers = [{each.id_number_hash, each.double_hash} - {""} for each in (one, other)]
    same_phone = one.phone_hash != "" and one.phone_hash == other.phone_hash
    return same_phone or bool(numbers[0] & numbers[1])


def _standing(person: Person) -> int:
    """Return the row that stands for a human whose doubles have been settled."""
    return int(person.merged_into_id or person.pk)


def requester(approval: Approval) -> Actor:
    """Return who asked, in the post in which they asked, with today's rights."""
    return actor_in(approval.requested_appointment)


def lost_right(approval: Approval, target: Any) -> str:
    """Return why the requester could not ask this any more, "" while they could."""
    post = (
        Appointment.objects.filter(pk=approval.requested_appointment_id)
        .current(today())
        .select_related("organization__area", "person")
        .first()
    )
    if post is None:
        return _("申请人已不在原岗位")
    if User.objects.filter(person=post.person_id, is_active=False).exists():
        return _("申请人的账号已停用")
    by = actor_in(post)
    if not by.scope.cell(approval.key).allows or not approval.kind.holds(by, target):
        return _("申请人已没有办理这件事的权限")
    return ""


def may_decide(by: Actor, approval: Approval, target: Any = None) -> bool:
    """Tell whether a person may decide in the post in which they act."""
    if by.kind != "appointment" or by.person_id is None or by.appointment_id is None:
        return False
    if not by.scope.cell("approval.decide").allows or is_own(by, approval, target):
        return False
    target = target if target is not None else approval.target
    if target is None:
        return False
    higher = approval.higher_area_id
    if by.scope.role == Role.COMMITTEE and higher is not None and by.scope.area_id == higher:
        return True
    if by.scope.column == "security_admin":
        return approval.is_for_security
    if by.scope.is_area and LEVELS.get(by.scope.column, Level.GRID) > approval.base_level:
        # Nobody decides for those above them.
        return False
    if by.scope.is_unit and approval.requested_organization_id == by.organization_id:
        # What a unit asks, its street decides.
        return False
    decidable = Approval.objects.decidable_in(by.scope).filter(pk=approval.pk).exists()
    return decidable and approval.kind.holds(by, target)


def is_own(by: Actor, approval: Approval, target: Any = None) -> bool:
    """Tell whether somebody asked for it or is the one it is about, by whatever account."""
    if by.person_id == approval.requested_person_id:
        return True
    target = target if target is not None else approval.target
    concerned = approval.kind.about(target, approval.payload) if target is not None else set()
    if by.person_id in concerned:
        return True
    me = Person.objects.filter(pk=by.person_id or 0).first()
    if me is None:
        return True
    others = Person.objects.filter(pk__in=[approval.requested_person_id, *concerned])
    return any(is_same_human(me, other) for other in others)


@dataclass(frozen=True)
class Route:
    """Where a request goes: the next level up, whether to the security administrator, whom to tell."""

    higher_area: Area | None
    is_for_security: bool
    told: Sequence[Appointment]


def _current() -> Any:
    return (
        Appointment.objects.current(today())
        .select_related("organization__area", "person")
        .order_by("sort", "id")
    )


def _next_level_up(approval: Approval, target: Any) -> Area | None:
    """Return the nearest area above the post that asked with committee staff who may decide."""
    if approval.area is None:
        return None
    staff = _current().filter(
        role=Role.COMMITTEE,
        organization__area__in=approval.area.line(),
        organization__area__level__lt=approval.base_level,
    )
    areas = [
        post.organization.area for post in staff if not is_own(actor_in(post), approval, target)
    ]
    return max(areas, key=lambda area: area.level, default=None)


def route_of(approval: Approval, target: Any) -> Route:
    """Work out where a request goes today; the row carries what does not change by the hour."""
    higher = _next_level_up(approval, target)
    approval.higher_area = higher
    approval.is_for_security = False
    found = deciders(approval, target)
    if found or higher is not None:
        return Route(higher, False, _nearest(found))
    approval.is_for_security = True
    return Route(None, True, deciders(approval, target))


def _nearest(found: Sequence[Appointment]) -> list[Appointment]:
    """Keep those of the lowest level: a street is asked before its district, a unit beside its community."""

    def level(post: Appointment) -> int:
        area = post.organization.area if post.organization else None
        return Level.COMMUNITY if post.role in UNIT_ROLES else area.level if area else 0

    lowest = max((level(post) for post in found), default=0)
    return [post for post in found if level(post) == lowest]


def deciders(approval: Approval, target: Any) -> list[Appointment]:
    """Return every post in which somebody may decide today."""
    holding = [
        role
        for role in Role
        if role in {Role.COMMUNITY_SECRETARY, *UNIT_ROLES}
        and approval.key in column_keys(str(role))
    ]
    candidates = Q(pk__in=[])
    if approval.area is not None:
        line = approval.area.line()
        candidates |= Q(role=Role.COMMITTEE, organization__area__in=line)
        if Role.COMMUNITY_SECRETARY in holding:
            candidates |= Q(role=Role.COMMUNITY_SECRETARY, organization__area__in=line)
    if approval.unit_id is not None:
        units = [role for role in holding if role in UNIT_ROLES]
        candidates |= Q(role__in=units, organization=approval.unit_id)
    if approval.is_for_security:
        candidates |= Q(role=Role.SECURITY_ADMIN)
    posts = _current().filter(candidates)
    return [post for post in posts if may_decide(actor_in(post), approval, target)]
