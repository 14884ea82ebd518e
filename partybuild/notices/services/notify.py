"""Writing notices in the transaction of the fact that causes them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.clock import Now
from partybuild.notices.enums import OUTBOUND, Channel, EventKind, NoticeState
from partybuild.notices.models import Delegation, Notice
from partybuild.notices.registry import group_kinds
from partybuild.notices.services.robots import tell_group
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.waking import wake


@dataclass(frozen=True)
class Recipient:
    """Whom a notice is for: a body (every current holder of its posts, or of some roles), or a person."""

    organization: Organization | None = None
    person: Person | None = None
    roles: frozenset[str] | None = None


# Who is on leave: {(body, person): what they left behind}.
Away = dict[tuple[int, int], Delegation]


@transaction.atomic
def notify(
    *,
    kind: str,
    subject: models.Model,
    recipients: Iterable[Recipient],
    title: str,
    body: str,
    by: Actor,
    round: int = 1,  # noqa: A002
    step: str = "",
    period: str = "",
    path: str = "",
    link_action: str | None = None,
    obligation: models.Model | None = None,
    is_reminder: bool = False,
    hold_minutes: int = 0,
    link_target: models.Model | None = None,
) -> int:
    """Write the notices of one fact, in-app and mail; what exists already is not written again.

    Returns the number of new rows. A held notice is neither seen nor sent before its time.
    """
    uid = subject.uid  # type: ignore[attr-defined]
    target = link_target or subject
    common: dict[str, Any] = {
        "kind": kind,
        "subject_label": subject._meta.label,
        "subject_uid": uid,
        "round": round,
        "step": step,
        "period": period,
        "title": title[:300],
        # What a person wrote, full stop and all, stands inside a sentence that has its own.
        "body": body.replace("。。", "。"),
        "path": path,
        "link_action": link_action or "",
        "link_label": target._meta.label if link_action else "",
        "link_uid": target.uid if link_action else None,  # type: ignore[attr-defined]
        "debt_uid": obligation.uid if obligation is not None else None,  # type: ignore[attr-defined]
        "is_reminder": is_reminder,
        "sender_id": by.organization_id,
        "sender_post": by.post,
        "not_before": now() + timedelta(minutes=hold_minutes),
    }
    found = list(recipients)
    bodies = {each.organization.pk for each in found if each.organization}
    by_sms = reminded_by_sms(bodies) if is_reminder else frozenset()
    rows = [Notice(**common, **each) for each in rows_for(found, by_sms=by_sms)]
    written = write_notices(rows)
    if written and kind in group_kinds():
        # Held as long as the notices themselves are, and taken back with them.
        tell_group(
            kind=kind,
            subject=subject,
            title=title,
            round=round,
            step=step,
            path=path,
            link_action=link_action or "",
            link_target=target,
            not_before=common["not_before"],
            by=by,
        )
    if written:
        record_event(
            EventKind.NOTIFIED,
            target=subject,
            by=by,
            changes={"kind": kind, "round": round, "notices": written},
            follows=by.kind != "system",
        )
    return written


def write_notices(rows: Sequence[Notice]) -> int:
    """Insert the rows whose keys do not stand yet and wake the sender; returns how many are new."""
    if not rows:
        return 0
    Notice.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    # ON CONFLICT DO NOTHING does not tell; the fresh random uids of what was inserted do.
    written = Notice.objects.filter(uid__in=[row.uid for row in rows]).count()
    if written:
        wake("partybuild.notices.tasks.send_notices")
    return written


def reminded_by_sms(organization_ids: Iterable[int]) -> frozenset[int]:
    """Return the bodies whose place wants reminders by short message too."""
    if settings.SMS_GATEWAY is None:
        return frozenset()
    wants: dict[int | None, bool] = {}
    for body in Organization.objects.filter(pk__in=list(organization_ids)).select_related("area"):
        if body.area_id not in wants:
            wants[body.area_id] = bool(parameter(body.area, "reminder.sms"))
    found = Organization.objects.filter(
        pk__in=list(organization_ids), area__in=[area for area, wanted in wants.items() if wanted]
    )
    return frozenset(found.values_list("pk", flat=True))


def rows_for(
    recipients: Sequence[Recipient],
    holders: dict[int, list[Appointment]] | None = None,
    *,
    by_sms: frozenset[int] = frozenset(),
    away: Away | None = None,
) -> list[dict[str, Any]]:
    """Return the recipient, channel and state of each row that these recipients get.

    A body: in-app for each holder (for the body itself while it has none); mail for each holder
    with an address, else one to the body's contact address. A mail nobody has an address for is
    written too: it fails visibly, and the sender knows whom to call. Holders of the bodies in
    `by_sms` who have a phone get a short message besides. For a holder on leave the one who takes
    their notices is told too, or instead (never inside the app: there both are).
    """
    if holders is None:
        holders = holders_of({each.organization.pk for each in recipients if each.organization})
    if away is None:
        away = away_among(holders)
    rows: dict[tuple[int | None, int | None, str], dict[str, Any]] = {}
    for recipient in recipients:
        for row in _rows_of(recipient, holders, by_sms, away):
            key = (row["organization_id"], row["person_id"], row["channel"])
            # What is one's own is not taken for somebody else.
            if key not in rows or row.get("on_behalf_of_id") is None:
                rows[key] = row
    return list(rows.values())


def away_among(holders: dict[int, list[Appointment]]) -> Away:
    """Return who of these holders is on leave today, and has left their notices to another holder."""
    if not holders:
        return {}
    found = Delegation.objects.filter(organization__in=holders).current(now().date())
    return {
        (each.organization_id, each.person_id): each
        for each in found.select_related("delegate").order_by("pk")
        if any(post.person_id == each.delegate_id for post in holders[each.organization_id])
    }


def _rows_of(
    recipient: Recipient,
    holders: dict[int, list[Appointment]],
    by_sms: frozenset[int],
    away: Away,
) -> Iterable[dict[str, Any]]:
    body, person = recipient.organization, recipient.person
    has_sms = body is not None and body.pk in by_sms
    if person is not None:
        if has_sms and person.phone_hash:
            yield _row(body, person, Channel.SMS, NoticeState.QUEUED)
        yield _in_app(body, person)
        if person.mail or (body is not None and body.contact_mail):
            yield _mail(body, person)
        return
    assert body is not None
    people = [
        post.person
        for post in holders.get(body.pk, ())
        if recipient.roles is None or post.role in recipient.roles
    ]
    if not people:
        yield _in_app(body, None)
    is_reached = False
    for each in people:
        leave = away.get((body.pk, each.pk))
        yield {**_in_app(body, each), "is_for_post": True}
        told: list[tuple[Person, dict[str, Any]]] = (
            [(each, {})] if leave is None or leave.is_both else []
        )
        if leave is not None:
            taken = {"on_behalf_of_id": each.pk}
            yield {**_in_app(body, leave.delegate), "is_for_post": True, **taken}
            told.append((leave.delegate, taken))
            if not leave.is_both and not leave.delegate.mail:
                # Whoever takes the notices cannot be written to: nothing is lost for that.
                told.insert(0, (each, {}))
        for who, more in told:
            if has_sms and who.phone_hash:
                yield {
                    **_row(body, who, Channel.SMS, NoticeState.QUEUED),
                    "is_for_post": True,
                    **more,
                }
            if who.mail:
                is_reached = True
                yield {**_mail(body, who), "is_for_post": True, **more}
    if not is_reached:
        yield _mail(body, None)


def _in_app(body: Organization | None, person: Person | None) -> dict[str, Any]:
    return _row(body, person, Channel.IN_APP, NoticeState.SENT)


def _mail(body: Organization | None, person: Person | None) -> dict[str, Any]:
    return _row(body, person, Channel.MAIL, NoticeState.QUEUED)


def _row(
    body: Organization | None, person: Person | None, channel: Channel, state: NoticeState
) -> dict[str, Any]:
    return {
        "uid": uuid.uuid4(),
        "organization_id": body.pk if body else None,
        "person_id": person.pk if person else None,
        "channel": channel,
        "state": state,
    }


def holders_of(
    organization_ids: set[int], day: datetime | None = None
) -> dict[int, list[Appointment]]:
    """Return {organization: appointments current today}, each person once."""
    if not organization_ids:
        return {}
    current = (
        Appointment.objects.filter(organization__in=organization_ids)
        .current((day or now()).date())
        .select_related("person")
        .order_by("organization", "sort", "id")
    )
    found: dict[int, list[Appointment]] = defaultdict(list)
    for post in current:
        found[post.organization_id].append(post)
    return dict(found)


@transaction.atomic
def take_back(
    *,
    kind: str,
    subject: models.Model,
    round: int,  # noqa: A002
    by: Actor,
    only_held: bool = False,
) -> int:
    """Take back what has not gone out: notices still held, and mail still in the queue.

    `only_held`: mail that may go leaves, as what stands in the app has been seen.
    """
    uid = subject.uid  # type: ignore[attr-defined]
    standing = Notice.objects.filter(kind=kind, subject_uid=uid, round=round)
    if only_held:
        standing = standing.filter(not_before__gt=Now())
    # The filter is the lock: a mail already handed over is past taking back.
    taken = standing.filter(
        Q(channel=Channel.IN_APP, state=NoticeState.SENT, not_before__gt=Now())
        | Q(channel__in=OUTBOUND, state__in=(NoticeState.QUEUED, NoticeState.CLAIMED))
    ).update(state=NoticeState.CANCELLED, error="撤回", claim=None, lease_until=None)
    if taken:
        record_event(
            EventKind.TAKEN_BACK,
            target=subject,
            by=by,
            changes={"kind": kind, "round": round, "notices": taken},
            follows=by.kind != "system",
        )
    return taken


def rewrite_held(
    *,
    kind: str,
    subject: models.Model,
    round: int,  # noqa: A002
    title: str,
    body: str,
) -> bool:
    """Let a notice that is still held say what holds now; False where some of it is out already."""
    rows = Notice.objects.filter(
        kind=kind,
        subject_uid=subject.uid,  # type: ignore[attr-defined]
        round=round,
    ).exclude(state=NoticeState.CANCELLED)
    held = rows.filter(
        Q(channel=Channel.IN_APP, state=NoticeState.SENT)
        | Q(channel__in=OUTBOUND, state=NoticeState.QUEUED),
        not_before__gt=Now(),
    )
    count = rows.count()
    return (
        bool(count)
        and held.update(
            title=title[:300],
            # A group reads the title and the link alone.
            body=Case(
                When(channel=Channel.ROBOT, then=F("body")),
                default=Value(body),
                output_field=models.TextField(),
            ),
        )
        == count
    )


def cancel_reminders(debt_uids: Iterable[uuid.UUID], *, why: str) -> int:
    """Stop the messages that ask for these debts: they are paid, or need not be."""
    asking = Notice.objects.filter(debt_uid__in=list(debt_uids), is_reminder=True)
    if not asking.exists():
        # Most debts are paid before anybody is reminded. Who writes reminders holds the debt's row meanwhile.
        return 0
    carried = asking.filter(state=NoticeState.GATHERED)
    # A letter on its way to the server is called back and written anew without them.
    Notice.objects.filter(pk__in=carried.values("carrier"), state=NoticeState.CLAIMED).update(
        state=NoticeState.QUEUED, claim=None, lease_until=None
    )
    carried.filter(carrier__state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)).update(
        state=NoticeState.CANCELLED, error=why
    )
    return asking.filter(
        channel__in=OUTBOUND, state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)
    ).update(state=NoticeState.CANCELLED, error=why, claim=None, lease_until=None)
