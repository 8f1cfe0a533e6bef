"""The ZIP in which a message travels with its attachments: one XML, any number of PDF files, no folders.

Read defensively: sizes are bounded before anything is inflated, and nothing touches the disk.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from msgspec import Struct

from tempgoods_edi.envelope import problems
from tempgoods_edi.texts import printable_name
from tempgoods_edi.values import Finding, Problem
from tempgoods_edi.zipped import ArchiveFault, BadArchive, Member, Zipped

#: Most files in one archive: one message and as many documents as its schema allows.
MAX_FILES = 101
#: Largest attachment that is read (bytes); the rule's limit is 4 MiB, one byte more shows that it is exceeded.
MAX_FILE_BYTES = 4 * 1024 * 1024 + 1
#: What one archive may unpack to altogether (bytes); a larger one is not unpacked at all.
MAX_UNFOLDED_BYTES = 64 * 1024 * 1024

_PROBLEMS: Mapping[ArchiveFault, Problem] = {
    ArchiveFault.DAMAGED: problems.BAD_ARCHIVE,
    ArchiveFault.TOO_MANY: problems.TOO_MANY_MEMBERS,
    ArchiveFault.METHOD: problems.PACKED_OTHERWISE,
    ArchiveFault.ENCRYPTED: problems.ENCRYPTED_MEMBER,
    ArchiveFault.OVERLAPPING: problems.OVERLAPPING_MEMBER,
}
#: What no name may have in it: it would lead into a folder, or show another name than it is.
_UNSAFE = frozenset("/\\:\0")

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class Archive(Struct, frozen=True):
    """The contents of a ZIP: message and attachments, with findings.

    :ivar message: the XML; empty when there is not exactly one.
    :ivar files: the attachments by name, each cut at `MAX_FILE_BYTES`.
    """

    message: bytes
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def pack(name: str, message: bytes, files: Mapping[str, bytes]) -> bytes:
    """Make a ZIP of *message* (as ``{name}.xml``) and *files*; same content, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in ((f"{name}.xml", message), *sorted(files.items())):
            archive.writestr(zipfile.ZipInfo(member, _FIXED_TIME), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(data: bytes, max_bytes: int) -> Archive:
    """The message and the attachments in *data*; what is wrong with the archive is in its findings.

    :param max_bytes: limit of the XML.
    """
    try:
        zipped = Zipped(data, MAX_FILES)
        findings = [*map(_finding, zipped.faults), *_refused(zipped)]
        messages = [member for member in zipped.members if _kind(member) == "xml"]
        if len(messages) != 1:
            findings.append(problems.NOT_ONE_MESSAGE.at(value=len(messages)))
        limits = {member.name: max_bytes + 1 if _kind(member) == "xml" else MAX_FILE_BYTES for member in zipped.members}
        size = sum(min(member.size, limits[member.name]) for member in zipped.members)
        if size > MAX_UNFOLDED_BYTES + max_bytes:
            findings.append(problems.UNFOLDS.at(value=size, limit=MAX_UNFOLDED_BYTES))
        if findings:
            return Archive(b"", {}, tuple(findings))
        content = {member.name: zipped.read(member, limits[member.name]) for member in zipped.members}
    except BadArchive as unfit:
        return Archive(b"", {}, (_finding(unfit),))
    message = content.pop(messages[0].name)
    if len(message) > max_bytes:
        return Archive(b"", {}, (problems.MESSAGE_UNFOLDS.at(value=printable_name(messages[0].name), limit=max_bytes),))
    return Archive(message, content)


class Glance(Struct, frozen=True):
    """The contents of a ZIP as far as they are known without unpacking its files.

    :ivar message: the XML; empty when there is not exactly one.
    :ivar names: what else there is, as people read it.
    """

    message: bytes
    names: tuple[str, ...]


def glance(file: BinaryIO, max_bytes: int) -> Glance:
    """Read the message and the file names of a ZIP for people to look at, without judging the ZIP.

    :param max_bytes: no more of the XML is unpacked.
    """
    try:
        zipped = Zipped(file, MAX_FILES)
        names = tuple(sorted(printable_name(member.name) for member in zipped.members if _kind(member) != "xml"))
        messages = [member for member in zipped.members if _kind(member) == "xml"]
        if zipped.faults or len(messages) != 1:
            return Glance(b"", names)
        return Glance(zipped.read(messages[0], max_bytes), names)
    except BadArchive:
        return Glance(b"", ())


def _finding(unfit: BadArchive) -> Finding:
    value = printable_name(unfit.value) if isinstance(unfit.value, str) else unfit.value
    return _PROBLEMS[unfit.fault].at(value=value, method=unfit.detail, limit=unfit.detail)


def _refused(zipped: Zipped) -> Iterator[Finding]:
    """Members that may not be there, by their names."""
    seen: set[str] = set()
    for member in zipped.members:
        name = member.name
        if not member.is_named:
            yield problems.NAME_UNREADABLE.at(value=printable_name(name))
        elif not name.isprintable() or not _UNSAFE.isdisjoint(name) or name in seen or _kind(member) not in ("xml", "pdf"):
            yield problems.UNSAFE_MEMBER.at(value=printable_name(name))
        seen.add(name)


def _kind(member: Member) -> str:
    return member.name.lower().rpartition(".")[2]
