"""Reads messages from files, folders and standard input, never more bytes than a message may have."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from tempgoods_edi.desk import MAX_BYTES
from tempgoods_edi.looks import is_archive

#: Most that is read of a ZIP (bytes): a message and its attachments.
MAX_ARCHIVE_BYTES = 64 * 1024 * 1024

STDIN = "-"
_SUFFIXES = (".xml", ".zip")


class TooBig(Struct, frozen=True):
    """A file that was not read because it is larger than any message.

    :ivar size: bytes, as far as they are known.
    """

    size: int
    limit: int


def messages_in(names: Iterable[str]) -> Iterator[str]:
    """Each of *names*, a folder replaced by the messages (``*.xml``, ``*.zip``) anywhere below it, in order."""
    for name in names:
        if name != STDIN and Path(name).is_dir():
            yield from _below(name)
        else:
            yield name


def _below(folder: str) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            if file.lower().endswith(_SUFFIXES):
                yield str(Path(parent, file))


def received(name: str) -> bytes | TooBig:
    """The bytes of the file *name*, or of standard input for ``-``.

    :raises OSError: it cannot be read.
    """
    if name == STDIN:
        return _bounded(sys.stdin.buffer, None)
    with Path(name).open("rb") as stream:
        return _bounded(stream, os.fstat(stream.fileno()).st_size)


def _bounded(stream: BinaryIO, size: int | None) -> bytes | TooBig:
    data = stream.read(4)
    limit = MAX_ARCHIVE_BYTES if is_archive(data) else MAX_BYTES
    if size is None or size <= limit:
        data += stream.read(limit + 1 - len(data))
        size = len(data)
    return TooBig(size, limit) if size > limit else data
