"""The whole suite as two runs at the same time, each with servers of its own: `make test`.

Each takes the next file that the other has not (tests/sharing.py), so that both end together.
Separate servers, not only databases: what one half has open would hold back the feeds of the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sharing import failed_in, left_out, slowest_of

HALVES = 2
# In CI so many failures may be chance, if each test then passes so many times alone. They are named.
CHANCES, ALONE = 2, 3


def main(words: Sequence[str]) -> int:
    """Run both halves; show the first as it goes, the other when it is done."""
    servers = [word for word in words if word == "--system-servers"]
    rest = [word for word in words if word != "--system-servers"]
    stack = [sys.executable, "-m", "partybuild.devstack", "exec", "--fresh", *servers, "--"]
    with TemporaryDirectory() as folder:
        runs = []
        share = Path(folder) / "share"
        share.mkdir()
        for number in range(1, HALVES + 1):
            command = [*stack, sys.executable, "-m", "pytest", f"--share={share}", *rest]
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
        forgotten = left_out(share)
        failed = failed_in(share)
        sys.stdout.write("\n".join(["Longest of both runs:", *slowest_of(share), ""]))
        sys.stdout.flush()
    if forgotten and not any(codes):
        sys.stderr.write(f"{forgotten} tests were run by nobody.\n")
        return 1
    if not forgotten and 1 in codes and set(codes) <= {0, 1, 5} and _was_chance(failed, stack):
        return 0
    # 5: nothing to run at all.
    bad = [code for code in codes if code not in {0, 5}]
    return bad[0] if bad else 0 if 0 in codes else 5


def _was_chance(failed: Sequence[str], stack: Sequence[str]) -> bool:
    """Whether the few tests that failed in CI pass alone, several times; their chance has to be mended all the same."""
    if os.environ.get("CI") != "true" or not 0 < len(failed) <= CHANCES:
        return False
    command = [*stack, sys.executable, "-m", "pytest", "-q", *failed]
    passed = all(subprocess.run(command, check=False).returncode == 0 for _time in range(ALONE))
    words = f"passed {ALONE} times alone: to be mended" if passed else "failed alone too"
    sys.stdout.write("".join(f"Failed beside the others, {words}: {name}\n" for name in failed))
    sys.stdout.flush()
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
