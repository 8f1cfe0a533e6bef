"""The file tree of one SFTP user: the four boxes of an exchange folder, with no way out of it.

Paths are taken apart here, never handed to the system as they came; a link met anywhere on the way is refused.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable
from errno import EACCES, ENOENT
from functools import wraps
from pathlib import Path
from typing import Any

from twisted.conch.interfaces import ISFTPServer
from twisted.conch.ssh.filetransfer import (
    FX_FAILURE,
    FX_PERMISSION_DENIED,
    FXF_APPEND,
    FXF_CREAT,
    FXF_EXCL,
    FXF_READ,
    FXF_TRUNC,
    FXF_WRITE,
    SFTPError,
)
from twisted.logger import Logger
from zope.interface import implementer

from h2018.transports.folders import OUT_BOX, TAKEN_SUFFIXES
from h2018.transports.sftp.open_files import DirectoryListing, File, InThread, attributes, set_attributes
from h2018.transports.whole_files import Inode, free, inode

_FILE_MODE = 0o640
#: What a file is called that its sender never finished; nobody looks at it.
_UNFINISHED = ".Temp"

_log = Logger()


def _denied(why: str) -> SFTPError:
    return SFTPError(FX_PERMISSION_DENIED, why)


def _tame(call: Callable[..., Any]) -> Callable[..., Any]:
    """*call* whose refusals by the system become SFTP's: conch would log a traceback for some of them."""

    @wraps(call)
    def tamed(*arguments: Any) -> Any:
        try:
            return call(*arguments)
        except OSError as error:
            if error.errno in (ENOENT, EACCES):
                raise
            raise SFTPError(FX_FAILURE, error.strerror or "failed") from None

    return tamed


