"""Locks a database for one server: two servers would count on from the same numbers."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_IN_USE = Bilingual("另一个模拟海关正在使用", "another simulated customs is using it")
#: Says whose lock it is among all that may be taken in a PostgreSQL database.
_ADVISORY = 0x48323031385443
_PATIENCE_MS = 2000


class InUse(TempgoodsError):
    """Another process holds the lock."""


class Lock:
    """A lock that ends with the process, however the process ends."""

    __slots__ = ("_file",)

    def __init__(self, file: int) -> None:
        self._file: int | None = file

    def release(self) -> None:
        """Release the lock for others."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self.release()


def file_lock(path: Path) -> Lock:
    """The lock of the SQLite file at *path*: a file beside it, since closing the database file would free SQLite's own locks.

    :raises InUse: it is taken.
    """
    file = os.open(path.with_name(path.name + "-lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise InUse(_IN_USE) from None
    return Lock(file)


def advisory_lock(connection: Any) -> None:
    """Take the lock of a PostgreSQL database for as long as *connection* lives; raises `InUse`.

    Waits a moment: the database may yet have to notice that a server before us is gone.
    """
    from psycopg.errors import LockNotAvailable

    connection.execute(f"SET lock_timeout = '{_PATIENCE_MS}ms'")
    try:
        connection.execute(f"SELECT pg_advisory_lock({_ADVISORY})")
    except LockNotAvailable:
        raise InUse(_IN_USE) from None
    connection.execute("RESET lock_timeout")
