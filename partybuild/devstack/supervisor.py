"""`devstack run`: everything on demo data in the foreground, until it is asked to stop."""

import contextlib
import http.client
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

from partybuild.devstack.children import Child, say, stop_all
from partybuild.devstack.environment import environment_with
from partybuild.devstack.exceptions import NotReady, StackError
from partybuild.devstack.places import CHECKOUT
from partybuild.devstack.stack import Stack, demo_stack

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WEB_PATIENCE = 60.0


class _AskedToStop(BaseException):
    """A signal arrived while things were still starting."""


class _Endings:
    """Turns signals into an orderly end: at once while starting, at the next look afterwards."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.starting = True

    def install(self) -> None:
        for ending in _ENDINGS:
            signal.signal(ending, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.asked.is_set():
            self.asked.set()
            if self.starting:
                raise _AskedToStop


def run(*, port: int) -> int:
    """Start everything, look after it, and stop it cleanly when asked."""
    endings = _Endings()
    endings.install()
    _refuse_taken_port(port)
    started = time.monotonic()
    with contextlib.suppress(_AskedToStop), demo_stack(port=port) as stack:
        prepare(stack, demo=True)
        with _services(stack, port) as children:
            say(f"Ready after {time.monotonic() - started:.1f} s: http://127.0.0.1:{port}/")
            say("Stop with Ctrl-C. Throw the data away with `make reset`.")
            endings.starting = False
            while not endings.asked.wait(0.2):
                for child in (*stack.children, *children):
                    child.look_after()
        say("Stopping.")
    return 0


def prepare(stack: Stack, *, demo: bool) -> None:
    """Bring the stack's database up to date."""
    words = [sys.executable, "-m", "partybuild.devstack.prepare", *(["--demo"] if demo else [])]
    preparing = Child("Preparing", words, environment_with(stack.variables), cwd=CHECKOUT)
    try:
        preparing.start()
        code = preparing.process.wait() if preparing.process else 1
    finally:
        preparing.stop()
    if code:
        raise StackError("The database could not be prepared; the lines above say why.")


@contextlib.contextmanager
def _services(stack: Stack, port: int) -> Iterator[list[Child]]:
    environment = environment_with(stack.variables)
    # Root at the demo has been told enough.
    environment["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    celery = [sys.executable, "-m", "celery", "-A", "config", "-q"]
    programs = {
        "The web server": [
            *(sys.executable, "-m", "gunicorn", "config.wsgi:application"),
            *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "4", "--log-level", "warning"),
            *("--no-control-socket", "--graceful-timeout", "5", "--preload"),
        ],
        "The worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
        "Beat": [
            *(*celery, "beat", "--loglevel", "WARNING", "--pidfile="),
            *("--schedule", str(stack.place.path / "beat-schedule")),
        ],
    }
    children = [
        Child(name, words, environment, cwd=CHECKOUT, inherited=stack.inherited)
        for name, words in programs.items()
    ]
    try:
        for child in children:
            child.start()
            # The person waits for the web server; it has the processors for itself.
            if child is children[0]:
                _wait_for_web(child, port)
        yield children
    finally:
        stop_all(children)


def _refuse_taken_port(port: int) -> None:
    # What a killed supervisor left behind may need a moment to let go.
    deadline = time.monotonic() + 10
    while True:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError as error:
                if time.monotonic() > deadline:
                    raise StackError(
                        f"Port {port} is taken by another program. "
                        f"Choose another one: make run PORT={port + 1}"
                    ) from error
            else:
                return
        time.sleep(0.2)


def _wait_for_web(web: Child, port: int) -> None:
    deadline = time.monotonic() + _WEB_PATIENCE
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            if not web.running:
                raise NotReady("The web server did not start; the lines above say why.") from None
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise NotReady(f"The web server did not answer within {_WEB_PATIENCE:.0f} s.")
