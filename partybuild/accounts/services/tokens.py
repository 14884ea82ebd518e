"""Issuing and revoking API tokens."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import ApiToken, Appointment, User
from partybuild.audit.services import record_event

MOST_DAYS = 180


@transaction.atomic
def issue_token(
    appointment: Appointment,
    *,
    name: str,
    column: str,
    days: int,
    by: Actor,
    operations: tuple[str, ...] = (),
) -> tuple[ApiToken, str]:
    """Issue a token for an appointment; its text is returned here and never again."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("令牌有效期为1至180天。"))
    user = User.objects.get(person_id=appointment.person_id)
    token, text = ApiToken.objects.create(
        user=user,
        expiry=timedelta(days=days),
        appointment=appointment,
        name=name,
        column=column,
        operations=list(operations),
    )
    record_event(EventKind.TOKEN_ISSUED, target=token, by=by)
    return token, text


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Actor) -> None:
    """Take a token back; it answers nothing from the next request on."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record_event(EventKind.TOKEN_REVOKED, target=token, by=by)
