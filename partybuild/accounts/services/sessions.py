"""Signing in and out, switching posts, ending what lasts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import Appointment, KnownDevice, SignInSession, User
from partybuild.audit.services import record_event


@transaction.atomic
def note_sign_in(
    user: User | None,
    *,
    by: Actor,
    succeeded: bool = True,
    method: str = "",
    kind: str = "",
) -> None:
    """Write down a sign-in or a refused one; an unknown name leaves no name behind."""
    record_event(
        kind or (EventKind.SIGNED_IN if succeeded else EventKind.SIGN_IN_FAILED),
        target=user,
        by=by,
        result="done" if succeeded else "refused",
        changes={"method": [None, method]} if method else None,
    )


@transaction.atomic
def open_sign_in(
    user: User,
    *,
    session_key: str,
    method: str,
    label: str,
    source: str,
    token_hash: str,
    old_token_hash: str,
    trust_days: int,
    by: Actor,
) -> SignInSession:
    """Keep a session that has just begun, and the device it began on; trust_days 0 leaves its trust as it is."""
    now = timezone.now()
    if old_token_hash:
        # The token changes with each sign-in, for everybody who signs in on this browser.
        KnownDevice.objects.filter(token_hash=old_token_hash).update(token_hash=token_hash)
    values: dict[str, Any] = {"label": label, "source": source, "last_used_at": now}
    if trust_days:
        values["trusted_until"] = now + timedelta(days=trust_days)
    device, _created = KnownDevice.objects.update_or_create(
        user=user, token_hash=token_hash, defaults=values
    )
    SignInSession.objects.filter(session_key=session_key).delete()
    row = SignInSession.objects.create(
        user=user,
        session_key=session_key,
        device=device,
        label=label,
        source=source,
        method=method,
        signed_in_at=now,
    )
    note_sign_in(user, by=by, method=method)
    return row


@transaction.atomic
def keep_elder_mode(user: User, *, is_on: bool, by: Actor) -> None:
    """Keep with the person that they read in large type, or no longer."""
    # The filter is the lock: pressed twice, it is one change.
    if User.objects.filter(pk=user.pk).exclude(elder_mode=is_on).update(elder_mode=is_on):
        user.elder_mode = is_on
        record_event(
            EventKind.READING_CHANGED,
            target=user,
            by=by,
            changes={"elder_mode": [not is_on, is_on]},
        )


@transaction.atomic
def rename_session(*, old_key: str, new_key: str) -> None:
    """Follow a session to its new id."""
    SignInSession.objects.filter(session_key=old_key).update(session_key=new_key)


@transaction.atomic
def switch_post(user: User, *, appointment: Appointment, by: Actor) -> None:
    """Remember the post a person acts in, for the next sign-in too."""
    User.objects.filter(pk=user.pk).update(last_post=appointment)
    record_event(EventKind.POST_SWITCHED, target=appointment, by=by)


@transaction.atomic
def note_sign_out(user: User, *, by: Actor, session_key: str = "", kind: str = "") -> None:
    """Write down a sign-out, by hand or by the clock."""
    SignInSession.objects.filter(session_key=session_key).delete()
    record_event(kind or EventKind.SIGNED_OUT, target=user, by=by)


@transaction.atomic
def end_session(row: SignInSession, *, by: Actor) -> None:
    """End one sign-in of one's own, on another device."""
    Session.objects.filter(session_key=row.session_key).delete()
    SignInSession.objects.filter(pk=row.pk).delete()
    record_event(EventKind.SESSIONS_ENDED, target=row.user, by=by)


@transaction.atomic
def drop_sessions(user: User, *, but_session_key: str = "") -> None:
    """Sign a user out everywhere, as a part of something that writes its own event."""
    rows = SignInSession.objects.filter(user=user).exclude(session_key=but_session_key)
    Session.objects.filter(
        session_key__in=list(rows.values_list("session_key", flat=True))
    ).delete()
    rows.delete()
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=("session_epoch",))


@transaction.atomic
def end_sessions(user: User, *, by: Actor, reason: str = "", but_session_key: str = "") -> None:
    """Sign a user out everywhere; whoever keeps a session binds it to the new epoch afterwards."""
    drop_sessions(user, but_session_key=but_session_key)
    record_event(EventKind.SESSIONS_ENDED, target=user, by=by, reason=reason)


@transaction.atomic
def forget_devices(user: User, *, but_token_hash: str = "") -> None:
    """Know none of an account's devices any more, but for the one in use."""
    KnownDevice.objects.filter(user=user).exclude(token_hash=but_token_hash or "-").delete()


@transaction.atomic
def forget_device(device: KnownDevice, *, by: Actor) -> None:
    """Ask the second factor on a device again."""
    KnownDevice.objects.filter(pk=device.pk).delete()
    record_event(EventKind.DEVICE_FORGOTTEN, target=device.user, by=by)


@transaction.atomic
def sweep_sessions() -> int:
    """Delete sessions that are over; a second run finds nothing."""
    now = timezone.now()
    gone = Session.objects.filter(expire_date__lt=now).delete()[0]
    lasting = Session.objects.values("session_key")
    SignInSession.objects.exclude(session_key__in=lasting).delete()
    return gone
