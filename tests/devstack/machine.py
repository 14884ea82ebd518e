"""Starts the development servers as a person would, and looks at what the machine then runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
STACK = [sys.executable, "-m", "partybuild.devstack"]


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that name the text, or work in a directory that does."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = str((process / "cwd").readlink())
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if state != "Z" and int(process.name) != os.getpid() and text in f"{words} {place}":
            found.append(words)
    return found


def eventually(condition: Callable[[], bool], *, within: float = 60) -> bool:
    """Tell whether the condition came true within so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def copy_working_tree(target: Path) -> None:
    """Copy what the repository holds, and the built front end, to another folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    built = [str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "static/dist").glob("*")]
    target.mkdir(parents=True)
    for name in [*filter(None, listed.split("\0")), *built]:
        source, copy = CHECKOUT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
