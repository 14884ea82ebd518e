"""More time for a resolution: asked for, granted or not; the ledger's dates move along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import EventKind, ExtensionState, PartyRole, ProgressKind, Via
from meetings.exceptions import (
    DateNotLater,
    ExtensionAlreadyDecided,
    ExtensionWaits,
    OnlyTheLeadAsks,
    ReasonIsMissing,
    ResolutionMovedOn,
)
from meetings.models import Extension, Resolution, ResolutionParty
from meetings.queries.cards import UNDER_WAY
from meetings.services.carding import lift_settled
from meetings.services.debts import void_unpaid
from meetings.services.doors import heard_by, via_of
from meetings.services.resolution_steps import (
    EXTEND,
    REPORT,
    accept_silently,
    lock,
    lock_resolution,
    owe_verdict,
    renew_link,
    tell_parties,
    write_progress,
)
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import change_due, pay
from partybuild.ui.filters import short_date_cn


@transaction.atomic
def ask_extension(
    party: ResolutionParty,
    *,
    due_on: date,
    reason: str,
    by: Actor,
    channel: str = "",
    files: Sequence[UploadedFile] = (),
) -> Extension:
    """Ask the convener for more time (申请延期); the old date stands until it is granted."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock_resolution(party)
    if resolution.state not in UNDER_WAY:
        raise ResolutionMovedOn
    if party.role != PartyRole.LEAD:
        raise OnlyTheLeadAsks
    if _waiting(resolution).exists():
        raise ExtensionWaits
    assert resolution.due_on is not None
    must_be_later(resolution, due_on)
    accept_silently(party, resolution, by, channel)
    extension = Extension.objects.create(
        resolution=resolution,
        party=party,
        due_before=resolution.due_on,
        wanted_on=due_on,
        reason=reason.strip(),
        asked_at=now(),
        asked_post=by.post,
        via=via_of(by, party.organization, channel),
        channel=channel,
    )
    write_progress(
        resolution,
        party,
        ProgressKind.ASKED,
        _("申请延期至%(day)s：%(reason)s") % {"day": short_date_cn(due_on), "reason": reason},
        by=by,
        channel=channel,
        files=files,
    )
    lift_settled(resolution, why=_("已申请延期"), by=by)
    owe_verdict(EXTEND, resolution, extension, "extension.decide_days", by=by)
    record_event(
        EventKind.EXTENSION_ASKED,
        target=resolution,
        by=by,
        reason="；".join(
            filter(None, (reason.strip(), heard_by(resolution.council.area, channel)))
        ),
        changes={
            "organization": party.organization.name,
            "due_on": [str(resolution.due_on), str(due_on)],
        },
    )
    notify(
        kind="resolution.extension",
        subject=extension,
        recipients=[Recipient(organization=resolution.council.convener)],
        title=f"{party.organization.called}申请延期：{resolution.text}",
        body=_("原期限%(before)s，申请延至%(wanted)s。原因：%(reason)s。请审批。")
        % {
            "before": short_date_cn(resolution.due_on),
            "wanted": short_date_cn(due_on),
            "reason": reason.strip().rstrip("。"),
        },
        path=resolution.get_absolute_url() + "#extension",
        by=by,
    )
    return extension


