"""What a file may be, and what the process that reads it may use."""

from __future__ import annotations

import resource

MAX_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 2000
# Sheets of rosters unpack to 10–25 times their size; a bomb to hundreds.
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 150
RATIO_FROM = 10 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 5_000
# What the caller has to hold in memory.
MAX_OUTPUT = 160 * 1024 * 1024

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 60


class FileRefused(Exception):
    """A file that cannot be read; the code names the sentence that people are told."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def cap_this_process() -> None:
    """Bound memory, processor time and what may be written, before a byte of the file is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
