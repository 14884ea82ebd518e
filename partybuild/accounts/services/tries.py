"""Tries to sign in, counted so that parallel ones cannot slip through."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import connection, transaction
from django.utils import timezone

from partybuild.accounts.models import SignInTry
from partybuild.accounts.policy import Policy, policy
from partybuild.fields import keyed_hash

HOUR = timedelta(hours=1)
# What is older counts for nothing.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Seat:
    """A try that is counted as failed until it is given back; or a refusal, and for how long."""

    ids: tuple[int, ...] = ()
    wait_seconds: int = 0

    @property
    def is_refused(self) -> bool:
        """Whether too many tries failed before this one."""
        return self.wait_seconds > 0


def source_key(source: str) -> str:
    """Return what is counted for an address: for IPv6 the network that one subscriber has."""
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return source
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return source


def _is_office(source: str, networks: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(source)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(each, strict=False) for each in networks)


@transaction.atomic
def take_seat(*, account: str, source: str, device: str = "") -> Seat:
    """Count a try before it is made, or refuse it.

    A device that is known to the account has a counter of its own: nobody else can use it up, and
    the address it stands behind is not counted.
    """
    rules = policy()
    now = timezone.now()
    by_account = keyed_hash(f"device:{account}:{device}" if device else account, "sign-in")
    by_source = keyed_hash(f"source:{source_key(source)}", "sign-in")
    _hold(by_account)
    wait = _lock_left(by_account, rules, now)
    keys = [by_account]
    if not device:
        # Held after the account's, always in this order: no two tries wait for each other.
        _hold(by_source)
        wait = max(wait, _source_left(by_source, source, rules, now))
        keys.append(by_source)
    if wait:
        return Seat(wait_seconds=wait)
    rows = SignInTry.objects.bulk_create([SignInTry(key=key, at=now) for key in keys])
    return Seat(ids=tuple(row.pk for row in rows))


@transaction.atomic
def give_back(seat: Seat) -> None:
    """Take a try off the counters: it was right. Earlier ones stay counted."""
    SignInTry.objects.filter(pk__in=seat.ids).delete()


@transaction.atomic
def forget_old_tries() -> int:
    """Delete what counts for nothing any more; a second run finds nothing."""
    return SignInTry.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _hold(key: str) -> None:
    with connection.cursor() as cursor:
        # Until the end of the transaction: of two tries at once, the second counts the first.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _lock_left(key: str, rules: Policy, now: datetime) -> int:
    """Return for how many seconds an account is locked: from its last failure in a full window on."""
    window = timedelta(minutes=rules.fail_window_minutes)
    lock = timedelta(minutes=rules.lock_minutes)
    since = now - window - lock
    times = list(
        SignInTry.objects.filter(key=key, at__gt=since).order_by("at").values_list("at", flat=True)
    )
    for first, last in zip(times, times[rules.fails - 1 :], strict=False):
        if last - first < window and now < last + lock:
            return max(1, ceil((last + lock - now).total_seconds()))
    return 0


def _source_left(key: str, source: str, rules: Policy, now: datetime) -> int:
    """Return for how many seconds an address has used up its hour."""
    most = rules.source_per_hour
    if _is_office(source, rules.office_networks):
        most = max(most, rules.office_per_hour)
    times = list(
        SignInTry.objects.filter(key=key, at__gt=now - HOUR)
        .order_by("-at")
        .values_list("at", flat=True)[:most]
    )
    if len(times) < most:
        return 0
    return max(1, ceil((times[-1] + HOUR - now).total_seconds()))
