"""One HTTP request to one fixed host, following nobody elsewhere, so that we know what was handed over.

The last byte of a request is held back until the handover is committed, as the final dot of a mail
is: before it the other side has no whole message to take; after it only its answer tells.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import ipaddress
import json
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from partybuild.notices.smtp import Outcome, ServerDown, Verdict

_MOST_BYTES = 64 * 1024
_MOST_WAIT = 3600
FAULTS = (http.client.HTTPException, OSError)
# Not let in, or sent elsewhere: a setting of ours, not the message's fault.
CONFIGURATION = frozenset({401, 403, 404, 405, 407, 408})


@dataclass(frozen=True)
class Request:
    """What is asked of whom."""

    # Holds keys: it never stands in a log.
    url: str
    timeout: int
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = "application/json"
    # Who is on the other side, in the words of an error.
    name: str = "服务器"
    # Only machines of the public network are spoken to.
    only_public: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    retry_after: str
    # The whole body was read.
    is_whole: bool


def hand(
    request: Request, *, before_dot: Callable[[], bool], said: Callable[[BaseException], str]
) -> Answer | Outcome:
    """Send a request; `before_dot` commits the handover and may stop it. An Outcome where no answer came."""
    connection = _connected(request)
    handed = asked = False
    try:
        with _deadline(connection, request.timeout):
            _open(connection, request)
            # Whoever answers before the whole message is there was not given it.
            is_early = not _sends(connection, request.body[:-1]) or _speaks(connection)
            if not is_early:
                asked = True
                if not before_dot():
                    return Outcome(Verdict.NOT_OURS)
                is_early = not _sends(connection, request.body[-1:])
                # Before this line the last byte has not left: nothing was handed over.
                handed = not is_early
            answer = _read(connection)
    except FAULTS as error:
        verdict = Verdict.UNKNOWN if handed else Verdict.LATER
        return Outcome(verdict, said(error), is_broken=True)
    finally:
        connection.close()
    if is_early and 200 <= answer.status < 300:
        # A yes to half a message: nobody knows what was taken.
        if not asked:
            before_dot()
        return Outcome(Verdict.UNKNOWN, "对方未收完就答复", is_broken=True)
    return answer


def ask(request: Request) -> Answer:
    """Ask a question that changes nothing over there."""
    connection = _connected(request)
    try:
        with _deadline(connection, request.timeout):
            _open(connection, request)
            return _read(connection)
    finally:
        connection.close()


def value_at(answer: Answer, path: tuple[str, ...]) -> str | None:
    """Return a field of a JSON answer as text, None where it is not there."""
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


def holds(answer: Answer, rule: Any) -> bool:
    """Tell whether a field of the answer has one of a rule's values."""
    return rule is not None and value_at(answer, rule.path) in rule.values


def wait_seconds(text: str) -> int:
    """Read Retry-After, an hour at most."""
    if text.isascii() and text.isdigit():
        return min(int(text[:6]), _MOST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return 0
    return max(0, min(int(moment.timestamp() - time.time()), _MOST_WAIT))


def filled(part: Any, values: dict[str, str]) -> Any:
    """Fill a template's placeholders in one pass: what a value brings along is never filled again."""
    if isinstance(part, dict):
        return {name: filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(each, values) for each in part]
    if not isinstance(part, str):
        return part
    pieces, rest = [], part
    while rest:
        place = next((name for name in values if rest.startswith(name)), "")
        pieces.append(values[place] if place else rest[0])
        rest = rest[len(place) or 1 :]
    return "".join(pieces)


def _connected(request: Request) -> http.client.HTTPConnection:
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=request.timeout, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=request.timeout)
    try:
        if request.only_public:
            # The address that was looked at is the one spoken to: the name is not asked again.
            address = _public_address(host, connection.port)
            vars(connection)["_create_connection"] = lambda _to, timeout, _from: (
                socket.create_connection((address, connection.port), timeout)
            )
        connection.connect()
    except FAULTS as error:
        connection.close()
        raise ServerDown(f"{request.name}连接不上：{type(error).__name__} {error}"[:200]) from error
    return connection


class PrivateAddress(OSError):
    """A name that leads into a private network."""


def _public_address(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not all(is_public(each) for each in addresses):
        raise PrivateAddress("地址指向内部网络")
    return addresses[0]


def is_public(text: str) -> bool:
    """Tell whether an address is of the public network, also where it is wrapped in another."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast


def _open(connection: http.client.HTTPConnection, request: Request) -> None:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.putrequest(request.method, target, skip_accept_encoding=True)
    connection.putheader("Accept", "application/json")
    connection.putheader("Connection", "close")
    for name, value in request.headers:
        connection.putheader(name, value.encode())
    if request.body:
        connection.putheader("Content-Type", f"{request.content_type}; charset=utf-8")
        connection.putheader("Content-Length", str(len(request.body)))
    connection.endheaders()


def _read(connection: http.client.HTTPConnection) -> Answer:
    response = connection.getresponse()
    body = response.read(_MOST_BYTES + 1)
    return Answer(
        status=response.status,
        body=body,
        retry_after=response.getheader("Retry-After", "") or "",
        # A body shorter than it was called, or longer than any honest answer.
        is_whole=not response.length and len(body) <= _MOST_BYTES,
    )


def _sends(connection: http.client.HTTPConnection, part: bytes) -> bool:
    """Whether a part could be sent; where the other side has hung up, its answer may still be read."""
    try:
        connection.send(part)
    except ConnectionError:
        return False
    return True


def _speaks(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side has hung up or answers though it has not heard the whole message."""
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
