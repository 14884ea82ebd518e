"""`devstack exec`: one command beside servers that it can use, and its exit code."""

import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from partybuild.devstack.children import Child, say
from partybuild.devstack.environment import environment_with
from partybuild.devstack.stack import demo_stack, running_demo_variables, throw_away_stack
from partybuild.devstack.supervisor import prepare


def execute_fresh(
    words: Sequence[str], *, deployment: str, migrate: bool, system_servers: bool
) -> int:
    """Run the command beside throw-away servers."""
    with (
        _orderly_end(),
        throw_away_stack(deployment=deployment, system_servers=system_servers) as stack,
    ):
        if migrate:
            prepare(stack, demo=False)
        return _run(words, stack.variables)


def execute_on_demo(words: Sequence[str], *, migrate: bool, port: int) -> int:
    """Run the command on the demo's data, beside the running demo or servers of its own."""
    running = running_demo_variables()
    if running is not None:
        with _orderly_end():
            return _run(words, running)
    with _orderly_end(), demo_stack(port=port) as stack:
        if migrate:
            prepare(stack, demo=False)
        return _run(words, stack.variables)


class _Terminated(BaseException):
    """We were asked to end."""


@contextlib.contextmanager
def _orderly_end() -> Iterator[None]:
    """Turn the first signal to end into an exception, so that everything is put away."""

    def on_signal(number: int, frame: FrameType | None) -> None:
        for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(ending, signal.SIG_IGN)
        raise _Terminated(number)

    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, on_signal)
    try:
        yield
    except _Terminated as terminated:
        sys.exit(128 + int(terminated.args[0]))


def _run(words: Sequence[str], variables: Mapping[str, str]) -> int:
    # In our own process group: the terminal and its Ctrl-C belong to the command.
    child = Child(words[0], words, environment_with(variables), cwd=Path.cwd(), own_group=False)
    signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        child.start()
        code = child.process.wait() if child.process else 1
    except FileNotFoundError:
        say(f"There is no command {words[0]}.")
        return 127
    finally:
        child.stop()
    return code if code >= 0 else 128 - code
