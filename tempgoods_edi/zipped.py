"""Reads an untrusted ZIP: everything is bounded before a byte is inflated, and deflate is the only method.

Nothing touches the disk.  What its headers say of sizes is a limit, never believed beyond it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import BinaryIO

from msgspec import Struct

from tempgoods_edi.texts import is_chinese

#: What stands before each entry of the list of contents.
_ENTRY = b"PK\x01\x02"
#: The same four bytes may stand in a document by chance, or in one that holds an archive itself.
_BY_CHANCE = 1000
_LOCAL_HEADER = 30
#: A file is looked through in such pieces (bytes).
_PIECE = 1024 * 1024
_UTF8, _ENCRYPTED = 0x800, 0x1 | 0x40
#: The extra field with a name in UTF-8 (Info-ZIP).
_UNICODE_PATH = 0x7075
_METHODS = {
    1: "shrink",
    6: "implode",
    9: "deflate64",
    10: "PKWARE",
    12: "bzip2",
    14: "LZMA",
    20: "zstd",
    93: "zstd",
    95: "xz",
    96: "JPEG",
    98: "PPMd",
}
_AES = 99
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class ArchiveFault(Enum):
    """The reason why an archive is refused."""

    DAMAGED = "damaged"
    TOO_MANY = "too many"
    METHOD = "method"
    ENCRYPTED = "encrypted"
    OVERLAPPING = "overlapping"


class BadArchive(Exception):
    """An archive that is refused.

    :ivar value: the member that it is about, or how much there is.
    :ivar detail: the method, or the limit.
    """

    def __init__(self, fault: ArchiveFault, value: object, detail: object = "") -> None:
        super().__init__(fault.value, value, detail)
        self.fault, self.value, self.detail = fault, value, detail


class Member(Struct, frozen=True):
    """One file in an archive.

    :ivar name: as people see it.
    :ivar is_named: False when nobody can tell which characters its name was made of.
    :ivar size: bytes, as the archive says.
    """

    name: str
    size: int
    info: zipfile.ZipInfo
    is_named: bool = True


class Zipped:
    """An archive whose directory was read, and nothing else.

    :param data: its bytes, or a file that can be read anywhere.
    :param most: members at most.
    :ivar faults: why it is not to be unfolded: members that are encrypted, packed in another way, or that overlap.
    :raises Unfit: it is damaged, or has too many members.
    """

    def __init__(self, data: bytes | BinaryIO, most: int) -> None:
        file = io.BytesIO(data) if isinstance(data, bytes) else data
        # Each entry is an object of a kilobyte to the reader, so they are counted before it makes any.
        entries = data.count(_ENTRY) if isinstance(data, bytes) else _count(data)
        if entries > most + _BY_CHANCE:
            raise BadArchive(ArchiveFault.TOO_MANY, entries, most)
        try:
            self._archive = zipfile.ZipFile(file)
            infos = self._archive.infolist()
            self.members: Sequence[Member] = tuple(map(_member, infos)) if len(infos) <= most else ()
        except _DAMAGE as error:
            raise BadArchive(ArchiveFault.DAMAGED, _why(error)) from error
        if len(infos) > most:
            raise BadArchive(ArchiveFault.TOO_MANY, len(infos), most)
        self.faults: Sequence[BadArchive] = tuple(_faults(self.members, file.seek(0, io.SEEK_END)))

    def read(self, member: Member, most: int) -> bytes:
        """The first *most* bytes of *member*; raises `BadArchive` when they are not what the directory says."""
        try:
            with self._archive.open(member.info) as stream:
                return stream.read(most)
        except _DAMAGE as error:
            raise BadArchive(ArchiveFault.DAMAGED, f"{member.name}: {_why(error)}") from error


def _count(file: BinaryIO) -> int:
    """How many entries there may be, found without having all of *file* in memory."""
    file.seek(0)
    entries, rest = 0, b""
    while piece := file.read(_PIECE):
        entries += (rest + piece).count(_ENTRY)
        rest = piece[1 - len(_ENTRY) :]
    return entries


def _why(error: Exception) -> str:
    return type(error).__name__


def _member(info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & _UTF8 or info.orig_filename.isascii():
        return Member(info.orig_filename, info.file_size, info)
    raw = info.orig_filename.encode("cp437")
    for field, content in _extra(info.extra):
        if field == _UNICODE_PATH and content[:5] == b"\x01" + zlib.crc32(raw).to_bytes(4, "little"):
            return Member(content[5:].decode("utf-8", "replace"), info.file_size, info)
    try:
        return Member(raw.decode("utf-8"), info.file_size, info)
    except UnicodeDecodeError:
        pass
    if is_chinese(raw):
        return Member(raw.decode("gb18030"), info.file_size, info)
    return Member(raw.decode("ascii", "backslashreplace"), info.file_size, info, is_named=False)


def _extra(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at + 2 : at + 4], "little")
        yield int.from_bytes(data[at : at + 2], "little"), data[at + 4 : at + 4 + size]
        at += 4 + size


def _faults(members: Sequence[Member], end: int) -> Iterator[BadArchive]:
    for member in members:
        method = member.info.compress_type
        if member.info.flag_bits & _ENCRYPTED or method == _AES:
            yield BadArchive(ArchiveFault.ENCRYPTED, member.name)
        elif method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            yield BadArchive(ArchiveFault.METHOD, member.name, f"{_METHODS.get(method, '?')} ({method})")
    after = 0
    # Members whose bytes are another's too: a small archive would unfold without end.
    for member in sorted(members, key=lambda each: each.info.header_offset):
        if member.info.header_offset < after or member.info.header_offset + member.info.compress_size > end:
            yield BadArchive(ArchiveFault.OVERLAPPING, member.name)
        after = member.info.header_offset + _LOCAL_HEADER + member.info.compress_size