@transaction.atomic
def decide_extension(
    extension: Extension, *, grant: bool, by: Actor, due_on: date | None = None, opinion: str = ""
) -> Extension:
    """Grant more time, by the date asked for or another one, or refuse it with an opinion."""
    if not grant and not opinion.strip():
        raise ReasonIsMissing
    # The resolution first, as every deed on it does: what was reported meanwhile is not extended.
    resolution = lock(extension.resolution)
    day = due_on or extension.wanted_on
    if grant:
        must_be_later(resolution, day)
    values: dict[str, Any] = {
        "state": ExtensionState.GRANTED if grant else ExtensionState.DENIED,
        "granted_on": day if grant else None,
        "opinion": opinion.strip(),
        "decided_at": now(),
        "decided_post": by.post,
    }
    if not Extension.objects.filter(pk=extension.pk, state=ExtensionState.WAITING).update(**values):
        raise ExtensionAlreadyDecided
    extension.refresh_from_db()
    if resolution.state not in UNDER_WAY:
        raise ResolutionMovedOn
    pay(
        duty=EXTEND,
        bearer=resolution.council.convener,
        subject=extension,
        paid_with=extension,
        by=by,
    )
    if grant:
        text = _("同意延期至%(day)s") % {"day": short_date_cn(day)}
        _move(resolution, day, why=text, by=by)
    else:
        text = _("不同意延期，仍应于%(day)s前办结") % {"day": short_date_cn(resolution.due_on)}
    said = f"{text}。{opinion.strip()}" if opinion.strip() else f"{text}。"
    kind = ProgressKind.GRANTED if grant else ProgressKind.DENIED
    progress = write_progress(resolution, None, kind, said, by=by)
    record_event(
        EventKind.EXTENSION_GRANTED if grant else EventKind.EXTENSION_DENIED,
        target=resolution,
        by=by,
        reason=opinion,
        changes={"due_on": [str(extension.due_before), str(resolution.due_on)]} if grant else None,
    )
    tell_parties(resolution, progress, f"{kind.label}：{resolution.text}", by)
    return extension


@transaction.atomic
def move_deadline(resolution: Resolution, *, due_on: date, reason: str, by: Actor) -> Resolution:
    """Give more time without being asked, as after a telephone call: the convener's own decision."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock(resolution)
    if resolution.state not in UNDER_WAY:
        raise ResolutionMovedOn
    if _waiting(resolution).exists():
        raise ExtensionWaits
    must_be_later(resolution, due_on)
    before = resolution.due_on
    give_time(resolution, due_on=due_on, reason=reason.strip(), by=by)
    text = _("期限由%(before)s调整为%(day)s：%(reason)s") % {
        "before": short_date_cn(before),
        "day": short_date_cn(due_on),
        "reason": reason.strip(),
    }
    progress = write_progress(resolution, None, ProgressKind.GRANTED, text, by=by)
    tell_parties(resolution, progress, f"期限调整：{resolution.text}", by)
    return resolution


def give_time(resolution: Resolution, *, due_on: date, reason: str, by: Actor) -> None:
    """Write down an extension that needs no further decision, and move the dates."""
    assert resolution.due_on is not None
    before = resolution.due_on
    moment = now()
    Extension.objects.create(
        resolution=resolution,
        due_before=before,
        wanted_on=due_on,
        granted_on=due_on,
        reason=reason,
        state=ExtensionState.GRANTED,
        asked_at=moment,
        asked_post=by.post,
        decided_at=moment,
        decided_post=by.post,
        via=Via.POST,
    )
    _move(resolution, due_on, why=_("期限已调整"), by=by)
    record_event(
        EventKind.EXTENSION_GRANTED,
        target=resolution,
        by=by,
        reason=reason,
        changes={"due_on": [str(before), str(due_on)]},
    )


def withdraw_waiting(resolution: Resolution, *, why: str, by: Actor) -> int:
    """Let go of a wish that nobody needs to decide any more; the resolution is locked."""
    for extension in _waiting(resolution):
        void_unpaid(duty=EXTEND, subject=extension, reason=why, by=by)
    return _waiting(resolution).update(
        state=ExtensionState.WITHDRAWN, opinion=why, decided_at=now(), decided_post=by.post
    )


def _waiting(resolution: Resolution) -> Any:
    return Extension.objects.filter(resolution=resolution.pk, state=ExtensionState.WAITING)


def must_be_later(resolution: Resolution, due_on: date) -> None:
    """More time means a later date, not past: DateNotLater."""
    if due_on < today() or (resolution.due_on is not None and due_on <= resolution.due_on):
        raise DateNotLater


def _move(resolution: Resolution, due_on: date, *, why: str, by: Actor) -> None:
    Resolution.objects.filter(pk=resolution.pk).update(due_on=due_on, version=F("version") + 1)
    resolution.refresh_from_db()
    change_due(duty=REPORT, subject=resolution, due_on=due_on, by=by)
    renew_link(resolution, by=by)
    lift_settled(resolution, why=why, by=by)
