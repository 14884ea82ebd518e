"""Showing what stands masked: one event per look, in the same transaction, or nothing is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from members.enums import EmploymentState, EventKind
from members.exceptions import ListTooLong, NobodyOnList, TooManyReveals
from members.models import Employment, PartyMember
from partybuild.access import Actor, Role
from partybuild.accounts.models import Appointment
from partybuild.accounts.policy import policy
from partybuild.audit.enums import Result
from partybuild.audit.models import Event
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.calendar.clock import Now
from partybuild.notices.services import Recipient, notify

# More than an area's office calls in one go; a longer list is narrowed first.
LONGEST_CALL_LIST = 300


@dataclass(frozen=True)
class CallLine:
    """One line of a call list."""

    name: str
    unit: str
    phone: str


@transaction.atomic
def reveal_phone(member: PartyMember, *, by: Actor) -> str:
    """Show one phone number in one tap, and write down who looked."""
    record_event(EventKind.MEMBER_PHONE_SHOWN, target=member, by=by, about=[member.person_id])
    _watch_phones(by)
    return member.person.phone


@transaction.atomic
def call_list(
    members: Sequence[PartyMember],
    *,
    title: str,
    by: Actor,
    target: models.Model | None = None,
) -> list[CallLine]:
    """Return names and phones of the people of a unit, community, team or chase: one logged action."""
    if not members:
        raise NobodyOnList
    if len(members) > LONGEST_CALL_LIST:
        raise ListTooLong(LONGEST_CALL_LIST)
    record_event(
        EventKind.CALL_LIST_MADE,
        target=target,
        by=by,
        reason=title,
        changes={"people": [None, len(members)]},
        about=[member.person_id for member in members],
    )
    _watch_phones(by)
    units = {
        employment.member_id: employment.unit.called
        for employment in Employment.objects.current()
        .filter(member__in=members, state=EmploymentState.CONFIRMED)
        .select_related("unit")
    }
    return [
        CallLine(member.person.name, units.get(member.pk, ""), member.person.phone)
        for member in members
    ]


def reveal_id_number(member: PartyMember, *, reason: str, by: Actor) -> str:
    """Show one ID number for a reason, and write both down; TooManyReveals above the hour's limit."""
    most = policy().reveal_per_hour
    try:
        return _reveal_id_number(member, reason=reason, most=most, by=by)
    except TooManyReveals:
        # The refusal itself is rolled back with its transaction; that it happened is not.
        _tell_of_too_many(member, most, by=by)
        raise


@transaction.atomic
def _reveal_id_number(member: PartyMember, *, reason: str, most: int, by: Actor) -> str:
    with connection.cursor() as cursor:
        # One person's looks are counted one at a time, from however many windows.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"reveal:{by.person_id}:{by.user_id}"]
        )
    looks = _looks(by, EventKind.MEMBER_ID_NUMBER_SHOWN).filter(at__gt=Now() - timedelta(hours=1))
    if looks.count() >= most:
        raise TooManyReveals(most)
    record_event(
        EventKind.MEMBER_ID_NUMBER_SHOWN,
        target=member,
        by=by,
        reason=reason,
        about=[member.person_id],
    )
    return member.person.id_number


@transaction.atomic
def _tell_of_too_many(member: PartyMember, most: int, *, by: Actor) -> None:
    record_event(EventKind.MEMBER_ID_NUMBER_SHOWN, target=member, by=by, result=Result.REFUSED)
    _alarm(
        by,
        kind="reveal.id_numbers",
        title=_("身份号码查看过多：%(post)s") % {"post": by.post},
        body=_(
            "%(post)s一小时内查看公民身份号码已达%(most)d次，平台已停止继续显示。请核对是否为工作需要；不是的，可先停用该账号。"
        )
        % {"post": by.post, "most": most},
    )


def _looks(by: Actor, *kinds: EventKind) -> Any:
    whose = Q(person_id=by.person_id) if by.person_id else Q(user_id=by.user_id)
    return Event.objects.filter(whose, kind__in=[str(kind) for kind in kinds], result=Result.DONE)


def phones_shown_today(by: Actor) -> int:
    """Return how many phone numbers somebody has been shown today, call lists by their people."""
    since = Now() - timedelta(days=1)
    found = _looks(by, EventKind.MEMBER_PHONE_SHOWN, EventKind.CALL_LIST_MADE).filter(at__gt=since)
    return sum(len(about) for about in found.values_list("about", flat=True))


def _watch_phones(by: Actor) -> None:
    """Tell the security administrators of more phones than a day's work needs; nobody is stopped."""
    most = policy().phone_alarm_per_day
    count = phones_shown_today(by)
    if count <= most:
        return
    _alarm(
        by,
        kind="reveal.phones",
        title=_("手机号查看较多：%(post)s") % {"post": by.post},
        body=_("%(post)s一天内查看手机号（含通话名单）已超过%(most)d个。请核对是否为工作需要。")
        % {"post": by.post, "most": most},
    )


def _alarm(by: Actor, *, kind: str, title: str, body: str) -> None:
    """Write to every security administrator, once a day about one post."""
    watchers = (
        Appointment.objects.filter(role=Role.SECURITY_ADMIN)
        .current(today())
        .select_related("person")
    )
    post = Appointment.objects.filter(pk=by.appointment_id or 0).first()
    if post is None:
        return
    notify(
        kind=kind,
        subject=post,
        recipients=[Recipient(person=each.person) for each in watchers],
        title=title,
        body=body,
        by=Actor.system("reveals"),
        step=today().isoformat(),
        path=reverse("portal:home"),
    )
