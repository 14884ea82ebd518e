"""Talking to the robots of chat groups."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partybuild.notices.letters import Letter, Posting, ShortText
from partybuild.notices.smtp import Outcome, Verdict
from partybuild.notices.talking import (
    CONFIGURATION,
    Answer,
    Request,
    filled,
    hand,
    holds,
    value_at,
    wait_seconds,
)

# A minute is the window in which every provider counts.
_WINDOW = 60


class RobotCourier:
    """Posts into groups, each over a connection of its own."""

    def send(
        self, letter: Letter | ShortText | Posting, *, before_dot: Callable[[], bool]
    ) -> Outcome:
        """Post one; `before_dot` commits the handover and may stop it."""
        assert isinstance(letter, Posting)
        adapter = settings.ROBOTS.adapters.get(letter.kind)
        if adapter is None:
            return Outcome(Verdict.REFUSED, "这一类群机器人没有开通")
        try:
            check_address(letter.kind, letter.address)
        except ValidationError:
            return Outcome(Verdict.REFUSED, "机器人地址不在允许的范围内")
        body = json.dumps(filled(adapter.template, _values(letter, adapter)), ensure_ascii=False)
        request = Request(
            url=letter.address + _signed(letter, adapter),
            timeout=settings.ROBOTS.timeout,
            body=body.encode(),
            name=adapter.label,
            only_public=not settings.ROBOTS.allow_private,
        )
        # An error's own words may hold the address: its kind is enough.
        answer = hand(request, before_dot=before_dot, said=lambda error: type(error).__name__)
        return answer if isinstance(answer, Outcome) else _verdict(answer, adapter)


def check_address(kind: str, address: str) -> None:
    """Refuse an address that is not a robot's of this provider: no other host is ever spoken to."""
    adapter = settings.ROBOTS.adapters.get(kind)
    if adapter is None:
        raise ValidationError(_("这一类群机器人没有开通。"))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValidationError(_("机器人地址不完整，请从群机器人页面整段复制。")) from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and settings.ROBOTS.allow_http)
    usual = port in {None, 443} or settings.ROBOTS.allow_private
    if (
        not secure
        or not usual
        or (parts.hostname or "") != adapter.host
        or parts.path != adapter.path
        or parts.username is not None
        or parts.fragment
        or not address.isascii()
        or not address.isprintable()
        or " " in address
    ):
        raise ValidationError(
            _("这不是%(label)s的地址，应以https://%(host)s%(path)s开头，请整段复制。")
            % {"label": adapter.label, "host": adapter.host, "path": adapter.path}
        )
    if adapter.key and not parse_qs(parts.query).get(adapter.key):
        raise ValidationError(
            _("机器人地址不完整，少了%(key)s，请整段复制。") % {"key": adapter.key}
        )


def signature_of(secret: str, timestamp: str) -> str:
    """Return DingTalk's signature: HMAC-SHA256 over the timestamp and the secret, by the secret."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(digest))


def _signed(letter: Posting, adapter: Any) -> str:
    if adapter.signature != "dingtalk" or not letter.secret:
        return ""
    # The provider compares it with its own clock.
    timestamp = str(round(time.time() * 1000))
    return f"&timestamp={timestamp}&sign={signature_of(letter.secret, timestamp)}"


def _values(letter: Posting, adapter: Any) -> dict[str, str]:
    text = letter.text
    while len(text.encode()) > adapter.most_bytes:
        # The link at the end stays; the list before it is cut.
        head, _line, rest = text.rpartition("\n")
        text = f"{head[: len(head) - max(20, len(head) // 10)]}…\n{rest}"
        if len(head) < 40:
            break
    return {
        "{text}": text,
        "{title}": letter.notice.title,
        "{url}": letter.url,
        "{id}": letter.notice.message_id,
    }


def _verdict(answer: Answer, adapter: Any) -> Outcome:
    status = answer.status
    code = value_at(answer, adapter.accepted.path)
    words = str(status) + (f" {'.'.join(adapter.accepted.path)}={code}" if code else "")
    if status in {429, 503}:
        wait = max(wait_seconds(answer.retry_after), _WINDOW)
        return Outcome(Verdict.LATER, words, is_broken=True, wait_seconds=wait)
    if 200 <= status < 300:
        if not answer.is_whole:
            return Outcome(Verdict.UNKNOWN, "答复不完整")
        if holds(answer, adapter.accepted):
            return Outcome(Verdict.TAKEN, words)
        if code is None:
            return Outcome(Verdict.UNKNOWN, "答复无法辨认")
        if holds(answer, adapter.wrong):
            return Outcome(Verdict.REFUSED, f"机器人地址或密钥不对，请重新设置（{words}）")
        wait = _WINDOW if holds(answer, adapter.busy) else 0
        return Outcome(Verdict.LATER, words, wait_seconds=wait)
    if status >= 500:
        # It may have posted before it failed.
        return Outcome(Verdict.UNKNOWN, words, is_broken=True)
    if status < 400 or status in CONFIGURATION:
        return Outcome(Verdict.LATER, words, is_broken=True)
    return Outcome(Verdict.REFUSED, words)
