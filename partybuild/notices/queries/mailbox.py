"""The demo's mailbox: a folder in which the development mail server keeps what it took."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

_NAME = re.compile(r"[\w.-]{1,120}\.eml")


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    name: str
    to: str
    subject: str
    date: datetime | None
    message_id: str
    text: str = ""


def mails() -> list[Mail]:
    """Return the mails that arrived, newest first, without their text."""
    return [_mail(path, with_text=False) for path in sorted(_paths(), reverse=True)]


def mail_named(name: str) -> Mail | None:
    """Return one mail with its plain text; None for a name that is not a mail's."""
    if not _NAME.fullmatch(name) or name.startswith("."):
        return None
    path = Path(settings.MAILBOX_DIR) / name
    return _mail(path, with_text=True) if path.is_file() else None


def ask(message_ids: Sequence[str]) -> dict[str, bool]:
    """Tell of each Message-ID whether the development mail server took it."""
    wanted = set(message_ids)
    taken = {mail.message_id for mail in mails()} & wanted
    return {each: each in taken for each in wanted}


def _paths() -> Iterator[Path]:
    if not settings.MAILBOX_DIR:
        return iter(())
    return (path for path in Path(settings.MAILBOX_DIR).glob("*.eml") if _NAME.fullmatch(path.name))


def _mail(path: Path, *, with_text: bool) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",)) if with_text else None
    sent = message["Date"]
    return Mail(
        name=path.name,
        to=str(message["X-Envelope-To"] or message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=parsedate_to_datetime(str(sent)) if sent else None,
        message_id=str(message["Message-ID"] or "").strip(),
        text=body.get_content() if isinstance(body, EmailMessage) else "",
    )
