"""Open files and folders of an SFTP user: small ones are read at once, large ones in a thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from errno import EPERM
from pathlib import Path
from typing import Any

from twisted.conch.interfaces import ISFTPFile
from twisted.conch.ls import lsLine
from twisted.conch.ssh.filetransfer import FX_FAILURE, SFTPError
from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

#: From this place in a file on, the disk is not waited for by everybody: a thread does it.
LARGE = 1024 * 1024
#: Longest piece that is read at once.
_MOST_PIECE = 256 * 1024

#: Has a call made, in a thread or at once.
InThread = Callable[..., "Deferred[Any]"]


def at_once(call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
    """Call *call* now, without a thread: for small pieces a thread costs more than the disk."""
    return succeed(call(*arguments))


@implementer(ISFTPFile)
class File:
    """An open file of an SFTP user; its work is done in a thread from the size `LARGE` on.

    :param ended: called once it is closed, with whether its sender had finished it.
    """

    def __init__(
        self, file: int, most: int, in_thread: InThread, ended: Callable[[bool], None] | None = None
    ) -> None:
        self._file, self._most, self._in_thread, self._ended = file, most, in_thread, ended
        self._busy, self._closing, self._is_whole = 0, False, True

    def abandon(self) -> None:
        """Close a file whose sender has gone before it was finished."""
        self._is_whole = False

    def close(self) -> None:
        """Close the file, once work under way is done."""
        self._closing = True
        self._close_if_idle()

    def readChunk(self, offset: int, length: int) -> Deferred[bytes]:
        """Read a part of the file; empty at the end."""
        return self._run(offset, os.pread, self._file, min(length, _MOST_PIECE), offset)

    def writeChunk(self, offset: int, data: bytes) -> Deferred[Any]:
        """Write a part of the file, up to the largest size."""
        if offset + len(data) > self._most:
            raise SFTPError(FX_FAILURE, f"larger than {self._most} bytes")
        return self._run(offset, _write, self._file, data, offset)

    def getAttrs(self) -> dict[str, int]:
        """Size, mode and times of the open file."""
        return attributes(os.fstat(self._file))

    def setAttrs(self, attrs: dict[str, int]) -> None:
        """Set times and size of the open file."""
        set_attributes(self._file, attrs, self._most)

    def _run(self, offset: int, call: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        if self._closing:
            raise OSError(EPERM, os.strerror(EPERM))
        self._busy += 1
        running = (self._in_thread if offset >= LARGE else at_once)(call, *arguments)
        return running.addBoth(self._done)

    def _done(self, result: Any) -> Any:
        self._busy -= 1
        if self._closing:
            self._close_if_idle()
        return result

    def _close_if_idle(self) -> None:
        if not self._busy and self._file >= 0:
            os.close(self._file)
            self._file = -1
            if self._ended is not None:
                self._ended(self._is_whole)


class DirectoryListing:
    """The entries of a folder as SFTP lists them."""

    def __init__(self, folder: Path) -> None:
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries if not entry.is_symlink()]
        self._entries: Iterator[tuple[str, os.stat_result]] = iter(sorted(found))

    def __iter__(self) -> Iterator[tuple[bytes, bytes, dict[str, int]]]:
        return self

    def __next__(self) -> tuple[bytes, bytes, dict[str, int]]:
        name, status = next(self._entries)
        encoded = os.fsencode(name)
        line = lsLine("?", status)
        return encoded, (line if isinstance(line, bytes) else line.encode())[:-1] + encoded, attributes(status)

    def close(self) -> None:
        """Nothing to close: no folder is held open."""


def attributes(status: os.stat_result) -> dict[str, int]:
    """The attributes of a file in SFTP's form."""
    return {
        "size": status.st_size,
        "uid": 0,
        "gid": 0,
        "permissions": status.st_mode,
        "atime": int(status.st_atime),
        "mtime": int(status.st_mtime),
    }


def _write(file: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(file, data, offset)
        data, offset = data[written:], offset + written


def set_attributes(file: Path | int, attrs: dict[str, int], most: int) -> None:
    """Set size, up to *most*, and times of a file; other attributes stay as they are."""
    if "size" in attrs and attrs["size"] <= most:
        os.truncate(file, attrs["size"])
    if "atime" in attrs and "mtime" in attrs:
        os.utime(file, (attrs["atime"], attrs["mtime"]))
