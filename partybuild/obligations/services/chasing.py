"""Asking again, by hand."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.notices.services.notify import (
    Recipient,
    away_among,
    holders_of,
    reminded_by_sms,
    rows_for,
)
from partybuild.notices.services.robots import tell_group
from partybuild.obligations.enums import EventKind
from partybuild.obligations.models import Chase, Obligation
from partybuild.obligations.queries.chase import CHASE, ChaseLine, chase_lines
from partybuild.obligations.services.reminding import Wave, gathered, write_reminders
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# How many debts one posting names.
_NAMED = 30


@dataclass(frozen=True)
class Chased:
    """What a chase did: debts asked for, those asked for a short while ago, those paid meanwhile or one's own."""

    asked: int
    asked_today: int
    not_owed: int
    round: Chase | None = None


@transaction.atomic
def chase(
    obligations: Iterable[Obligation], *, by: Actor, again: bool = False, to_group: bool = False
) -> Chased:
    """Send one reminder for each debt that is still unpaid; a second one soon after only `again`.

    With `to_group` the robot of one's own group says which bodies are waited for. The debts are held:
    of two people pressing at once the second finds the first one's chase.
    """
    wanted = {debt.pk for debt in obligations}
    debts = list(
        Obligation.objects.filter(pk__in=wanted)
        .unpaid()
        .with_bodies()
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    others = [debt for debt in debts if not _is_own(debt, by)]
    days = WorkingDays.around_today()
    waves = gathered(others, step=days.today.isoformat())
    recent = _asked_lately(waves)
    asked = [wave for wave in waves if again or wave.first.pk not in recent]
    done: Chase | None = None
    if asked:
        done = _begin(asked, by=by)
        rounds = _rounds(asked)
        following = {key: last + 1 for key, last in rounds.items()}
        write_reminders(asked, kind=CHASE, days=days, by=by, rounds=following, press=done.uid)
        if to_group:
            _tell_group(asked, done, by=by)
        record_event(EventKind.CHASE_SENT, target=done, by=by, changes={"debts": [0, done.debts]})
        for wave in asked:
            for debt in wave.debts:
                record_event(EventKind.CHASED, target=debt, by=by, follows=True)
    asked_for = sum(len(wave.debts) for wave in asked)
    return Chased(
        asked=asked_for,
        asked_today=len(others) - asked_for,
        not_owed=len(wanted) - len(others),
        round=done,
    )


def _tell_group(asked: Sequence[Wave], done: Chase, *, by: Actor) -> None:
    """Post which bodies are waited for; what persons owe stays between them and their body."""
    debts = [debt for wave in asked for debt in wave.debts if debt.bearer_person_id is None]
    if not debts:
        return
    lines = {line.debt.pk: line for line in chase_lines(debts)}
    words = [
        f"{number}. {debt.bearer_name}：{debt.kind.name_in(debt.period)}（{lines[debt.pk].left}）"
        for number, debt in enumerate(debts[:_NAMED], 1)
    ]
    if len(debts) > _NAMED:
        words.append(_("……共%(count)d项") % {"count": len(debts)})
    tell_group(
        kind=CHASE,
        subject=done,
        title=_("以下事项还没有办理，请尽快办理"),
        body="\n".join(words),
        path="/",
        wave=done.uid,
        about=debts[0].subject if len({debt.subject_uid for debt in debts}) == 1 else None,
        by=by,
    )


def _begin(asked: Sequence[Wave], *, by: Actor) -> Chase:
    # The body's row is the lock of its numbers.
    if by.organization_id is not None:
        Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    standing = Chase.objects.filter(organization=by.organization_id)
    last = standing.aggregate(last=Max("number"))["last"] or 0
    return Chase.objects.create(
        organization_id=by.organization_id,
        number=last + 1,
        debts=sum(len(wave.debts) for wave in asked),
        post=by.post,
    )


def _rounds(waves: Sequence[Wave]) -> dict[tuple[uuid.UUID, str], int]:
    found = (
        Notice.objects.filter(
            kind=CHASE,
            subject_uid__in=[wave.subject.uid for wave in waves],  # type: ignore[attr-defined]
        )
        .values_list("subject_uid", "step")
        .annotate(last=Max("round"))
    )
    return {(uid, step): last for uid, step, last in found}


def _asked_lately(waves: Sequence[Wave]) -> dict[int, datetime]:
    """Return when debts were asked for by hand within the hours that their place sets."""
    hours: dict[int | None, int] = {}
    for wave in waves:
        if wave.first.area_id not in hours:
            hours[wave.first.area_id] = parameter(wave.first.area, "chase.hours")
    last: dict[tuple[uuid.UUID, str], datetime] = {
        (uid, step.partition(":")[2]): at
        for uid, step, at in Notice.objects.filter(
            kind=CHASE,
            subject_uid__in=[wave.subject.uid for wave in waves],  # type: ignore[attr-defined]
            created_at__gt=now() - timedelta(hours=max(hours.values(), default=0)),
        )
        .order_by("created_at")
        .values_list("subject_uid", "step", "created_at")
    }
    moment = now()
    found = {}
    for wave in waves:
        # Debts told together share a bearer: the duty in the step tells them apart.
        key = (wave.subject.uid, wave.step.partition(":")[2])  # type: ignore[attr-defined]
        at = last.get(key)
        if at is not None and moment - at < timedelta(hours=hours[wave.first.area_id]):
            found[wave.first.pk] = at
    return found


def _is_own(debt: Obligation, by: Actor) -> bool:
    """Whether the one who chases is the one who owes."""
    return by.organization_id is not None and debt.bearer_organization_id == by.organization_id


@dataclass
class PreviewLine:
    """What a chase would send for one debt: to whom, by which ways; why not, where it is held back."""

    line: ChaseLine
    ways: list[tuple[str, list[str]]] = field(default_factory=list)
    asked_at: datetime | None = None
    # Nothing leaves the house: somebody has to call.
    must_call: bool = False


def chase_preview(obligations: Iterable[Obligation]) -> list[PreviewLine]:
    """Return who would get what by which way if these debts were chased now; writes nothing."""
    debts = list(obligations)
    lines = {line.debt.pk: line for line in chase_lines(debts)}
    bodies = {debt.bearer_organization_id for debt in debts} - {None}
    holders = holders_of(bodies)  # type: ignore[arg-type]
    by_sms = reminded_by_sms(bodies)  # type: ignore[arg-type]
    away = away_among(holders)
    waves = gathered(debts, step=now().date().isoformat())
    recent = _asked_lately(waves)
    asked_at = {
        debt.pk: recent[wave.first.pk]
        for wave in waves
        if wave.first.pk in recent
        for debt in wave.debts
    }
    people = {
        person.pk: person
        for person in (
            *(post.person for posts in holders.values() for post in posts),
            *(debt.bearer_person for debt in debts if debt.bearer_person is not None),
            *(leave.delegate for leave in away.values()),
        )
    }
    found = []
    for debt in debts:
        roles = frozenset(str(role) for role in debt.kind.bearer_roles) or None
        to = Recipient(
            organization=debt.bearer_organization, person=debt.bearer_person, roles=roles
        )
        ways: dict[Channel, list[str]] = defaultdict(list)
        for row in rows_for([to], holders, by_sms=by_sms, away=away):
            name = _way_name(row["channel"], people.get(row["person_id"] or 0), debt)
            if name:
                ways[row["channel"]].append(name)
        found.append(
            PreviewLine(
                line=lines[debt.pk],
                ways=[(str(channel.label), names) for channel, names in ways.items()],
                asked_at=asked_at.get(debt.pk),
                must_call=not {Channel.MAIL, Channel.SMS} & set(ways),
            )
        )
    return found


def _way_name(channel: Channel, person: Person | None, debt: Obligation) -> str:
    body = debt.bearer_organization
    if person is not None:
        return str(person.name) if body is not None else str(_("本人"))
    assert body is not None
    if channel == Channel.MAIL:
        return str(body.contact_mail)
    return str(_("本单位（暂无岗位人员）"))
