"""Child processes that never outlive the one that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from partybuild.devstack.exceptions import StackError
from partybuild.devstack.places import Account

_PR_SET_PDEATHSIG = 1
_LONGEST_PAUSE = 30.0
# After running this long a child has proved itself, and its pauses start small again.
_PROVED = 60.0


def _lifeline(death_signal: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask to be told of our death."""
    if not sys.platform.startswith("linux"):
        raise StackError("The development servers need Linux.")
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def before_exec() -> None:
        # Popen has changed the user by now; a later change would forget the signal.
        libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


@dataclass
class Child:
    """One program to keep running: how it is started and how it is asked to stop."""

    name: str
    words: Sequence[str]
    env: Mapping[str, str]
    stop_signal: int = signal.SIGTERM
    grace: float = 10.0
    account: Account | None = None
    cwd: Path = Path("/")
    log: Path | None = None
    own_group: bool = True
    inherited: Sequence[int] = ()
    process: "subprocess.Popen[bytes] | None" = None
    _failures: int = 0
    _started: float = 0.0
    _next_try: float | None = field(default=None)

    def start(self) -> None:
        """Start the program; its output goes to its log, or where ours goes."""
        with contextlib.ExitStack() as stack:
            output: IO[bytes] | None = None
            if self.log is not None:
                self.log.parent.mkdir(parents=True, exist_ok=True)
                output = stack.enter_context(self.log.open("ab"))
            self._started = time.monotonic()
            self.process = subprocess.Popen(
                self.words,
                env=dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL if self.own_group else None,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                pass_fds=self.inherited,
                start_new_session=self.own_group,
                # We start children before any thread, if there is one.
                preexec_fn=_lifeline(self.stop_signal),  # noqa: PLW1509
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )

    @property
    def running(self) -> bool:
        """Tell whether the program runs now."""
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> None:
        """Start the program again if it ended, each time after a longer pause."""
        if self.running:
            return
        now = time.monotonic()
        if self._next_try is None:
            code = self.process.returncode if self.process else None
            self._failures = 1 if now - self._started > _PROVED else self._failures + 1
            pause = min(2.0 ** (self._failures - 1), _LONGEST_PAUSE)
            self._next_try = now + pause
            say(f"{self.name} ended by itself ({code}); starting it again in {pause:.0f} s.")
        elif now >= self._next_try:
            self._next_try = None
            self.start()

    def ask_to_stop(self) -> None:
        """Send the signal that lets the program finish what it does."""
        if self.process is not None and self.running:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask the program to stop and, past its grace, make it."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop within {self.grace:.0f} s and was killed.")
        if self.own_group:
            # Its own children, if any were left behind.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def last_words(self, lines: int = 8) -> str:
        """The end of the program's log."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all(children: Sequence[Child]) -> None:
    """Stop several programs at once."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, file=sys.stderr, flush=True)
