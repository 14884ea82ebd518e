"""Talking to the mail server, line by line, so that we know what was handed over and what was not."""

from __future__ import annotations

import enum
import re
import select
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.conf import settings

from partybuild.notices.letters import Letter, Posting, ShortText

_LINE_DOT = re.compile(rb"(?m)^\.")


class Verdict(enum.Enum):
    """What became of one mail."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Outcome:
    """The verdict, the server's words, and whether the connection broke."""

    verdict: Verdict
    reason: str = ""
    is_broken: bool = False
    # How long the server asks to be left alone.
    wait_seconds: int = 0
    # What the other side calls the message it took.
    provider_id: str = ""


class ServerDown(Exception):
    """The server cannot be reached or does not let us in: no mail was tried."""


class Courier:
    """One connection for a run, opened when first needed and again where it breaks."""

    def __init__(self) -> None:
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.smtp is not None:
            try:
                self.smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def send(
        self, letter: Letter | ShortText | Posting, *, before_dot: Callable[[], bool]
    ) -> Outcome:
        """Send one mail; `before_dot` commits the handover and may stop it."""
        assert isinstance(letter, Letter)
        smtp = self._connected()
        handed = False
        try:
            with self._deadline():
                refusal = self._envelope(smtp, letter)
                if refusal is not None:
                    return refusal
                smtp.send(_LINE_DOT.sub(b"..", letter.text))
                if self._is_gone():
                    raise smtplib.SMTPServerDisconnected("连接在正文结束前断开")
                if not before_dot():
                    # Inside DATA there is no way back but to hang up: what was sent is dropped.
                    self._drop()
                    return Outcome(Verdict.NOT_OURS)
                smtp.send(b"\r\n.\r\n" if not letter.text.endswith(b"\r\n") else b".\r\n")
                # Before this line the dot has not left: whatever broke, nothing was handed over.
                handed = True
                code, words = smtp.getreply()
                return self._answer(smtp, code, words)
        except ValueError:
            # Letters that the server cannot be sent, or a line break.
            self._reset()
            return Outcome(Verdict.REFUSED, "邮箱地址含有无法发送的字符")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            verdict = Verdict.UNKNOWN if handed else Verdict.LATER
            return Outcome(verdict, _said(error), is_broken=True)

    def _envelope(self, smtp: smtplib.SMTP, letter: Letter) -> Outcome | None:
        code, words = smtp.mail(settings.MAIL_ENVELOPE_FROM)
        if code != 250:
            # A refused sender is our own setting, not this mail's fault: it is tried again.
            return self._refusal(code, words, permanent=False)
        code, words = smtp.rcpt(letter.address)
        if code not in {250, 251}:
            return self._refusal(code, words, permanent=code >= 500)
        code, words = smtp.docmd("data")
        if code != 354:
            return self._refusal(code, words, permanent=code >= 500)
        return None

    def _refusal(self, code: int, words: bytes, *, permanent: bool) -> Outcome:
        reason = f"{code} {words.decode(errors='replace')}"
        if code == 421 or code < 0:
            self._drop()
            return Outcome(Verdict.LATER, reason, is_broken=True)
        self._reset()
        return Outcome(Verdict.REFUSED if permanent else Verdict.LATER, reason)

    def _answer(self, smtp: smtplib.SMTP, code: int, words: bytes) -> Outcome:
        reason = f"{code} {words.decode(errors='replace')}"
        if 200 <= code < 300:
            return Outcome(Verdict.TAKEN, reason)
        if code < 0:
            # An answer that is none: the mail may have been taken.
            self._drop()
            return Outcome(Verdict.UNKNOWN, "答复无法辨认", is_broken=True)
        if code == 421:
            self._drop()
            return Outcome(Verdict.LATER, reason, is_broken=True)
        return Outcome(Verdict.REFUSED if code >= 500 else Verdict.LATER, reason)

    def _connected(self) -> smtplib.SMTP:
        if self.smtp is not None:
            return self.smtp
        try:
            self.smtp = _connect()
            with self._deadline():
                _greet(self.smtp)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise ServerDown(f"邮件服务器连接不上：{_said(error)}") from error
        return self.smtp

    def _is_gone(self) -> bool:
        """Whether the server has hung up, or says something though it is not its turn."""
        sock = self.smtp.sock if self.smtp is not None else None
        if sock is None:
            return True
        readable, _write, _error = select.select([sock], [], [], 0)
        return bool(readable)

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Cut the connection when the whole talk takes too long: a trickle never times out by itself."""
        sock = self.smtp.sock if self.smtp is not None else None

        def cut() -> None:
            if sock is not None:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return

        timer = threading.Timer(2 * settings.EMAIL_TIMEOUT, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _reset(self) -> None:
        if self.smtp is not None:
            try:
                code, _words = self.smtp.rset()
            except (smtplib.SMTPException, OSError):
                code = -1
            if code != 250:
                self._drop()

    def _drop(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None


def _connect() -> smtplib.SMTP:
    address = (settings.EMAIL_HOST, int(settings.EMAIL_PORT))
    smtp: smtplib.SMTP
    if settings.EMAIL_USE_SSL:
        smtp = smtplib.SMTP_SSL(
            *address, timeout=settings.EMAIL_TIMEOUT, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(*address, timeout=settings.EMAIL_TIMEOUT)
    if smtp.sock is not None:
        # Text and dot are two writes: without this the dot waits 40 ms for a delayed ACK.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _greet(smtp: smtplib.SMTP) -> None:
    smtp.ehlo_or_helo_if_needed()
    if settings.EMAIL_USE_TLS:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    if settings.EMAIL_HOST_USER:
        smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()[:200]
