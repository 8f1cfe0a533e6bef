"""A PostgreSQL cluster of our own for the tests: on a socket in a folder of its own, gone when they end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from msgspec import Struct

_numbers = count(1)


class Cluster(Struct, frozen=True):
    """A running cluster.

    :ivar sockets: folder of its socket.
    """

    sockets: Path

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg

        name = f"tenant{next(_numbers)}"
        with psycopg.connect(f"host={self.sockets} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.sockets}"


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster for the time of a ``with``; made in less than two seconds."""
    top = Path(tempfile.mkdtemp(prefix="h2018-pg-"))
    programs, data = _programs(), top / "data"
    try:
        _as_postgres(
            top,
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "postgres",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
        )
        control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(top / "log")]
        options = f"-c listen_addresses= -c unix_socket_directories={top}"
        _as_postgres(top, [*control, "-o", options, "start"])
        try:
            yield Cluster(top)
        finally:
            _as_postgres(top, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _programs() -> Path:
    """Where the newest PostgreSQL has its programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return found[-1]


def _as_postgres(top: Path, command: list[str]) -> None:
    """Run *command*; PostgreSQL refuses to run as root."""
    if os.geteuid() == 0:
        shutil.chown(top, "postgres", "postgres")
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    subprocess.run(command, check=True, capture_output=True, cwd=top)
