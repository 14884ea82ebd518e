"""Issuing and revoking API tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor, column_keys
from partybuild.access.roles import AREA_ROLES, UNIT_ROLES
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import (
    TokenNeedsAnAccount,
    TokenNeedsAReason,
    TokenNotForThisPost,
)
from partybuild.accounts.models import ApiToken, Appointment, User
from partybuild.audit.services import record_event
from partybuild.calendar import today

MOST_DAYS = 180
# Members use pages; administrators see no business data.
TOKEN_ROLES = AREA_ROLES | UNIT_ROLES


@transaction.atomic
def issue_token(
    appointment: Appointment,
    *,
    name: str,
    column: str,
    days: int,
    by: Actor,
    reason: str = "",
    operations: Iterable[str] = (),
) -> tuple[ApiToken, str]:
    """Issue a token for an appointment; its text is returned here and never again."""
    wanted = sorted(set(operations))
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("令牌有效期为1至180天。"))
    if column not in dict(ApiToken.COLUMNS) or set(wanted) - column_keys(column):
        raise ValidationError(_("所选操作超出了令牌的权限。"))
    if not by.scope.is_system:
        if not reason.strip():
            raise TokenNeedsAReason
        if appointment.role not in TOKEN_ROLES or not _runs(appointment):
            raise TokenNotForThisPost
    user = User.objects.filter(person_id=appointment.person_id, is_active=True).first()
    if user is None:
        raise TokenNeedsAnAccount
    token, text = ApiToken.objects.create(
        user=user,
        expiry=timedelta(days=days),
        appointment=appointment,
        name=name,
        column=column,
        operations=wanted,
    )
    record_event(
        EventKind.TOKEN_ISSUED,
        target=token,
        by=by,
        reason=reason,
        changes={
            "appointment": [None, appointment.post],
            "column": [None, column],
            "operations": [None, wanted],
            "days": [None, days],
        },
    )
    return token, text


def _runs(appointment: Appointment) -> bool:
    return Appointment.objects.filter(pk=appointment.pk).current(today()).exists()


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor, reason: str = "") -> None:
    """Take a token back; it answers nothing from the next request on."""
    # The filter is the lock: taken back twice, it is one event.
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        token.refresh_from_db()
        record_event(EventKind.TOKEN_REVOKED, target=token, by=by, reason=reason)
