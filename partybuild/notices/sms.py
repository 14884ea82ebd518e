"""Talking to the short-message gateway: to one fixed host, following nobody elsewhere.

The last byte of a request is held back until the handover is committed, as the final dot of a mail
is: before it a gateway has no whole message to take; after it only its answer tells.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from partybuild.fields.codes import mask_phone
from partybuild.notices.letters import Letter, ShortText
from partybuild.notices.smtp import Outcome, ServerDown, Verdict

_MOST_BYTES = 64 * 1024
_MOST_WAIT = 3600
_CONFIGURATION = frozenset({401, 403, 404, 405, 407})
_FAULTS = (http.client.HTTPException, OSError)


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    retry_after: str
    # The whole body was read.
    is_whole: bool


class SmsCourier:
    """Sends short messages, each over a connection of its own."""

    def send(self, letter: Letter | ShortText, *, before_dot: Callable[[], bool]) -> Outcome:
        """Send one; `before_dot` commits the handover and may stop it."""
        assert isinstance(letter, ShortText)
        gateway = settings.SMS_GATEWAY
        if gateway is None:
            raise ServerDown("没有配置短信网关")
        connection = _connected(gateway)
        handed = False
        try:
            body = _body(letter, gateway)
            with _deadline(connection, gateway.timeout):
                _open(connection, "POST", gateway.url, gateway, body=body)
                connection.send(body[:-1])
                is_early = _speaks(connection)
                if not is_early:
                    if not before_dot():
                        return Outcome(Verdict.NOT_OURS)
                    connection.send(body[-1:])
                    # Before this line the last byte has not left: nothing was handed over.
                    handed = True
                answer = _read(connection)
        except _FAULTS as error:
            verdict = Verdict.UNKNOWN if handed else Verdict.LATER
            return Outcome(verdict, _said(error, letter), is_broken=True)
        finally:
            connection.close()
        if is_early and 200 <= answer.status < 300:
            # A yes to half a message: nobody knows what was taken.
            before_dot()
            return Outcome(Verdict.UNKNOWN, "网关未收完就答复", is_broken=True)
        return _verdict(answer, gateway, letter)


def ask_gateway(keys: Sequence[str]) -> dict[str, bool]:
    """Tell of each key whether the gateway took its message; keys it says nothing of are left out."""
    gateway = settings.SMS_GATEWAY
    answers: dict[str, bool] = {}
    if gateway is None or not gateway.status_url:
        return answers
    broken = 0
    for key in keys[:50]:
        try:
            answer = _asked(gateway, gateway.status_url.replace("{id}", quote(key, safe="")))
        except (ServerDown, *_FAULTS):
            broken += 1
            if broken > 1:
                break
            continue
        found = _found(answer, gateway)
        if found is not None:
            answers[key] = found
    return answers


def _asked(gateway: Any, url: str) -> _Answer:
    connection = _connected(gateway)
    try:
        with _deadline(connection, gateway.timeout):
            _open(connection, "GET", url, gateway)
            return _read(connection)
    finally:
        connection.close()


def _found(answer: _Answer, gateway: Any) -> bool | None:
    if answer.status == 404 and gateway.status_missing_is_404:
        return False
    if answer.status != 200 or not answer.is_whole:
        return None
    if _holds(answer, gateway.status_accepted):
        return True
    return False if _holds(answer, gateway.status_missing) else None


def _verdict(answer: _Answer, gateway: Any, letter: ShortText) -> Outcome:
    status, words = answer.status, _words(answer, letter)
    if status in {429, 503}:
        wait = _wait_seconds(answer.retry_after)
        return Outcome(Verdict.LATER, words, is_broken=True, wait_seconds=wait)
    if 200 <= status < 300:
        if not answer.is_whole:
            return Outcome(Verdict.UNKNOWN, "网关的答复不完整")
        if gateway.accepted is None or _holds(answer, gateway.accepted):
            return Outcome(Verdict.TAKEN, words)
        if _value(answer, gateway.accepted.path) is None:
            return Outcome(Verdict.UNKNOWN, "网关的答复无法辨认")
        # Its own words for no: a full queue, no balance, a number it does not know.
        return Outcome(Verdict.LATER, words)
    if status >= 500 or status == 409:
        # It may have taken the message before it failed; the same key is known to it already.
        return Outcome(Verdict.UNKNOWN, words, is_broken=True)
    if status < 400 or status in _CONFIGURATION or status == 408:
        # Sent elsewhere or not let in: our own setting, not this message's fault.
        return Outcome(Verdict.LATER, words, is_broken=True)
    return Outcome(Verdict.REFUSED, words)


def _words(answer: _Answer, letter: ShortText) -> str:
    rule = settings.SMS_GATEWAY.accepted if settings.SMS_GATEWAY is not None else None
    value = _value(answer, rule.path) if rule is not None else None
    said = str(answer.status)
    if rule is not None and value:
        said += f" {'.'.join(rule.path)}={value}"
    return _without_number(said, letter)[:200]


def _value(answer: _Answer, path: tuple[str, ...]) -> str | None:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    if isinstance(found, dict | list) or found is None:
        return None
    return json.dumps(found) if isinstance(found, bool) else str(found)[:100]


def _holds(answer: _Answer, rule: Any) -> bool:
    return rule is not None and _value(answer, rule.path) in rule.values


def _wait_seconds(text: str) -> int:
    if text.isascii() and text.isdigit():
        return min(int(text[:6]), _MOST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    return max(0, min(int(moment.timestamp() - time.time()), _MOST_WAIT))


def _body(letter: ShortText, gateway: Any) -> bytes:
    values = {
        "{phone}": letter.phone,
        "{text}": letter.text,
        "{link}": letter.link,
        "{title}": letter.title,
        "{id}": letter.notice.message_id,
    }
    filled = _filled(gateway.template, values)
    if gateway.is_form:
        return urlencode(filled).encode()
    return json.dumps(filled, ensure_ascii=False).encode()


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(each, values) for each in part]
    if not isinstance(part, str):
        return part
    # One pass: what a value brings along is never filled again.
    pieces, rest = [], part
    while rest:
        place = next((name for name in values if rest.startswith(name)), "")
        pieces.append(values[place] if place else rest[0])
        rest = rest[len(place) or 1 :]
    return "".join(pieces)


def _connected(gateway: Any) -> http.client.HTTPConnection:
    parts = urlsplit(gateway.url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname or "",
            parts.port,
            timeout=gateway.timeout,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=gateway.timeout
        )
    try:
        connection.connect()
    except _FAULTS as error:
        connection.close()
        raise ServerDown(f"短信网关连接不上：{type(error).__name__} {error}"[:200]) from error
    return connection


def _open(
    connection: http.client.HTTPConnection, method: str, url: str, gateway: Any, body: bytes = b""
) -> None:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(method, target, skip_accept_encoding=True)
    connection.putheader("Accept", "application/json")
    connection.putheader("Connection", "close")
    if gateway.token:
        connection.putheader(gateway.token_header, gateway.token.encode())
    if body:
        kind = "application/x-www-form-urlencoded" if gateway.is_form else "application/json"
        connection.putheader("Content-Type", f"{kind}; charset=utf-8")
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()


def _read(connection: http.client.HTTPConnection) -> _Answer:
    response = connection.getresponse()
    body = response.read(_MOST_BYTES + 1)
    return _Answer(
        status=response.status,
        body=body,
        retry_after=response.getheader("Retry-After", "") or "",
        # A body shorter than it was called, or longer than any honest answer.
        is_whole=not response.length and len(body) <= _MOST_BYTES,
    )


def _speaks(connection: http.client.HTTPConnection) -> bool:
    """Whether the gateway has hung up or answers though it has not heard the whole message."""
    readable, _write, _error = select.select([connection.sock], [], [], 0)
    return bool(readable)


@contextlib.contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: int) -> Iterator[None]:
    """Cut the connection when the whole talk takes too long: a trickle never times out by itself."""
    sock = connection.sock

    def cut() -> None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(2 * seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _said(error: BaseException, letter: ShortText) -> str:
    return _without_number(f"{type(error).__name__} {error}".strip(), letter)[:200]


def _without_number(text: str, letter: ShortText) -> str:
    return text.replace(letter.phone, mask_phone(letter.phone))
