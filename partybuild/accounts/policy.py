"""The security policy in force: the figures of its profile, and what this installation set otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from django.http import HttpRequest

from partybuild.accounts.enums import PolicyProfile
from partybuild.accounts.models import SecurityPolicy

ADMINISTRATOR_COLUMNS = frozenset({"system_admin", "security_admin", "auditor"})
COMMITTEE_COLUMNS = frozenset({"city", "district", "street"})
COMMUNITY_COLUMNS = frozenset({"community_secretary", "community_worker"})
UNIT_COLUMNS = frozenset({"unit_secretary", "unit_liaison"})
# Every column of access.csv that a person's post may have.
COLUMNS = (
    "system_admin",
    "security_admin",
    "auditor",
    "city",
    "district",
    "street",
    "community_secretary",
    "community_worker",
    "unit_secretary",
    "unit_liaison",
    "member",
)


def _idle_days() -> dict[str, int]:
    return {
        **dict.fromkeys(ADMINISTRATOR_COLUMNS, 90),
        **dict.fromkeys(COMMITTEE_COLUMNS | COMMUNITY_COLUMNS, 180),
        # A liaison comes once a quarter.
        **dict.fromkeys(UNIT_COLUMNS | {"member"}, 400),
    }


@dataclass(frozen=True)
class Policy:
    """The figures in force, with the defaults of the profile mlps (GB/T 22239 level 3)."""

    profile: str = PolicyProfile.MLPS

    password_min_length: int = 10
    # Of capitals, small letters, digits and other signs, so many kinds.
    password_kinds: int = 3
    # So many signs in a row of one's login, name, phone or ID number are refused; 0: only the whole.
    password_piece: int = 3
    password_history: int = 5
    # 0: never. Asked of those posts only that come every week.
    password_max_days: int = 90
    rotation_columns: frozenset[str] = ADMINISTRATOR_COLUMNS | COMMITTEE_COLUMNS | COMMUNITY_COLUMNS

    fails: int = 5
    fail_window_minutes: int = 15
    lock_minutes: int = 30
    # Failures from one address; known devices are not counted, the networks of offices have their own figure.
    source_per_hour: int = 20
    office_per_hour: int = 200
    office_networks: tuple[str, ...] = ()

    idle_minutes: int = 30
    absolute_hours: int = 12

    # Columns of access.csv whose posts need a second factor.
    factor_columns: frozenset[str] = ADMINISTRATOR_COLUMNS | COMMITTEE_COLUMNS
    # How long a device is remembered, and the second factor not asked again on it.
    device_days: int = 30
    step_up_minutes: int = 10

    # Days without a sign-in after which an account is disabled, by column.
    idle_days: dict[str, int] = field(default_factory=_idle_days)
    reveal_per_hour: int = 30
    phone_alarm_per_day: int = 200


_ASVS: dict[str, Any] = {
    "profile": PolicyProfile.ASVS,
    # Length instead of kinds and rotation, as OWASP ASVS 5 asks.
    "password_min_length": 15,
    "password_kinds": 0,
    "password_piece": 0,
    "password_history": 0,
    "password_max_days": 0,
}
_SETS = frozenset({"rotation_columns", "factor_columns"})
NAMES = frozenset(each.name for each in fields(Policy)) - {"profile"}


def profile_of(name: str) -> Policy:
    """Return a profile's own figures."""
    return Policy(**_ASVS) if name == PolicyProfile.ASVS else Policy()


def policy_from(profile: str, figures: dict[str, Any]) -> Policy:
    """Return the policy of a stored row; names that no figure has any more are passed over."""
    own = profile_of(profile)
    values = {each.name: getattr(own, each.name) for each in fields(Policy)}
    for name, value in figures.items():
        if name in _SETS:
            values[name] = frozenset(value)
        elif name == "office_networks":
            values[name] = tuple(value)
        elif name == "idle_days":
            values[name] = {**own.idle_days, **value}
        elif name in NAMES:
            values[name] = value
    return Policy(**values)


def policy_of(request: HttpRequest) -> Policy:
    """Return the policy in force for a request: it came with the signed-in user, in the same query."""
    found: Policy | None = getattr(request, "_policy", None)
    if found is None:
        user = getattr(request, "user", None)
        if user is not None and hasattr(user, "policy_profile"):
            found = policy_from(user.policy_profile or "", user.policy_figures or {})
        else:
            found = policy()
        request._policy = found  # type: ignore[attr-defined]
    return found


def policy() -> Policy:
    """Return the security policy in force, read anew at each call."""
    row = SecurityPolicy.objects.values("profile", "figures").first()
    return policy_from(row["profile"], row["figures"]) if row else Policy()
