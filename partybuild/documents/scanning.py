"""The virus scanner, where one is set: clamd's INSTREAM over a socket."""

from __future__ import annotations

import socket
import struct
from contextlib import closing

from django.conf import settings

from partybuild.documents.exceptions import FileInfected, ScannerDown

_PIECE = 64 * 1024


def refuse_infected(content: bytes) -> None:
    """Refuse what the scanner knows; with a scanner set that does not answer, refuse everything."""
    address = settings.CLAMD_ADDRESS
    if not address:
        return
    try:
        answer = _ask(address, content)
    except OSError:
        raise ScannerDown from None
    if answer.endswith("FOUND"):
        raise FileInfected
    if not answer.endswith("OK"):
        raise ScannerDown


def _ask(address: str, content: bytes) -> str:
    with closing(_connect(address)) as channel:
        channel.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            channel.sendall(struct.pack(">I", len(piece)) + piece)
        channel.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            piece = channel.recv(4096)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        channel.settimeout(settings.CLAMD_SECONDS)
        try:
            channel.connect(address.removeprefix("unix:"))
        except OSError:
            channel.close()
            raise
        return channel
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=settings.CLAMD_SECONDS)
