"""Addresses that do not work: told to those who can put them right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.calendar import now
from partybuild.fields import keyed_hash
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services.notify import Recipient, holders_of, rows_for, write_notices
from partybuild.organizations.models import Organization, PartyOrganization

KIND = "address.failed"
# What failed longer ago is not told any more.
_RECENT = timedelta(days=7)
_MOST = 300


@transaction.atomic
def tell_of_dead_addresses(*, by: Actor) -> int:
    """Tell the committee of the place, inside the app, of addresses that take no mail; each once.

    Its secretary corrects the unit's contact, then the one who sent sends again.
    """
    failed = (
        Notice.objects.filter(
            channel=Channel.MAIL,
            state=NoticeState.FAILED,
            organization__isnull=False,
            created_at__gt=now() - _RECENT,
        )
        .exclude(kind=KIND)
        .select_related("organization__area", "person")
        .order_by("-pk")[:_MOST]
    )
    found = {(each.organization.uid, _step(each)): each for each in failed if each.organization}
    if not found:
        return 0
    told = set(
        Notice.objects.filter(kind=KIND, subject_uid__in={key[0] for key in found}).values_list(
            "subject_uid", "step"
        )
    )
    new = {key: each for key, each in found.items() if key not in told}
    if not new:
        return 0
    committees = _committees(list(new.values()))
    holders = holders_of({body.pk for body in committees.values()})
    rows = []
    for (body_uid, step), notice in new.items():
        committee = committees.get(notice.pk)
        if committee is None:
            continue
        words = _words(notice)
        rows += [
            Notice(
                kind=KIND,
                subject_label=Organization._meta.label,
                subject_uid=body_uid,
                step=step,
                path="/notices/log/?channel=mail&state=failed",
                sender_post=by.post,
                not_before=now(),
                **words,
                **row,
            )
            for row in rows_for([Recipient(organization=committee)], holders)
            # Mail about mail that does not arrive would be a circle.
            if row["channel"] == Channel.IN_APP
        ]
    return write_notices(rows)


def _step(notice: Notice) -> str:
    """Name a bad address without telling it: another one is told anew."""
    if not notice.address:
        return f"none:{notice.person_id or ''}"
    return f"bad:{keyed_hash(notice.address.lower(), 'address')[:24]}"


def _committees(notices: Sequence[Notice]) -> dict[int, Organization]:
    """Return the committee that leads the place of each recipient, the nearest one."""
    lines = {
        each.pk: each.organization.area.line()
        for each in notices
        if each.organization is not None and each.organization.area is not None
    }
    leading = {
        found.leads_area_id: found.organization
        for found in PartyOrganization.objects.filter(
            leads_area__in={pk for line in lines.values() for pk in line}, is_current=True
        ).select_related("organization")
    }
    return {
        pk: next(leading[area] for area in reversed(line) if area in leading)
        for pk, line in lines.items()
        if any(area in leading for area in line)
    }


def _words(notice: Notice) -> dict[str, str]:
    body = notice.organization
    assert body is not None
    who = notice.recipient_name
    if notice.address:
        title = _("%(who)s的邮箱收不到邮件，请核对") % {"who": who}
        what = _("邮件服务器退回：%(reason)s") % {"reason": notice.error[:120]}
    else:
        title = _("%(who)s没有登记邮箱，通知发不到") % {"who": who}
        what = _("通知只在站内可以看到。")
    phone = f"{body.contact_name} {body.contact_phone}".strip() or _("未登记")
    lines = [
        what,
        _("请电话核对（联系人：%(phone)s），在单位资料或账号里更正邮箱；更正后发出单位可以重发。")
        % {"phone": phone},
    ]
    return {"title": title[:300], "body": "\n".join(lines)}


__all__ = ("KIND", "tell_of_dead_addresses")
