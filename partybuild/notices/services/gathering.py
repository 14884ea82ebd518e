"""One letter instead of a flood: what one recipient is to be told goes together.

A row to gather carries a word: the day, or the press of 催办. At the hour, one transaction writes the
letter of each recipient, way and word, and fixes what goes in it: the word is the letter's key, so a
second one can never be made. The rows of the facts stay, each with its own key, and point to their
letter; its fate is theirs.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import SHANGHAI, now
from partybuild.calendar.clock import Now
from partybuild.notices.enums import Channel, MailWish, NoticeState
from partybuild.notices.models import ChannelPreference, Notice
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

KIND = "digest"
CHANNELS = (Channel.MAIL, Channel.SMS)
_LOCK = 7_041_526
# More than these wait for the next run, whole recipients at a time.
_MOST_GROUPS = 500


def gathered_daily(rows: Sequence[Notice]) -> None:
    """Mark new rows for the day's letter of their recipient, to go at the place's hour."""
    moment = now()
    hours: dict[int | None, int] = {}
    bodies = Organization.objects.select_related("area").in_bulk(
        {each.organization_id for each in rows if each.organization_id}
    )
    for row in rows:
        if row.channel not in CHANNELS:
            continue
        body = bodies.get(row.organization_id or 0)
        area = body.area if body is not None else None
        key = area.pk if area else None
        if key not in hours:
            hours[key] = parameter(area, "digest.hour")
        row.digest = moment.date().isoformat()
        row.not_before = max(moment, _at(moment.date(), hours[key]))


def gathered_by_press(rows: Sequence[Notice], press: uuid.UUID) -> None:
    """Mark new rows as one press's: one letter to each recipient, at once."""
    for row in rows:
        row.wave = press
        if row.channel in CHANNELS:
            row.digest = f"press:{press.hex}"


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


@transaction.atomic(durable=True)
def gather_digests() -> int:
    """Put due rows into their letters; returns how many letters were written.

    One gatherer at a time: whoever comes meanwhile finds it done.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))
        if not cursor.fetchone()[0]:
            return 0
    waiting = Notice.objects.filter(
        state=NoticeState.QUEUED, carrier=None, not_before__lte=Now()
    ).exclude(digest="")
    keys = list(
        waiting.order_by("digest", "organization", "person", "channel")
        .values_list("digest", "organization", "person", "channel")
        .distinct()[:_MOST_GROUPS]
    )
    if not keys:
        return 0
    groups: dict[tuple[object, ...], list[Notice]] = defaultdict(list)
    # Locked: what is paid or taken back meanwhile is left out, or finds its letter.
    rows = waiting.filter(digest__in={key[0] for key in keys}).select_for_update(of=("self",))
    for row in rows.select_related("organization__area", "person").order_by("pk"):
        groups[(row.digest, row.organization_id, row.person_id, row.channel)].append(row)
    groups = {key: groups[key] for key in keys if key in groups}
    late = _already_gathered(groups.values())
    single = _wants_each(groups.values())
    letters = 0
    for found in groups.values():
        pks = [each.pk for each in found]
        if found[0].person_id in single:
            Notice.objects.filter(pk__in=pks).update(carrier=F("pk"))
        elif found[0].pk in late:
            _to_the_next_day(found)
        elif len(found) == 1:
            Notice.objects.filter(pk__in=pks).update(carrier=F("pk"))
        else:
            letter = _letter(found)
            letter.save(force_insert=True)
            Notice.objects.filter(pk__in=pks).update(
                state=NoticeState.GATHERED, carrier=letter, error=""
            )
            letters += 1
    return letters


def _already_gathered(groups: Iterable[Sequence[Notice]]) -> set[int]:
    """Return the first row of each group whose recipient has had their letter under this word."""
    firsts = [found[0].pk for found in groups]
    same = Notice.objects.filter(
        digest=OuterRef("digest"),
        channel=OuterRef("channel"),
        organization__isnull=False,
        organization=OuterRef("organization"),
        carrier__isnull=False,
    )
    to_person = same.filter(person=OuterRef("person"))
    to_body = same.filter(person=None)
    alone = Notice.objects.filter(
        digest=OuterRef("digest"),
        channel=OuterRef("channel"),
        organization=None,
        person=OuterRef("person"),
        carrier__isnull=False,
    )
    rows = Notice.objects.filter(pk__in=firsts)
    return {
        *rows.filter(Exists(to_person)).values_list("pk", flat=True),
        *rows.filter(Exists(to_body), person=None).values_list("pk", flat=True),
        *rows.filter(Exists(alone), organization=None).values_list("pk", flat=True),
    }


def _wants_each(groups: Iterable[Sequence[Notice]]) -> set[int]:
    """Return the persons who want a letter for each fact."""
    people = {found[0].person_id for found in groups if found[0].person_id is not None}
    return set(
        ChannelPreference.objects.filter(person__in=people, mail=MailWish.EACH).values_list(
            "person", flat=True
        )
    )


def _to_the_next_day(found: Sequence[Notice]) -> None:
    """What comes after the day's letter waits for the next one: one a day."""
    area: Area | None = found[0].organization.area if found[0].organization is not None else None
    day = now().date() + timedelta(days=1)
    Notice.objects.filter(pk__in=[each.pk for each in found]).update(
        digest=day.isoformat(), not_before=_at(day, parameter(area, "digest.hour"))
    )


def _letter(found: Sequence[Notice]) -> Notice:
    first = found[0]
    to: Organization | Person = first.organization or first.person  # type: ignore[assignment]
    debts = {uid for each in found for uid in (each.debt_uid, *each.debt_uids) if uid is not None}
    senders = {each.sender_id for each in found}
    return Notice(
        uid=uuid.uuid4(),
        kind=KIND,
        subject_label=to._meta.label,
        subject_uid=to.uid,
        step=first.digest,
        organization_id=first.organization_id,
        person_id=first.person_id,
        is_for_post=first.is_for_post,
        on_behalf_of_id=first.on_behalf_of_id
        if len({each.on_behalf_of_id for each in found}) == 1
        else None,
        channel=first.channel,
        state=NoticeState.QUEUED,
        title=_("有%(count)d件事请您办理") % {"count": len(found)},
        path="/",
        debt_uids=sorted(debts),
        is_reminder=True,
        wave=first.wave,
        sender_id=first.sender_id if len(senders) == 1 else None,
        sender_post=first.sender_post if len(senders) == 1 else "",
        not_before=now(),
    )


__all__ = ("CHANNELS", "KIND", "gather_digests", "gathered_by_press", "gathered_daily")
