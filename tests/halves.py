"""The whole suite as two halves at the same time, each with servers of its own: `make test`.

Separate servers, not only databases: what one half has open would hold back the feeds of the other.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

HALVES = 2


def main(words: Sequence[str]) -> int:
    """Run both halves; show the first as it goes, the other when it is done."""
    servers = [word for word in words if word == "--system-servers"]
    rest = [word for word in words if word != "--system-servers"]
    stack = [sys.executable, "-m", "partybuild.devstack", "exec", "--fresh", *servers, "--"]
    with TemporaryDirectory() as folder:
        runs = []
        for number in range(1, HALVES + 1):
            command = [*stack, sys.executable, "-m", "pytest", f"--half={number}/{HALVES}", *rest]
            said = Path(folder) / str(number)
            if number == 1:
                runs.append((subprocess.Popen(command), said))
            else:
                # The child keeps its own handle on the file.
                with said.open("wb") as kept:
                    runs.append(
                        (subprocess.Popen(command, stdout=kept, stderr=subprocess.STDOUT), said)
                    )
        codes = []
        for process, said in runs:
            codes.append(process.wait())
            if said.exists():
                sys.stdout.write(said.read_text(encoding="utf-8", errors="replace"))
                sys.stdout.flush()
    # 5: nothing to run in this half.
    bad = [code for code in codes if code not in {0, 5}]
    return bad[0] if bad else 0 if 0 in codes else 5


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
