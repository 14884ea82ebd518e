"""Asking again just before sending: is it still wanted, by whom, at what hour, at which address?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from partybuild.access import Actor
from partybuild.accounts.links import link_url
from partybuild.accounts.models import OneTimeLink, SignedLink
from partybuild.accounts.queries.holders import signs_in_by_phone
from partybuild.accounts.services import issue_link
from partybuild.accounts.services.one_time import one_time_url
from partybuild.areas.queries import parameters_of
from partybuild.calendar import SHANGHAI, now
from partybuild.fields.codes import is_mobile, mask_phone
from partybuild.notices.enums import Channel, MailWish, NoticeState
from partybuild.notices.letters import (
    Letter,
    Posting,
    ShortText,
    write_letter,
    write_posting,
    write_short_text,
)
from partybuild.notices.models import ChannelPreference, Delegation, Notice
from partybuild.notices.registry import targets, unwanted
from partybuild.notices.services.gathering import KIND as DIGEST
from partybuild.notices.services.notify import holders_of

_NO_ADDRESS = {
    Channel.MAIL: "没有登记邮箱，请电话联系",
    Channel.SMS: "没有登记手机号码，请电话联系",
    Channel.ROBOT: "群机器人已停用",
}
_PARAMETERS = ("quiet.from", "quiet.to", "link.days")


@transaction.atomic(durable=True)
def prepare(claimed: Sequence[Notice], *, by: Actor) -> list[Letter | ShortText | Posting]:
    """Sort out a batch: what is not wanted is cancelled, what is too late waits, the rest is written."""
    if not claimed:
        return []
    ways_in = _ways_in(claimed)
    wishes = _wishes(claimed)
    reasons = {
        **_left_their_post(claimed),
        **_back_from_leave(claimed),
        **_not_wished(claimed, wishes),
        **unwanted(claimed),
        **_dead_ways(claimed, ways_in),
    }
    local = _Local(claimed, wishes)
    carried = _carried(claimed)
    wanted = []
    phones: dict[int, str] = {}
    for notice in claimed:
        if notice.pk in reasons:
            _end(notice, NoticeState.CANCELLED, reasons[notice.pk])
            continue
        if notice.kind == DIGEST and not carried.get(notice.pk):
            _end(notice, NoticeState.CANCELLED, "已办结或不再需要办理")
            continue
        way = ways_in.get(notice.link_uid)
        if notice.channel == Channel.SMS:
            phones[notice.pk] = _phone_of(notice, way)
            # The row keeps who it went to, not the number.
            notice.address = mask_phone(phones[notice.pk])
        elif notice.channel == Channel.ROBOT:
            is_on = notice.robot is not None and notice.robot.ended_at is None
            # The row keeps which group it went to, not the address.
            notice.address = notice.robot.name if notice.robot is not None and is_on else ""
        else:
            notice.address = way.user.mail if way is not None else _address_of(notice)
        if not notice.address:
            _end(notice, NoticeState.FAILED, _NO_ADDRESS[Channel(notice.channel)])
            continue
        wait_until = local.quiet_until(notice)
        if wait_until is not None:
            _claimed(notice).update(
                state=NoticeState.QUEUED, not_before=wait_until, claim=None, lease_until=None
            )
            continue
        wanted.append(notice)
    parts = [part for notice in wanted for part in carried.get(notice.pk, ())]
    urls = _urls_of([*wanted, *parts], local, by=by)
    letters: list[Letter | ShortText | Posting] = []
    for notice in wanted:
        url = urls[notice.pk]
        if notice.pk in phones:
            letters.append(write_short_text(notice, phone=phones[notice.pk], url=url))
        elif notice.channel == Channel.ROBOT:
            letters.append(write_posting(notice, url=url))
        else:
            told = [(part, urls[part.pk]) for part in carried.get(notice.pk, ())]
            letters.append(
                write_letter(
                    notice, address=notice.address, url=url, parts=told, written_at=local.now
                )
            )
    return letters


def _carried(claimed: Sequence[Notice]) -> dict[int, list[Notice]]:
    """Return what each letter still has to say; what was paid or is not wanted any more is left out."""
    letters = [each.pk for each in claimed if each.kind == DIGEST]
    if not letters:
        return {}
    parts = list(
        Notice.objects.filter(carrier__in=letters, state=NoticeState.GATHERED)
        .select_related("person", "organization__area", "sender")
        .order_by("pk")
    )
    reasons = unwanted(parts)
    found: dict[int, list[Notice]] = defaultdict(list)
    for part in parts:
        if part.pk in reasons:
            Notice.objects.filter(pk=part.pk, state=NoticeState.GATHERED).update(
                state=NoticeState.CANCELLED, error=reasons[part.pk][:300]
            )
        else:
            found[part.carrier_id].append(part)
    return dict(found)


def _wishes(claimed: Sequence[Notice]) -> dict[int, ChannelPreference]:
    """Read what the recipients want."""
    people = {each.person_id for each in claimed if each.person_id is not None}
    return {each.person_id: each for each in ChannelPreference.objects.filter(person__in=people)}


# About the way in itself, and tests: these go whatever one wants.
_ALWAYS = ("account.", "channel.")


def _not_wished(claimed: Sequence[Notice], wishes: dict[int, ChannelPreference]) -> dict[int, str]:
    """Name notices whose recipient does not want them by this way."""
    reasons = {}
    for notice in claimed:
        wish = wishes.get(notice.person_id or 0)
        if wish is None or notice.kind.startswith(_ALWAYS):
            continue
        if notice.channel == Channel.MAIL and wish.mail == MailWish.NONE:
            reasons[notice.pk] = "本人选择不收邮件"
        elif notice.channel == Channel.SMS and notice.is_reminder and not wish.sms:
            reasons[notice.pk] = "本人选择不收短信提醒"
    return reasons


def _back_from_leave(claimed: Sequence[Notice]) -> dict[int, str]:
    """Name notices to somebody who took them during another's leave, which is over."""
    taken = [each for each in claimed if each.on_behalf_of_id is not None]
    if not taken:
        return {}
    lasting = set(
        Delegation.objects.filter(delegate__in={each.person_id for each in taken})
        .current(now().date())
        .values_list("organization", "person", "delegate")
    )
    return {
        each.pk: "代收已结束"
        for each in taken
        if (each.organization_id, each.on_behalf_of_id, each.person_id) not in lasting
    }


