"""Settle messages whose fate is unknown, mails also from the mail server's log."""

from __future__ import annotations

import re
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partybuild.access import Actor
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import settle

_HEX = re.compile(r"notice\.([0-9a-f]{32})@")


class Command(BaseCommand):
    """manage.py reconcile_notices [--sent ID…] [--not-sent ID…] [--file mail.log [--complete]]."""

    help = "List messages whose fate is unknown, or settle them by their Message-IDs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Message-IDs by hand, or the mail server's log."""
        parser.add_argument("--sent", nargs="+", default=[], metavar="ID")
        parser.add_argument("--not-sent", nargs="+", default=[], metavar="ID")
        parser.add_argument("--file", type=Path, help="log of the mail server")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the log covers the whole time: what is not in it was never taken",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle what is named and list what is left."""
        unknown = {
            notice.uid: notice for notice in Notice.objects.filter(state=NoticeState.UNKNOWN)
        }
        answers = {
            **{_uid(each): True for each in options["sent"]},
            **{_uid(each): False for each in options["not_sent"]},
        }
        if options["file"]:
            seen = self._seen(options["file"])
            # Of short messages a mail server's log knows nothing.
            mails = {uid for uid, each in unknown.items() if each.channel == Channel.MAIL}
            answers |= dict.fromkeys(seen & mails, True)
            if options["complete"]:
                answers |= dict.fromkeys(mails - seen, False)
        by = Actor.system("reconcile_notices")
        for uid, accepted in answers.items():
            if uid in unknown and settle(unknown[uid], accepted=accepted, by=by):
                del unknown[uid]
        for notice in unknown.values():
            self.stdout.write(f"{notice.message_id} {notice.unknown_at:%Y-%m-%d %H:%M}")
        self.stdout.write(f"{len(unknown)} unknown")

    @staticmethod
    def _seen(path: Path) -> set[uuid.UUID]:
        try:
            with path.open(encoding="utf-8", errors="replace") as lines:
                return {uuid.UUID(found) for line in lines for found in _HEX.findall(line)}
        except OSError as error:
            raise CommandError(str(error)) from error


def _uid(text: str) -> uuid.UUID:
    found = _HEX.search(text + "@")
    try:
        return uuid.UUID(found[1] if found else text)
    except ValueError:
        raise CommandError(f"not a Message-ID of ours: {text}") from None
