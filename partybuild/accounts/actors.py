"""Who is asking, in which post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from partybuild.access import Actor, Scope
from partybuild.access.roles import column_of
from partybuild.accounts.models import ApiToken, Appointment, SignedLink, User
from partybuild.calendar import today
from partybuild.organizations.models import Organization

POST_KEY = "post"


def source_of(request: HttpRequest) -> str:
    """Return the address a request came from, believing only our own proxies."""
    from django.conf import settings

    count = settings.TRUSTED_PROXY_COUNT
    if count:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop]
        if len(hops) >= count:
            return hops[-count][:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def current_appointments(user: User) -> list[Appointment]:
    """Return the posts a user holds today, in order."""
    return list(
        Appointment.objects.filter(person_id=user.person_id)
        .current(today())
        .select_related("organization__area", "person")
        .order_by("sort", "id")
    )


def scopes_of_person(person_id: int) -> list[Scope]:
    """Return from where a person looks today: one scope for each post held."""
    posts = (
        Appointment.objects.filter(person_id=person_id)
        .current(today())
        .select_related("organization__area")
        .order_by("sort", "id")
    )
    return [scope_of_appointment(post) for post in posts]


def scope_of_appointment(appointment: Appointment, **more: Any) -> Scope:
    """Return the plain values that an appointment looks from."""
    organization = appointment.organization
    area = organization.area if organization else None
    return Scope(
        column=column_of(appointment.role, area.level if area else None),
        role=appointment.role,
        area_id=area.pk if area else None,
        area_path=area.path if area else None,
        organization_id=organization.pk if organization else None,
        person_id=appointment.person_id,
        **more,
    )


def actor_in(appointment: Appointment, *, request: HttpRequest | None = None) -> Actor:
    """Return the actor of a person in one of their posts."""
    return Actor(
        kind="appointment",
        scope=scope_of_appointment(appointment),
        person_id=appointment.person_id,
        appointment_id=appointment.pk,
        appointment_uid=str(appointment.uid),
        organization_id=appointment.organization_id,
        post=appointment.post,
        name=appointment.person.name,
        user_id=getattr(getattr(request, "user", None), "pk", None),
        request_id=getattr(request, "request_id", ""),
        source=source_of(request) if request is not None else "",
    )


def actor_of_token(token: ApiToken, *, request: HttpRequest) -> Actor:
    """Return the actor of a token: its appointment's rights and its column's, whichever is narrower."""
    appointment = token.appointment
    return Actor(
        kind="token",
        scope=scope_of_appointment(
            appointment,
            api=token.column,
            operations=frozenset(token.operations) if token.operations else None,
        ),
        user_id=token.user_id,
        person_id=appointment.person_id,
        appointment_id=appointment.pk,
        appointment_uid=str(appointment.uid),
        organization_id=appointment.organization_id,
        post=f"{appointment.post}（接口：{token.name}）",
        name=token.name,
        request_id=getattr(request, "request_id", ""),
        source=source_of(request),
    )


def actor_of_link(
    link: SignedLink, *, request: HttpRequest, organization: Organization | None = None
) -> Actor:
    """Return the actor of a signed link, speaking for the organization or person it names."""
    body = link.organization or organization
    speaker = body.called if body else ""
    return Actor(
        kind="link",
        scope=Scope(
            column="link",
            organization_id=body.pk if body else None,
            person_id=link.person_id,
            link_target=(link.target_label, str(link.target_uid)),
        ),
        person_id=link.person_id,
        organization_id=body.pk if body else None,
        post=f"{speaker}（办理链接）",
        request_id=getattr(request, "request_id", ""),
        source=source_of(request),
    )


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking; looked up anew for every request, so that an ended term ends at once."""
    actor = getattr(request, "actor", None)
    if actor is None:
        actor = _session_actor(request)
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def posts_of(request: HttpRequest) -> list[Appointment]:
    """Return the posts of the signed-in person, read once per request."""
    posts = getattr(request, "posts", None)
    if posts is None:
        user = request.user
        posts = current_appointments(user) if isinstance(user, User) else []
        request.posts = posts  # type: ignore[attr-defined]
    return posts


def _session_actor(request: HttpRequest) -> Actor:
    user = request.user
    if not isinstance(user, User):
        return Actor.anonymous(
            request_id=getattr(request, "request_id", ""), source=source_of(request)
        )
    posts = posts_of(request)
    chosen = request.session.get(POST_KEY)
    appointment = next((post for post in posts if str(post.uid) == chosen), None)
    if appointment is None:
        last = next((post for post in posts if post.pk == user.last_post_id), None)
        appointment = last or (posts[0] if posts else None)
    if appointment is None:
        return Actor(
            kind="appointment",
            user_id=user.pk,
            person_id=user.person_id,
            name=user.person.name,
            request_id=getattr(request, "request_id", ""),
            source=source_of(request),
        )
    return actor_in(appointment, request=request)
