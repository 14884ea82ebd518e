"""One sign-in per role, with passwords of this installation alone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.demo import words
from partybuild.access import Actor, Role
from partybuild.accounts.enums import PolicyProfile
from partybuild.accounts.models import Appointment, SecurityPolicy, User
from partybuild.accounts.services import create_user
from partybuild.accounts.services.policy import edit_policy
from partybuild.areas.models import Area
from partybuild.calendar import today

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class SignIn:
    """A line of the list that `make run` prints."""

    username: str
    password: str
    post: str


# User name, role, code of the body's area or "" where the role has no body.
_ROLES = (
    ("system", Role.SYSTEM_ADMIN, ""),
    ("security", Role.SECURITY_ADMIN, ""),
    ("auditor", Role.AUDITOR, ""),
    ("city", Role.COMMITTEE, words.CITY[1]),
    ("district", Role.COMMITTEE, words.DISTRICT[1]),
    ("street", Role.COMMITTEE, words.STREET[1]),
    ("secretary", Role.COMMUNITY_SECRETARY, f"{words.STREET[1]}001"),
    ("worker", Role.COMMUNITY_WORKER, f"{words.STREET[1]}001"),
    ("unit-secretary", Role.UNIT_SECRETARY, f"{words.STREET[1]}001"),
    ("liaison", Role.UNIT_LIAISON, f"{words.STREET[1]}001"),
    ("member", Role.MEMBER, ""),
)


def _path() -> Path:
    """Beside the demo's data; each database has its own list."""
    name = str(settings.DATABASES["default"]["NAME"])
    return Path(settings.MEDIA_ROOT).parent / f"demo-sign-ins-{Path(name).name}.json"


def known_sign_ins() -> list[SignIn]:
    """Return the list of this installation, [] if it was lost, never made or another database's before this."""
    try:
        lines = [SignIn(**line) for line in json.loads(_path().read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []
    # A database made anew under the same name knows nobody of the old list.
    names = {line.username for line in lines}
    known = User.objects.filter(username__in=names).values_list("username", flat=True)
    return lines if set(known) == names else []


@transaction.atomic
def ask_no_factor(*, by: Actor) -> None:
    """Let visitors of a new demonstration in with a password alone; who edits the policy there is not overruled."""
    if not SecurityPolicy.objects.exists():
        edit_policy(
            profile=PolicyProfile.MLPS,
            figures={"factor_columns": frozenset()},
            reason="演示环境：各岗位均可只凭密码登录，便于试用",
            by=by,
        )


@transaction.atomic
def renew_sign_ins(*, by: Actor) -> list[SignIn]:
    """Give each role's account a new random password and keep the list where only its owner reads it."""
    lines = []
    for username, role, code in _ROLES:
        appointment = _appointment(role, code)
        if appointment is None:
            continue
        password = "-".join(
            "".join(secrets.choice(_ALPHABET) for _sign in range(4)) for _group in range(3)
        )
        user = User.objects.filter(person=appointment.person).first()
        if user is None:
            user = create_user(
                appointment.person, username=username, mail=f"{username}@demo.example", by=by
            )
        user.set_password(password)
        user.password_changed_at = timezone.now()
        user.save(update_fields=("password", "password_changed_at"))
        lines.append(SignIn(user.username or username, password, appointment.post))
    _open_some_more(by=by)
    _keep(lines)
    return lines


def _open_some_more(*, by: Actor) -> None:
    """Leave a few liaisons of the first community with accounts that wait for their invitation."""
    area = Area.objects.filter(code=f"{words.STREET[1]}001", valid_to=None).first()
    waiting = (
        Appointment.objects.filter(role=Role.UNIT_LIAISON, person__user=None)
        .filter(organization__area=area)
        .current(today())
        .select_related("person")
        .order_by("id")
    )
    for number, appointment in enumerate(waiting[:3], start=1):
        create_user(appointment.person, mail=f"liaison{number:02d}@demo.example", by=by)


def _appointment(role: Role, code: str) -> Appointment | None:
    found = (
        Appointment.objects.filter(role=role)
        .current(today())
        .select_related("person", "organization")
        .order_by("id")
    )
    if code:
        area = Area.objects.filter(code=code, valid_to=None).first()
        return found.filter(organization__area=area).first() if area is not None else None
    return found.first()


def _keep(lines: list[SignIn]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # Created unreadable to others from the first byte.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([asdict(line) for line in lines], file, ensure_ascii=False, indent=1)
