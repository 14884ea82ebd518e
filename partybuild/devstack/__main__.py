"""Command line of the development servers: `python -m partybuild.devstack run|exec|reset`."""

import argparse
import sys

from partybuild.devstack.children import say
from partybuild.devstack.exceptions import StackError
from partybuild.devstack.execute import execute_fresh, execute_on_demo
from partybuild.devstack.stack import throw_demo_away
from partybuild.devstack.supervisor import run


def main() -> int:
    """Do what the words ask for; the exit code says how it went."""
    asked = _parser().parse_args()
    try:
        if asked.action == "run":
            return run(port=asked.port)
        if asked.action == "exec":
            return _execute(asked)
        throw_demo_away()
        say("The demo's data is gone.")
    except StackError as refused:
        say(str(refused))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _execute(asked: argparse.Namespace) -> int:
    words = asked.words[1:] if asked.words[:1] == ["--"] else asked.words
    if not words:
        say("Say which command to run: exec --fresh -- command …")
        return 2
    if asked.demo:
        return execute_on_demo(words, migrate=asked.migrate, port=asked.port)
    return execute_fresh(
        words,
        deployment=asked.deployment,
        migrate=asked.migrate,
        system_servers=asked.system_servers,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="devstack", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    running = actions.add_parser("run", help="everything on demo data, in the foreground")
    running.add_argument("--port", type=int, default=8000)
    execute = actions.add_parser("exec", help="one command beside servers of its own")
    which = execute.add_mutually_exclusive_group()
    which.add_argument("--fresh", action="store_true", help="throw-away servers (the default)")
    which.add_argument("--demo", action="store_true", help="the demo's servers and data")
    execute.add_argument("--migrate", action="store_true", help="make the tables first")
    execute.add_argument(
        "--system-servers", action="store_true", help="Debian's PostgreSQL 15 and Redis instead"
    )
    execute.add_argument("--deployment", choices=("test", "demo"), default="test")
    execute.add_argument("--port", type=int, default=8000)
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="-- command")
    actions.add_parser("reset", help="throw the demo's data away")
    return parser


if __name__ == "__main__":
    sys.exit(main())
