"""The mail sink: takes mail over SMTP and keeps each message as a file.

Run as `python -m partybuild.devstack.mailbox <descriptor of a listening socket> <directory>`.
"""

import asyncio
import os
import secrets
import signal
import socket
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_LARGEST_MESSAGE = 32 * 1024 * 1024


class Keep:
    """Keeps every message it is handed, under a name that sorts by time of arrival."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.arrived = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store one message with its envelope; it is accepted only once it is stored."""
        self.arrived += 1
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{self.arrived:06d}-{secrets.token_hex(4)}"
        head = [f"X-Envelope-From: {envelope.mail_from}"]
        head += [f"X-Envelope-To: {address}" for address in envelope.rcpt_tos]
        content = envelope.original_content or b""
        half_written = self.directory / f".{name}"
        half_written.write_bytes("\r\n".join([*head, ""]).encode() + content)
        half_written.rename(self.directory / f"{name}.eml")
        return "250 OK"


def _authenticator(password: str):  # type: ignore[no-untyped-def]
    def check(server, session, envelope, mechanism, auth_data):  # type: ignore[no-untyped-def]
        right = isinstance(auth_data, LoginPassword) and secrets.compare_digest(
            auth_data.password, password.encode()
        )
        return AuthResult(success=right, handled=False)

    return check


async def serve(listening: socket.socket, directory: Path, password: str) -> None:
    """Take mail until asked to stop."""
    loop = asyncio.get_running_loop()
    keep = Keep(directory)
    # Without TLS on purpose: the connection never leaves the machine.
    warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    server = await loop.create_server(
        lambda: SMTP(
            keep,
            hostname="localhost",
            data_size_limit=_LARGEST_MESSAGE,
            auth_required=True,
            auth_require_tls=False,
            authenticator=_authenticator(password),
        ),
        sock=listening,
    )
    stop = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(
        serve(
            socket.socket(fileno=int(sys.argv[1])),
            Path(sys.argv[2]),
            os.environ["MAILBOX_PASSWORD"],
        )
    )
