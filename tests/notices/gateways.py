"""A short-message gateway in plain sockets that behaves as told, also badly."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from tests.notices.servers import LONG

OK = b'{"code":0}'


def answer(status: str, body: bytes = OK, *headers: str, length: int | None = None) -> bytes:
    """Return the bytes of an answer; `length` may lie."""
    size = len(body) if length is None else length
    head = (f"HTTP/1.1 {status}", f"Content-Length: {size}", *headers, "", "")
    return "\r\n".join(head).encode() + body


class Gateway:
    """Takes requests one by one; `rules` are the answers in turn, the last one for all that follow.

    A rule: bytes to answer, "drop", "hang", "trickle", "early" (answers 413 before the body).
    A message counts as taken unless its rule is in `refuses`.
    """

    def __init__(
        self, *rules: Any, status: Any = None, takes: bool = True, tls: ssl.SSLContext | None = None
    ) -> None:
        self.rules = list(rules) or [answer("200 OK")]
        self.status = status
        self.takes = takes
        self.heads: list[str] = []
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.taken: list[dict[str, str]] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where messages are posted."""
        return f"http://127.0.0.1:{self.port}/send?v=1"

    def run(self) -> None:
        """Serve until the socket closes."""
        while not self.stopping.is_set():
            try:
                connection, _address = self.socket.accept()
            except ssl.SSLError:
                continue
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(LONG)
                self.serve(connection)

    def serve(self, connection: socket.socket) -> None:
        """Read one request and answer it by its rule."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
            if not data[:1].isalpha():
                # A handshake: nothing of HTTP will follow.
                return
        head, _sign, body = data.partition(b"\r\n\r\n")
        text = head.decode()
        if text.startswith("GET"):
            self.asked.append(text.split()[1])
            found = self.status(text.split()[1]) if callable(self.status) else self.status
            connection.sendall(found or answer("404 Not Found", b"{}"))
            return
        rule = self.rules.pop(0) if len(self.rules) > 1 else self.rules[0]
        self.heads.append(text)
        if rule == "early":
            connection.sendall(answer("413 Too Large", b""))
            return
        length = next(
            int(line.split(":")[1])
            for line in text.lower().split("\r\n")
            if line.startswith("content-length")
        )
        while len(body) < length:
            more = connection.recv(65536)
            if not more:
                return
            body += more
        self.bodies.append(body)
        if self.takes:
            self.taken.append(
                json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
            )
        self.reply(connection, rule)

    def reply(self, connection: socket.socket, rule: Any) -> None:
        """Answer, or do not."""
        if rule == "hang":
            self.stopping.wait(LONG)
        elif rule == "trickle":
            for byte in answer("200 OK"):
                connection.sendall(bytes((byte,)))
                if self.stopping.wait(0.3):
                    return
        elif rule != "drop":
            connection.sendall(rule)


@contextlib.contextmanager
def gateway(*rules: Any, **values: Any) -> Iterator[Gateway]:
    """Run one."""
    found = Gateway(*rules, **values)
    thread = threading.Thread(target=found.run, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.stopping.set()
        with contextlib.suppress(OSError):
            found.socket.shutdown(socket.SHUT_RDWR)
        found.socket.close()
        thread.join(LONG)