@implementer(ISFTPServer)
class Tree:
    """The file tree of one SFTP user.

    :param root: the exchange folder, all that the user can see.
    :param most: largest file that may be written (bytes).
    :param being_written: where files are written down while they are open for writing: nobody is to take them yet.
    :ivar avatar: conch wants one; there is nobody behind a tree.
    """

    avatar = None

    def __init__(
        self, root: Path, most: int, in_thread: InThread, being_written: Counter[Inode] | None = None
    ) -> None:
        self._root = root.resolve()
        self._being_written = Counter[Inode]() if being_written is None else being_written
        self._most, self._in_thread = most, in_thread

    def gotVersion(self, otherVersion: int, extData: Any) -> dict[bytes, bytes]:
        """Announce no SFTP extensions."""
        return {}

    @_tame
    def openFile(self, filename: bytes, flags: int, attrs: Any) -> File:
        """Open a file: to read anywhere, to write below OutBox only; overwriting only when the client asks for it."""
        steps = _steps(filename)
        wanted = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        if flags & FXF_WRITE:
            self._changeable(steps, into=True)
            wanted |= os.O_RDWR if flags & FXF_READ else os.O_WRONLY
            for theirs, ours in ((FXF_APPEND, os.O_APPEND), (FXF_CREAT, os.O_CREAT), (FXF_TRUNC, os.O_TRUNC), (FXF_EXCL, os.O_EXCL)):
                wanted |= ours if flags & theirs else 0
        place = self._place(steps)
        file = os.open(place, wanted, _FILE_MODE)
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            os.close(file)
            raise _denied("not a file")
        if not flags & FXF_WRITE:
            return File(file, self._most, self._in_thread)
        return File(file, self._most, self._in_thread, self._writing(place, (status.st_dev, status.st_ino)))

    def _writing(self, place: Path, which: Inode) -> Callable[[bool], None]:
        """Write down that a file is being written; what is to be called when it no longer is."""
        self._being_written[which] += 1

        def ended(is_whole: bool) -> None:
            if not is_whole and inode(place) == which and place.suffix.lower() in TAKEN_SUFFIXES:
                _log.warn("SFTP: {name} was never finished; it is not sent", name=place.name)
                place.rename(free(place.with_name(place.name + _UNFINISHED)))
            self._being_written[which] -= 1
            if not self._being_written[which]:
                del self._being_written[which]

        return ended

    @_tame
    def removeFile(self, filename: bytes) -> None:
        """Remove a file from a box."""
        steps = _steps(filename)
        self._changeable(steps)
        self._place(steps).unlink()

    @_tame
    def renameFile(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename within a box, onto no other file (as SFTP version 3 has it)."""
        old, new = _steps(oldpath), _steps(newpath)
        self._changeable(old)
        self._changeable(new)
        if old[0] != new[0]:
            raise _denied("not from one box into another")
        target = self._place(new)
        if os.path.lexists(target):
            raise SFTPError(FX_FAILURE, "there is a file of that name")
        self._place(old).rename(target)

    def makeDirectory(self, path: bytes, attrs: Any) -> None:
        """Refuse to make a folder: nothing would ever be sent from it."""
        raise _denied("a box has no folders: put the files into OutBox itself")

    @_tame
    def removeDirectory(self, path: bytes) -> None:
        """Remove an empty folder within a box, never a box."""
        steps = _steps(path)
        self._changeable(steps)
        self._place(steps).rmdir()

    @_tame
    def openDirectory(self, path: bytes) -> DirectoryListing:
        """List a folder, without links."""
        return DirectoryListing(self._place(_steps(path)))

    @_tame
    def getAttrs(self, path: bytes, followLinks: bool) -> dict[str, int]:
        """Size, mode and times of a file."""
        return attributes(self._place(_steps(path)).lstat())

    @_tame
    def setAttrs(self, path: bytes, attrs: dict[str, int]) -> None:
        """Set times and size of a file in a box; rights and owner are ignored without complaint (clients send them unasked)."""
        steps = _steps(path)
        self._changeable(steps)
        set_attributes(self._place(steps), attrs, self._most)

    def readLink(self, path: bytes) -> bytes:
        """Refuse to read a link: there are none."""
        raise _denied("no links")

    def makeLink(self, linkPath: bytes, targetPath: bytes) -> None:
        """Refuse to make a link."""
        raise _denied("no links")

    def realPath(self, path: bytes) -> bytes:
        """The path without ``.`` and ``..``."""
        return b"/" + "/".join(_steps(path)).encode("utf-8", "surrogateescape")

    def extendedRequest(self, extendedName: bytes, extendedData: bytes) -> None:
        """Refuse every SFTP extension."""
        raise NotImplementedError

    def _place(self, steps: tuple[str, ...]) -> Path:
        """Where that is; refused when the way leads through a link, or out."""
        place = self._root
        for step in steps:
            place = place / step
            try:
                if stat.S_ISLNK(place.lstat().st_mode):
                    _log.warn("SFTP: {path} is a link, refused", path=str(place))
                    raise _denied("no links")
            except FileNotFoundError:
                pass  # the call that follows tells, or makes it
            except NotADirectoryError:
                raise OSError(ENOENT, os.strerror(ENOENT)) from None
        if not place.parent.resolve().is_relative_to(self._root) and steps:
            raise _denied("outside")
        return place

    def _changeable(self, steps: tuple[str, ...], *, into: bool = False) -> None:
        """Only within a box; new things only in OutBox."""
        if len(steps) < 2 or (into and steps[0] != OUT_BOX):
            raise OSError(EACCES, os.strerror(EACCES))


def _steps(path: bytes) -> tuple[str, ...]:
    """The steps of a path, ``.`` and ``..`` taken out: nothing is above the root.

    >>> _steps(b"/OutBox/../../etc/./x.xml")
    ('etc', 'x.xml')
    """
    if b"\0" in path:
        raise OSError(ENOENT, os.strerror(ENOENT))
    steps: list[str] = []
    for step in os.fsdecode(path).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return tuple(steps)
