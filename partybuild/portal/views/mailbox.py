"""The demo's mailbox: what went out while no real mail server was named. Development only."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from partybuild.notices.queries.mailbox import mail_named, mails

_SHOWN = 60
_LINK = re.compile(r"(https?://\S+)")


def _check() -> None:
    # No demo mail server, no page: production never sets the folder, and has no address for it.
    if not settings.IN_DEVELOPMENT or not settings.MAILBOX_DIR:
        raise Http404


@method_decorator(login_not_required, name="dispatch")
class MailboxView(View):
    """The mails that went out, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the latest."""
        _check()
        found = mails()
        return render(
            request, "portal/mailbox.html", {"mails": found[:_SHOWN], "count": len(found)}
        )


@method_decorator(login_not_required, name="dispatch")
class MailView(View):
    """One mail with its links."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show its plain text; what looks like an address of ours can be pressed."""
        _check()
        mail = mail_named(name)
        if mail is None:
            raise Http404
        return render(request, "portal/mail.html", {"mail": mail, "parts": parts_of(mail.text)})


def parts_of(text: str) -> list[dict[str, Any]]:
    """Split a text into words and links to this site; other addresses stay words."""
    return [
        {"text": part, "url": part if part.startswith(settings.BASE_URL + "/") else ""}
        for part in _LINK.split(text)
    ]
