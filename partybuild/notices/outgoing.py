"""The ways by which a one-time link leaves the house."""

from __future__ import annotations

import uuid

from django.conf import settings

from partybuild.access import Actor
from partybuild.accounts.carriers import Parcel, carrier
from partybuild.accounts.queries.holders import signs_in_by_phone
from partybuild.calendar import now
from partybuild.notices.enums import WAY_IN, Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services.notify import write_notices

# The line of access.csv behind the link; its address is made when the mail is written.
ACTION = "session.sign_in"


@carrier("mail", reaches=lambda user: bool(user.mail))
def by_mail(parcel: Parcel, by: Actor) -> list[str]:
    """Queue a mail to the account's own address; it ignores quiet hours."""
    write_notices([_notice(parcel, by, Channel.MAIL)])
    return ["mail"]


@carrier("sms", reaches=signs_in_by_phone, is_open=lambda: settings.SMS_GATEWAY is not None)
def by_sms(parcel: Parcel, by: Actor) -> list[str]:
    """Queue a short message to the number that the account signs in by; it ignores quiet hours."""
    write_notices([_notice(parcel, by, Channel.SMS)])
    return ["sms"]


def _notice(parcel: Parcel, by: Actor, channel: Channel) -> Notice:
    return Notice(
        uid=uuid.uuid4(),
        kind=WAY_IN,
        subject_label=parcel.link._meta.label,
        subject_uid=parcel.link.uid,
        person_id=parcel.link.user.person_id,
        channel=channel,
        state=NoticeState.QUEUED,
        title=parcel.title[:300],
        body=parcel.body,
        link_action=ACTION,
        link_label=parcel.link._meta.label,
        link_uid=parcel.link.uid,
        sender_id=by.organization_id,
        sender_post=by.post,
        not_before=now(),
    )
