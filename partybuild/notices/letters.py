"""A notice as a short message, or as a mail: plain text with an HTML alternative of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from partybuild.accounts.models import OneTimeLink
from partybuild.calendar import now
from partybuild.notices.calendars import invitation_file, invitation_of
from partybuild.notices.models import Notice


@dataclass(frozen=True)
class Letter:
    """One mail ready to go: its row, its one address, its bytes with CRLF line ends."""

    notice: Notice
    address: str
    text: bytes


@dataclass(frozen=True)
class Posting:
    """One posting for a group: its row, where to, its words; nothing about persons."""

    notice: Notice
    kind: str
    address: str = field(repr=False)
    secret: str = field(repr=False)
    url: str
    text: str


def write_posting(notice: Notice, *, url: str) -> Posting:
    """Write what a robot posts: who asks, what for, the list of bodies if there is one, the link."""
    robot = notice.robot
    assert robot is not None
    who = notice.sender.called if notice.sender is not None else settings.PRODUCT_NAME
    lines = [_("【%(who)s】%(title)s") % {"who": who, "title": notice.title}]
    if notice.body:
        lines.append(notice.body)
    lines.append(_("点开办理：%(url)s") % {"url": url})
    return Posting(
        notice=notice,
        kind=robot.kind,
        address=str(robot.address),
        secret=str(robot.secret),
        url=url,
        text="\n".join(lines),
    )


def letter_title(count: int) -> str:
    """Return the title of a letter about several things, as many as are left of them."""
    return _("有%(count)d件事请您办理") % {"count": count}


@dataclass(frozen=True)
class ShortText:
    """One short message ready to go: its row, its number, its words; no personal data in them."""

    notice: Notice
    phone: str = field(repr=False)
    title: str
    link: str
    text: str


def write_short_text(notice: Notice, *, phone: str, url: str) -> ShortText:
    """Write the short message of a notice: who writes, what for in general words, the link."""
    if notice.link_label == OneTimeLink._meta.label:
        title = notice.title
    else:
        # A title may name somebody; a locked screen shows it to everybody.
        title = _("您有事项待办理")
    gateway = settings.SMS_GATEWAY
    signature = gateway.signature if gateway is not None else settings.PRODUCT_NAME
    text = _("【%(signature)s】%(title)s：%(link)s 请勿转发。") % {
        "signature": signature,
        "title": title,
        "link": url,
    }
    return ShortText(notice=notice, phone=phone, title=title, link=url, text=text)


def write_letter(
    notice: Notice,
    *,
    address: str,
    url: str,
    parts: Sequence[tuple[Notice, str]] = (),
    written_at: datetime | None = None,
) -> Letter:
    """Write the mail of a notice, or of all that goes in it; made again it differs in nothing but its date.

    `written_at`: the moment of a whole batch, so that not each letter asks the database for the time.
    """
    words = {
        "notice": notice,
        "parts": parts,
        "away": notice.on_behalf_of.name if notice.on_behalf_of is not None else "",
        "url": url,
        "product_name": settings.PRODUCT_NAME,
        "is_link": bool(notice.link_action) and notice.link_label != OneTimeLink._meta.label,
    }
    message = EmailMessage(policy=SMTP)
    # A line break in a header would be another header.
    title = letter_title(len(parts)) if parts else notice.title
    words["title"] = title
    message["Subject"] = " ".join(title.split())
    message["From"] = Address(settings.PRODUCT_NAME, addr_spec=settings.DEFAULT_FROM_EMAIL)
    message["To"] = address
    message["Date"] = format_datetime(written_at or now())
    message["Message-ID"] = notice.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(render_to_string("notices/mail.txt", words))
    message.add_alternative(render_to_string("notices/mail.html", words), subtype="html")
    entry = invitation_of(notice)
    if entry is not None:
        method, file = invitation_file(entry, address=address)
        message.add_attachment(
            file,
            maintype="text",
            subtype="calendar",
            params={"method": method, "charset": "utf-8"},
            filename="meeting.ics",
        )
    return Letter(notice=notice, address=address, text=message.as_bytes())
