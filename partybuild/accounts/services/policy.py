"""Editing the security policy."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.conf import settings
from django.db import transaction

from partybuild.access import Actor, require
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import (
    AdministratorsNeedAFactor,
    PolicyChangedMeanwhile,
    ReasonNeeded,
)
from partybuild.accounts.models import SecurityPolicy
from partybuild.accounts.policy import (
    ADMINISTRATOR_COLUMNS,
    NAMES,
    Policy,
    policy_from,
    profile_of,
)
from partybuild.audit.services import record_event


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _differences(old: Policy, new: Policy) -> dict[str, Any]:
    return {
        each.name: [_plain(getattr(old, each.name)), _plain(getattr(new, each.name))]
        for each in fields(Policy)
        if getattr(old, each.name) != getattr(new, each.name)
    }


@transaction.atomic
def edit_policy(
    *, profile: str, figures: dict[str, Any], reason: str, by: Actor, version: int = 0
) -> SecurityPolicy:
    """Put a policy in force; only the figures that differ from its profile are kept.

    `version` is the one the page was drawn from; 0 asks nothing.
    """
    require(by, "policy.edit")
    if not reason.strip():
        raise ReasonNeeded
    row, _created = SecurityPolicy.objects.select_for_update().get_or_create(is_only=True)
    if version and row.version != version:
        raise PolicyChangedMeanwhile
    before = policy_from(row.profile, row.figures)
    own = profile_of(profile)
    kept = {
        name: _plain(value)
        for name, value in figures.items()
        if name in NAMES and _plain(value) != _plain(getattr(own, name))
    }
    after = policy_from(profile, kept)
    # A demonstration may do without; what is in use may not.
    if not settings.IN_DEVELOPMENT and not after.factor_columns >= ADMINISTRATOR_COLUMNS:
        raise AdministratorsNeedAFactor
    row.profile, row.figures, row.version = profile, kept, row.version + 1
    row.full_clean(exclude=("is_only",))
    row.save()
    record_event(
        EventKind.POLICY_EDITED,
        target=row,
        by=by,
        reason=reason,
        changes=_differences(before, after),
    )
    return row
