"""What a person says about their own notices: by which ways, when not, and who takes them during leave."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import Channel, EventKind, MailWish, NoticeState
from partybuild.notices.exceptions import (
    DelegateDoesNotFit,
    LeaveIsOver,
    LeaveIsTold,
    LeaveIsTooLong,
    QuietHoursHalfSet,
)
from partybuild.notices.models import ChannelPreference, Delegation, Notice
from partybuild.notices.services.notify import holders_of
from partybuild.people.models import Person

_LONGEST = timedelta(days=180)


@transaction.atomic
def set_preference(
    person: Person,
    *,
    mail: MailWish,
    sms: bool,
    quiet_from: int | None,
    quiet_to: int | None,
    by: Actor,
) -> ChannelPreference:
    """Keep a person's own choice; it holds from the next message on, also for those that wait."""
    if (quiet_from is None) != (quiet_to is None):
        raise QuietHoursHalfSet
    values = {"mail": mail, "sms": sms, "quiet_from": quiet_from, "quiet_to": quiet_to}
    # One row per person: of two presses at once the second one waits and overwrites.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = ChannelPreference.objects.filter(person=person).first()
    was = {name: getattr(before, name) if before else None for name in values}
    changes = {name: [was[name], value] for name, value in values.items() if was[name] != value}
    if before is not None and not changes:
        return before
    preference, _made = ChannelPreference.objects.update_or_create(person=person, defaults=values)
    record_event(EventKind.PREFERENCE_SET, target=preference, by=by, changes=changes)
    return preference


def possible_delegates(appointment: Appointment) -> list[Person]:
    """Return who else holds a post at the same body today."""
    body = appointment.organization_id
    if body is None:
        return []
    found = {post.person_id: post.person for post in holders_of({body}).get(body, ())}
    found.pop(appointment.person_id, None)
    return list(found.values())


@transaction.atomic
def delegate_notices(
    appointment: Appointment,
    *,
    delegate: Person,
    starts_on: date,
    ends_on: date,
    is_both: bool,
    reason: str,
    by: Actor,
) -> Delegation:
    """Let another holder at the same body be told during leave; rights do not travel."""
    if appointment.organization is None or delegate.pk not in {
        each.pk for each in possible_delegates(appointment)
    }:
        raise DelegateDoesNotFit
    if ends_on < max(starts_on, today()):
        raise LeaveIsOver
    if ends_on - starts_on > _LONGEST:
        raise LeaveIsTooLong
    # The person's row is the lock: of two leaves written at once the second finds the first.
    Person.objects.select_for_update(no_key=True).get(pk=appointment.person_id)
    standing = Delegation.objects.filter(
        organization=appointment.organization, person=appointment.person_id, ended_at=None
    )
    if standing.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise LeaveIsTold
    leave = Delegation.objects.create(
        organization=appointment.organization,
        person=appointment.person,
        delegate=delegate,
        starts_on=starts_on,
        ends_on=ends_on,
        is_both=is_both,
        reason=reason.strip()[:200],
    )
    record_event(EventKind.DELEGATED, target=leave, by=by, reason=leave.reason)
    _tell_delegate(leave, by=by)
    return leave


def day_words(day: date) -> str:
    """Return 2026年3月5日."""
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


def _tell_delegate(leave: Delegation, *, by: Actor) -> None:
    from partybuild.notices.services.notify import Recipient, notify

    notify(
        kind="delegation.given",
        subject=leave,
        recipients=[Recipient(organization=leave.organization, person=leave.delegate)],
        title=_("请您在请假期间代收通知"),
        body=_(
            "%(who)s%(from)s至%(to)s请假，期间发给对方的通知也发给您。您的权限不变：需要对方岗位办理的事，请转告或请上级安排。"
        )
        % {
            "who": leave.person.name,
            "from": day_words(leave.starts_on),
            "to": day_words(leave.ends_on),
        },
        path="/",
        by=by,
    )


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Actor) -> bool:
    """End a leave before its last day; what still waits for the delegate is not sent. False if it is over."""
    # The filter is the lock: of two presses one ends it.
    if not Delegation.objects.filter(pk=delegation.pk, ended_at=None, ends_on__gte=today()).update(
        ended_at=ClockTimestamp()
    ):
        return False
    Notice.objects.filter(
        organization=delegation.organization_id,
        person=delegation.delegate_id,
        on_behalf_of=delegation.person_id,
        channel__in=(Channel.MAIL, Channel.SMS),
        state__in=(NoticeState.QUEUED, NoticeState.CLAIMED),
    ).update(state=NoticeState.CANCELLED, error=_("代收已结束"), claim=None, lease_until=None)
    record_event(EventKind.DELEGATION_ENDED, target=delegation, by=by)
    return True
