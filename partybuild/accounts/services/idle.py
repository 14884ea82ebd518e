"""Accounts that nobody uses: told, then disabled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.access.roles import column_of
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.policy import policy
from partybuild.accounts.services.users import disable_user
from partybuild.calendar import today

# So many days before, the owner is told.
NOTICE_DAYS = 14


@dataclass(frozen=True)
class Idle:
    """An account, since when nobody used it, and when it is disabled."""

    user: User
    since: datetime
    ends_at: datetime


def idle_accounts(*, ahead: timedelta = timedelta(0)) -> Iterator[Idle]:
    """Yield active accounts whose idle days are over, or will be in a while.

    Of several posts the one counts that asks for the shortest time; without any, the shortest of all.
    """
    days = policy().idle_days
    least = min(days.values())
    moment = timezone.now() + ahead
    waiting = User.objects.filter(is_active=True).filter(
        Q(last_login=None) | Q(last_login__lt=moment - timedelta(days=least))
    )
    posts: dict[int, list[str]] = {}
    for post in (
        Appointment.objects.filter(person__user__in=waiting)
        .open(today())
        .select_related("organization__area")
    ):
        level = (
            post.organization.area.level if post.organization and post.organization.area else None
        )
        posts.setdefault(post.person_id, []).append(column_of(post.role, level))
    for user in waiting.select_related("person").order_by("pk").iterator(chunk_size=1000):
        since = max(filter(None, (user.last_login, user.enabled_at, user.created_at)))
        columns = posts.get(user.person_id, [])
        allowed = min((days.get(column, least) for column in columns), default=least)
        ends_at = since + timedelta(days=allowed)
        if ends_at <= moment:
            yield Idle(user, since, ends_at)


def disable_idle_account(idle: Idle, *, by: Actor) -> bool:
    """Disable an account that nobody uses; the last administrator stays."""
    try:
        disable_user(
            idle.user,
            reason=_("%(days)d天未登录，自动停用") % {"days": (timezone.now() - idle.since).days},
            by=by,
        )
    except ValidationError:
        # The last system or security administrator: a product without one helps nobody.
        return False
    return True