def _ways_in(claimed: Sequence[Notice]) -> dict[Any, OneTimeLink]:
    """Read the one-time links that notices carry: those go to the account's own address alone."""
    uids = {
        each.link_uid
        for each in claimed
        if each.link_uid is not None and each.link_label == OneTimeLink._meta.label
    }
    links = OneTimeLink.objects.filter(uid__in=uids).select_related("user__person")
    return {link.uid: link for link in links}


def _dead_ways(claimed: Sequence[Notice], ways_in: dict[Any, OneTimeLink]) -> dict[int, str]:
    """Name notices whose one-time link has been used, taken back or has expired."""
    dead = {
        uid
        for uid, link in ways_in.items()
        if link.used_at or link.revoked_at or link.expires_at <= timezone.now()
    }
    return {each.pk: "链接已用过、已收回或已过期" for each in claimed if each.link_uid in dead}


def _claimed(notice: Notice) -> models.QuerySet[Notice]:
    rows: models.QuerySet[Notice] = Notice.objects.filter(
        pk=notice.pk, claim=notice.claim, state=NoticeState.CLAIMED
    )
    return rows


def _end(notice: Notice, state: NoticeState, reason: str) -> None:
    _claimed(notice).update(state=state, error=reason[:300], claim=None, lease_until=None)


def _left_their_post(claimed: Sequence[Notice]) -> dict[int, str]:
    """Name notices to holders of a post who hold it no more, and to bodies that have ended."""
    holders = holders_of({each.organization_id for each in claimed if each.organization_id})
    reasons: dict[int, str] = {}
    for notice in claimed:
        body = notice.organization
        if body is None:
            continue
        if not body.is_current:
            reasons[notice.pk] = "收件单位已撤销"
        elif notice.is_for_post and not any(
            post.person_id == notice.person_id for post in holders.get(body.pk, ())
        ):
            reasons[notice.pk] = "收件人已不在该岗位"
    return reasons


def _address_of(notice: Notice) -> str:
    """Return the address as it is now, not as it was when the notice was written."""
    if notice.person is not None and notice.person.mail:
        return str(notice.person.mail)
    return str(notice.organization.contact_mail) if notice.organization is not None else ""


def _phone_of(notice: Notice, way: OneTimeLink | None) -> str:
    """Return the mobile number as it is now; a link goes to the number that the account signs in by."""
    person = way.user.person if way is not None else notice.person
    if person is None or (way is not None and not signs_in_by_phone(way.user)):
        return ""
    return str(person.phone) if is_mobile(person.phone) else ""


