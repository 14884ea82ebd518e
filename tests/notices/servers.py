"""Mail servers for tests: a real aiosmtpd sink, and one that misbehaves as told."""

from __future__ import annotations

import contextlib
import email
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

# What hangs or trickles costs a test so many seconds; whoever does answer may take its time.
SHORT, LONG = 4, 60
_NEVER_IN_TIME = frozenset({"hang", "trickle"})


class Sink:
    """Keeps every mail; slow enough, if asked, to be killed in the middle of."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.mails: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail, then answer."""
        import asyncio

        self.mails.append((list(envelope.rcpt_tos), envelope.original_content))
        await asyncio.sleep(self.delay)
        return "250 OK"

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID arrived."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    @property
    def messages(self) -> list[Any]:
        """The mails, parsed."""
        return [email.message_from_bytes(text, policy=default) for _to, text in self.mails]

    @property
    def addresses(self) -> list[str]:
        """Who got mail, in order."""
        return [to[0] for to, _text in self.mails]


class _OnSocket(Controller):
    """Listens on a socket that is open already: nobody takes its port in between."""

    def __init__(self, handler: Any, listening: socket.socket) -> None:
        hostname, port = listening.getsockname()
        super().__init__(handler, hostname=hostname, port=port, ready_timeout=LONG)
        self.listening = listening

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listening)


@contextlib.contextmanager
def sink(delay: float = 0.0) -> Iterator[tuple[Sink, int]]:
    """Run a real SMTP server on a port of its own."""
    keep = Sink(delay)
    controller = _OnSocket(keep, socket.create_server(("127.0.0.1", 0)))
    port = controller.port
    controller.start()
    try:
        yield keep, port
    finally:
        controller.stop()


class Script:
    """An SMTP server in plain sockets that follows a rule at each step of the talk."""

    def __init__(self, **rules: Any) -> None:
        self.rules = rules
        self.taken: list[bytes] = []
        self.times: Counter[str] = Counter()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.stopping = threading.Event()

    def rule(self, step: str, line: bytes = b"") -> Any:
        """Return what to do at a step: a reply, "hang", "drop", or None for what is usual."""
        self.times[step] += 1
        rule = self.rules.get(step)
        return rule(line) if callable(rule) else rule

    def run(self) -> None:
        """Serve one connection after the other."""
        while not self.stopping.is_set():
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError, _Dropped):
                self.talk(connection)

    def do(self, connection: socket.socket, step: str, usual: str, line: bytes = b"") -> str:
        """Answer a step as told."""
        rule = self.rule(step, line)
        if rule == "drop":
            raise _Dropped
        if rule == "hang":
            self.stopping.wait(LONG)
            raise _Dropped
        if rule == "trickle":
            for byte in f"{usual}\r\n".encode():
                if self.stopping.wait(1):
                    raise _Dropped
                connection.sendall(bytes([byte]))
            return usual
        reply = rule or usual
        connection.sendall(f"{reply}\r\n".encode())
        return str(reply)

    def talk(self, connection: socket.socket) -> None:
        """One connection."""
        lines = connection.makefile("rb")
        self.do(connection, "banner", "220 test")
        while line := lines.readline():
            verb = line[:4].upper()
            if verb in {b"EHLO", b"HELO"}:
                self.do(connection, "ehlo", "250 test")
            elif verb == b"MAIL":
                self.do(connection, "mail", "250 ok", line)
            elif verb == b"RCPT":
                self.do(connection, "rcpt", "250 ok", line)
            elif verb == b"DATA":
                if not self.do(connection, "data", "354 go on").startswith("354"):
                    continue
                if self.rule("text") == "drop":
                    raise _Dropped
                text = b"".join(iter(lines.readline, b".\r\n"))
                if not text:
                    return
                if not str(self.rules.get("dot", "")).startswith(("4", "5")):
                    self.taken.append(text)
                self.do(connection, "dot", "250 taken", line)
            elif verb == b"STAR":
                self.do(connection, "starttls", "220 go ahead")
                # What comes now is no handshake.
                connection.sendall(b"not at all\r\n")
                raise _Dropped
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 ok\r\n")


class _Dropped(Exception):
    """The server hangs up."""


@contextlib.contextmanager
def script(**rules: Any) -> Iterator[Script]:
    """Run a misbehaving server."""
    server = Script(**rules)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        # Closing alone does not wake a thread that waits in accept().
        server.socket.shutdown(socket.SHUT_RDWR)
        server.socket.close()
        thread.join(timeout=LONG)


def patience_with(*rules: Any) -> int:
    """Return how long to wait for a server that follows these rules."""
    return SHORT if any(rule in _NEVER_IN_TIME for rule in rules) else LONG


@contextlib.contextmanager
def nobody_there() -> Iterator[int]:
    """Yield a port that refuses connections, and that nobody else can come to listen on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def only_first(reply: str) -> Callable[[bytes], str | None]:
    """Misbehave once, then serve as usual."""
    times = iter([reply])
    return lambda _line: next(times, None)


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
