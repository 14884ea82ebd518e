"""Who stands above whom: a post gives, ends and invites only strictly below and inside its own scope."""

from __future__ import annotations

from django.db.models import Q

from partybuild.access import Actor, Level, Reach, Role, Scope
from partybuild.access.roles import ADMINISTRATORS, AREA_ROLES, UNIT_ROLES, column_of
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.policy import policy
from partybuild.calendar import today
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.people.models import Person

# Lower numbers stand higher; committee staff rank by the level of their body's area.
_RANKS = {
    Role.COMMUNITY_SECRETARY: 50,
    Role.COMMUNITY_WORKER: 60,
    Role.UNIT_SECRETARY: 70,
    Role.UNIT_LIAISON: 80,
    Role.MEMBER: 90,
}
COMMUNITY_ROLES = (Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER)


def rank_of(role: str, level: int | None) -> int:
    """Return how high a role at a body of this level stands; what is not known stands highest."""
    if role == Role.COMMITTEE:
        return level * 10 if level else 0
    return _RANKS.get(Role(role), 0)


def roles_at(body: Organization | None) -> tuple[str, ...]:
    """Return the roles that can be held at a body: area roles at the committee that leads the area."""
    if body is None:
        return (*sorted(ADMINISTRATORS), Role.MEMBER)
    if body.kind == OrganizationKind.UNIT:
        return (Role.UNIT_SECRETARY, Role.UNIT_LIAISON)
    led = (
        PartyOrganization.objects.filter(organization=body, is_current=True)
        .values_list("leads_area__level", flat=True)
        .first()
    )
    if led is None or body.area_id is None:
        return ()
    return COMMUNITY_ROLES if led == Level.COMMUNITY else (Role.COMMITTEE,)


def grantable_roles(by: Actor, body: Organization | None) -> list[str]:
    """Return the roles that an actor may give at a body, highest first."""
    return [role for role in roles_at(body) if stands_above(by, role, body)]


def stands_above(by: Actor, role: str, body: Organization | None) -> bool:
    """Tell whether a role at a body is strictly below an actor and inside its scope."""
    scope = by.scope
    if scope.is_system:
        return True
    right = scope.cell("appointment.grant")
    if role == Role.MEMBER and not right.allows:
        # Workers and liaisons invite members: the line of accounts gives them that.
        right = scope.cell("account.create")
    if not right.allows or scope.link_target is not None:
        return False
    if right.reach is Reach.EVERYWHERE:
        # The security administrator stands beside the ladder; the system administrator grants nothing.
        return scope.role == Role.SECURITY_ADMIN
    level = body.area.level if body is not None and body.area is not None else None
    if rank_of(role, level) <= _own_rank(by):
        return False
    return role == Role.MEMBER or (body is not None and _inside(scope, body))


def _own_rank(by: Actor) -> int:
    if by.scope.role is None:
        return 1000
    return rank_of(by.scope.role, _own_level(by))


def _own_level(by: Actor) -> int | None:
    if by.scope.role != Role.COMMITTEE or by.organization_id is None:
        return None
    level: int | None = (
        Organization.objects.filter(pk=by.organization_id)
        .values_list("area__level", flat=True)
        .first()
    )
    return level


def _inside(scope: Scope, body: Organization) -> bool:
    """Along the area tree or at the own unit; what councils bring into sight is not inside."""
    if scope.role in UNIT_ROLES:
        return body.pk == scope.organization_id
    if scope.role in AREA_ROLES and scope.area_path and body.area is not None:
        return body.area.path.startswith(scope.area_path)
    return False


def open_posts(person: Person) -> list[Appointment]:
    """Return what a person holds or will hold."""
    return list(
        Appointment.objects.filter(person=person)
        .open(today())
        .select_related("organization__area", "person")
        .order_by("sort", "id")
    )


def stands_above_person(by: Actor, person: Person) -> bool:
    """Tell whether every post of a person is below an actor: who hands a way in acts in all of them."""
    if by.scope.is_system:
        return True
    if by.person_id == person.pk:
        return False
    posts = open_posts(person)
    if any(not stands_above(by, post.role, post.organization) for post in posts):
        return False
    # Members belong to whoever has them on the roster or was reported to.
    if by.scope.cell("account.create").reach is Reach.EVERYWHERE:
        return True
    key = "account.create" if by.scope.cell("account.create").allows else "appointment.grant"
    return Person.objects.reached(by.scope, key).filter(pk=person.pk).exists()


def needs_factor(person: Person) -> bool:
    """Tell whether a post of this person asks for a second factor."""
    columns = policy().factor_columns
    for post in open_posts(person):
        level = (
            post.organization.area.level if post.organization and post.organization.area else None
        )
        if column_of(post.role, level) in columns:
            return True
    return False


def is_fresh(user: User) -> bool:
    """Tell whether nobody has ever signed in to an account."""
    return user.last_login is None and not user.has_usable_password()


def may_hand_over_a_way_in(by: Actor, user: User) -> bool:
    """Tell whether an actor may see a link that signs in as this person.

    Only who stands above every post of the person. The system administrator stands above nobody and
    sees it for accounts that nobody has used, or that a second factor guards besides.
    """
    if by.scope.is_system:
        return True
    if not user.is_active or by.person_id == user.person_id:
        return False
    if not by.scope.cell("account.create").allows:
        return False
    if by.scope.role == Role.SYSTEM_ADMIN:
        return is_fresh(user) or needs_factor(user.person)
    return stands_above_person(by, user.person)


def twins(person: Person) -> Q:
    """Return the filter of rows about the same human being, though registered twice."""
    rows = Q(person=person)
    if person.phone_hash:
        rows |= Q(person__phone_hash=person.phone_hash)
    if person.id_number_hash:
        rows |= Q(person__id_number_hash=person.id_number_hash)
    return rows
