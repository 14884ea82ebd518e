"""Accounts that nobody uses are disabled by role, not before their owners were told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from partybuild.access import Role
from partybuild.accounts.models import User
from partybuild.accounts.services.idle import idle_accounts
from partybuild.calendar import now
from partybuild.notices.models import Notice
from partybuild.notices.services.idle import sweep_idle_accounts
from tests.factories.core import SYSTEM, make_post

pytestmark = pytest.mark.django_db


def last_came(appointment, days: float) -> User:
    moment = timezone.now() - timedelta(days=days)
    rows = User.objects.filter(person=appointment.person)
    rows.update(last_login=moment, created_at=moment, enabled_at=moment)
    return rows.get()


@pytest.mark.parametrize(
    ("role", "days"),
    [("auditor", 90), ("street_staff", 180), ("secretary", 180), ("liaison", 400), ("member", 400)],
)
def test_each_role_has_its_own_days(cast, role, days):
    post = make_post(Role.AUDITOR, name="审") if role == "auditor" else getattr(cast, role)
    user = last_came(post, days - 0.1)
    assert user not in [idle.user for idle in idle_accounts()]
    last_came(post, days + 0.1)
    assert user in [idle.user for idle in idle_accounts()]


def test_nobody_is_disabled_untold(cast):
    user = last_came(cast.secretary, 300)
    assert sweep_idle_accounts(by=SYSTEM) == (1, 0)
    assert sweep_idle_accounts(by=SYSTEM) == (0, 0)
    notice = Notice.objects.get(kind="account.idle")
    assert notice.person == cast.secretary.person
    Notice.objects.filter(pk=notice.pk).update(created_at=now() - timedelta(days=14, minutes=1))
    assert sweep_idle_accounts(by=SYSTEM) == (0, 1)
    user.refresh_from_db()
    assert not user.is_active
    assert "未登录" in user.disable_reason
    assert sweep_idle_accounts(by=SYSTEM) == (0, 0)


def test_whoever_came_meanwhile_stays(cast):
    last_came(cast.secretary, 175)
    assert sweep_idle_accounts(by=SYSTEM) == (1, 0)
    Notice.objects.filter(kind="account.idle").update(created_at=now() - timedelta(days=15))
    last_came(cast.secretary, 0)
    assert sweep_idle_accounts(by=SYSTEM) == (0, 0)


def test_the_last_administrator_is_told_and_stays(cast):
    user = last_came(make_post(Role.SECURITY_ADMIN, name="安"), 200)
    sweep_idle_accounts(by=SYSTEM)
    Notice.objects.filter(kind="account.idle").update(created_at=now() - timedelta(days=15))
    assert sweep_idle_accounts(by=SYSTEM) == (0, 0)
    user.refresh_from_db()
    assert user.is_active
