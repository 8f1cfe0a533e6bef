"""Writes a card's files so that they survive a power cut and two processes at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tempgoods_edi.card import problems
from tempgoods_edi.card.problems import CardError

try:
    import fcntl
except ImportError:  # Windows has no such locks; one agent at a time is the rule there
    _LOCKS = False
else:
    _LOCKS = True


def replace_file(path: Path, data: bytes) -> None:
    """Replace the file *path* atomically: after a power cut it has its old content or *data*.

    :raises FileNotFoundError: its folder is gone.
    """
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Lock *folder* for this process and thread.

    :raises CardError: it is gone.
    """
    try:
        stream = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        raise CardError(problems.PULLED_OUT) from None
    try:
        if _LOCKS:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
    finally:
        os.close(stream)