class _Local:
    """The parameters of each recipient's area, read once per area."""

    def __init__(
        self, claimed: Sequence[Notice], wishes: dict[int, ChannelPreference] | None = None
    ) -> None:
        self.now = now()
        self.wishes = wishes or {}
        self._values: dict[int | None, dict[str, Any]] = {}
        for notice in claimed:
            area = notice.organization.area if notice.organization is not None else None
            key = area.pk if area else None
            if key not in self._values:
                self._values[key] = parameters_of(area, _PARAMETERS)

    def of(self, notice: Notice) -> dict[str, Any]:
        """Return the parameters that hold for a notice's recipient."""
        return self._values[notice.organization.area_id if notice.organization else None]

    def quiet_until(self, notice: Notice) -> datetime | None:
        """Return when a reminder may go out, None for at once; other notices never wait."""
        if not notice.is_reminder:
            return None
        values = self.of(notice)
        start, end = values["quiet.from"], values["quiet.to"]
        wish = self.wishes.get(notice.person_id or 0)
        if wish is not None and wish.quiet_from is not None and wish.quiet_to is not None:
            start, end = wish.quiet_from, wish.quiet_to
        return end_of_quiet(self.now, start=start, end=end)


def end_of_quiet(moment: datetime, *, start: int, end: int) -> datetime | None:
    """Return when the quiet hours that a moment lies in end, None outside them."""
    hour = moment.hour
    inside = start <= hour < end if start < end else (hour >= start or hour < end)
    if start == end or not inside:
        return None
    day = moment.date() if hour < end else moment.date() + timedelta(days=1)
    return datetime.combine(day, time(end), tzinfo=SHANGHAI)


def _urls_of(wanted: Sequence[Notice], local: _Local, *, by: Actor) -> dict[int, str]:
    """Return the address each mail leads to: its signed link, or a page of ours."""
    linked = [each for each in wanted if each.link_action]
    found = {**_named_targets(linked), **targets(linked)}
    standing = {**_standing_links(linked, found), **_group_links(linked)}
    urls = {}
    for notice in wanted:
        url = settings.BASE_URL + notice.path if notice.path else settings.BASE_URL
        target = found.get(notice.pk)
        if notice.channel == Channel.ROBOT:
            # For everybody in the group: the link that asks which body answers, or the page itself.
            group = standing.get((notice.link_action, notice.link_uid, None, None))
            url = link_url(group) if group is not None else url
        elif isinstance(target, OneTimeLink):
            url = one_time_url(target)
        elif notice.link_action and target is not None:
            link = standing.get(_link_key(notice, target)) or issue_link(
                target,
                action=notice.link_action,
                days=local.of(notice)["link.days"],
                organization=notice.organization,
                person=notice.person if notice.organization is None else None,
                by=by,
            )
            url = link_url(link)
        urls[notice.pk] = url
    return urls


def _link_key(notice: Notice, target: models.Model) -> tuple[Any, ...]:
    person = notice.person_id if notice.organization_id is None else None
    return (notice.link_action, target.uid, notice.organization_id, person)  # type: ignore[attr-defined]


def _standing_links(
    linked: Sequence[Notice], found: dict[int, models.Model]
) -> dict[tuple[Any, ...], SignedLink]:
    """Return links that stand and last a week more, so that a wave to one meeting asks once."""
    links = SignedLink.objects.filter(
        target_uid__in={each.uid for each in found.values()},  # type: ignore[attr-defined]
        revoked_at=None,
        expires_at__gt=now() + timedelta(days=7),
        organization__in={each.organization_id for each in linked if each.organization_id},
    )
    return {
        (link.action, link.target_uid, link.organization_id, link.person_id): link for link in links
    }


def _group_links(linked: Sequence[Notice]) -> dict[tuple[Any, ...], SignedLink]:
    """Return the links that name no body, for groups; none is made here."""
    uids = {each.link_uid for each in linked if each.channel == Channel.ROBOT and each.link_uid}
    if not uids:
        return {}
    links = SignedLink.objects.filter(
        target_uid__in=uids, organization=None, person=None, revoked_at=None, expires_at__gt=now()
    )
    return {(link.action, link.target_uid, None, None): link for link in links}


def _named_targets(linked: Sequence[Notice]) -> dict[int, models.Model]:
    """Read the objects that notices name themselves, one query per kind."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for notice in linked:
        if notice.link_uid is not None:
            wanted[notice.link_label].add(notice.link_uid)
    objects = {}
    for label, uids in wanted.items():
        model = apps.get_model(label)
        objects.update({each.uid: each for each in model._base_manager.filter(uid__in=uids)})
    return {notice.pk: objects[notice.link_uid] for notice in linked if notice.link_uid in objects}
