"""Opening accounts."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import User
from partybuild.audit.services import record_event
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile
from partybuild.people.models import Person


@transaction.atomic
def create_user(
    person: Person, *, by: Actor, username: str | None = None, password: str | None = None
) -> User:
    """Give a person a way to sign in: by user name, by mobile phone, or both."""
    user = User(
        person=person,
        username=(username or "").strip().lower() or None,
        phone_hash=keyed_hash(person.phone, "phone") if is_mobile(person.phone) else None,
    )
    user.set_password(password)
    user.full_clean(exclude=("password",))
    user.save()
    record_event(EventKind.USER_CREATED, target=user, by=by)
    return user
