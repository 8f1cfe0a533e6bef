"""Files in a folder that other programs write into: their identity, whether they changed, a free name for them.

Names are bytes; they are handed on as they came, whatever encoding they are in.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TypeAlias

#: Device and inode: what a file is, whatever it is called.
Inode: TypeAlias = tuple[int, int]

#: Longest part of a file name that is kept (bytes), leaving room for prefix, time and suffix.
_LONGEST_STEM = 160


def is_file(path: Path) -> bool:
    """True for an ordinary file; a link could lead anywhere."""
    return inode(path) is not None


def inode(path: Path) -> Inode | None:
    """Device and inode of an ordinary file; None for anything else."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


def read_file(path: Path, most: int) -> bytes:
    """Read an ordinary file, up to one byte beyond *most*; raises OSError, also for a file that is not ordinary."""
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file")
        return opened.read(most + 1)


def state(path: Path) -> tuple[int, int, int]:
    """A value that changes when the file changes."""
    status = path.lstat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def shortened(stem: str) -> str:
    """The beginning of *stem*, bytes unchanged in whatever encoding, without half a character at its end.

    >>> os.fsencode(shortened(os.fsdecode("展会".encode("gbk") * 100)))[-2:].decode("gbk")
    '会'
    """
    data = os.fsencode(stem)
    if len(data) <= _LONGEST_STEM:
        return stem
    encoding = "utf-8" if _is_utf8(data) else "gb18030"
    kept = data.decode(encoding, "surrogateescape")
    while len(kept.encode(encoding, "surrogateescape")) > _LONGEST_STEM:
        kept = kept[:-1]
    return os.fsdecode(kept.encode(encoding, "surrogateescape"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def free(path: Path) -> Path:
    """*path*, or *path* with digits added when there is such a file already."""
    found, again = path, 0
    while found.exists():
        again += 1
        found = path.with_name(f"{path.name}{again}")
    return found
