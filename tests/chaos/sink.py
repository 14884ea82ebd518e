"""The mail server of a storm: it logs each mail it takes, with fsync, and behaves badly on and off.

Run as `python -m tests.chaos.sink <descriptor of a listening socket> <log> <seed>`. The log is what
a real server's log is to `reconcile_unknown`: whatever stands there was taken, nothing else was.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:\s*(<[^>\r\n]+>)")
LOG = "CHAOS_SINK_LOG"
# The longest that a good answer takes: most of a sender's time is between dot and answer.
_SLOWEST = 0.3
_HANG = 3.0


@dataclass(frozen=True)
class Taken:
    """One mail that the server took: its Message-ID, its recipient, and when by the wall clock."""

    message_id: str
    address: str
    at: float


class Moody:
    """Takes mail; one in fifty goes wrong in one of seven ways."""

    def __init__(self, log: Path, seed: int) -> None:
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.dice = random.Random(seed)

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Sometimes not now."""
        if self.dice.random() < 0.004:
            return "450 4.3.2 later"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Sometimes not now, sometimes nothing more from this server."""
        roll = self.dice.random()
        if roll < 0.004:
            return "451 4.2.1 greylisted"
        if roll < 0.006:
            return "421 4.3.2 closing"
        if roll < 0.008:
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail and answer; or neither, or only one of the two."""
        roll = self.dice.random()
        if roll < 0.003:
            # The dot has come, and nothing of it is kept.
            server.transport.close()
            return "250 OK"
        if roll < 0.007:
            return "452 4.3.1 full"
        self._keep(envelope)
        if roll < 0.010:
            server.transport.close()
        elif roll < 0.012:
            await asyncio.sleep(_HANG)
        else:
            await asyncio.sleep(self.dice.uniform(0, _SLOWEST))
        return "250 OK"

    def _keep(self, envelope: Any) -> None:
        found = _MESSAGE_ID.search(envelope.original_content)
        taken = {
            "id": found[1].decode() if found else "",
            "to": envelope.rcpt_tos[0],
            "at": time.time(),
        }
        os.write(self.log, json.dumps(taken).encode() + b"\n")
        os.fsync(self.log)


def read_log(path: Path) -> list[Taken]:
    """Return what the server took, in order."""
    if not path.exists():
        return []
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Taken(row["id"], row["to"], row["at"]) for row in rows]


def ask(message_ids: Sequence[str]) -> dict[str, bool]:
    """Tell of each Message-ID whether the server took it: the MAIL_ASK of the storm."""
    taken = {each.message_id for each in read_log(Path(os.environ[LOG]))}
    return {each: each in taken for each in message_ids}


async def serve(listening: socket.socket, log: Path, seed: int) -> None:
    """Take mail until asked to stop."""
    loop = asyncio.get_running_loop()
    keep = Moody(log, seed)
    # A client that is killed in the middle leaves its connection behind.
    server = await loop.create_server(
        lambda: SMTP(keep, hostname="localhost", timeout=30), sock=listening
    )
    stop = asyncio.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, stop.set)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), int(sys.argv[3])))
