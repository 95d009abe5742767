"""A real PostgreSQL (Debian's `postgresql`), its own cluster in a temporary folder, reached by a socket in it.

`postgres` refuses to run as root, so the cluster belongs to the package's user `postgres`. Each test gets a
database of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.servers.require import require

_OWNER = "postgres"
_DATABASES = count(1)
_SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=40 -c shared_buffers=16MB"


def _programs() -> Path | None:
    """The folder of the newest installed PostgreSQL's programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


class Postgresql:
    """A running server; `new_database` gives the SQLAlchemy URL of a fresh one."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        user: dict[str, object] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_OWNER)
            user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        with (self._folder / f"{program}.log").open("ab") as log:
            subprocess.run(
                command,
                check=True,
                timeout=60,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **user,  # type: ignore[call-overload]
            )

    def start(self) -> None:
        options = f"{_SETTINGS} -c unix_socket_directories='{self._folder}'"
        self.run("pg_ctl", "-D", str(self._folder / "cluster"), "-w", "-t", "30", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", str(self._folder / "cluster"), "-w", "-t", "30", "-m", mode, "stop")

    def new_database(self) -> str:
        name = f"ledger{next(_DATABASES)}"
        self.run("createdb", "-h", str(self._folder), "-U", "bot", name)
        return f"postgresql://bot@/{name}?host={self._folder}"


@contextmanager
def running_postgresql(programs: Path) -> Iterator[Postgresql]:
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER, _OWNER)
        server = Postgresql(folder, programs)
        server.run(
            "initdb", "-D", str(folder / "cluster"), "-U", "bot", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """One server for the whole run; tests take a database of their own from it."""
    programs = _programs()
    if programs is None or not _has_owner():
        require("PostgreSQL (Debian's postgresql)")
    with running_postgresql(programs) as server:
        yield server


def _has_owner() -> bool:
    if os.geteuid() != 0:
        return True
    try:
        pwd.getpwnam(_OWNER)
    except KeyError:
        return False
    return True
