"""The ZIP a message travels in with its attachments: one XML, any number of PDF, no folders.

Read defensively: sizes are bounded before anything is inflated, and nothing touches the disk.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from msgspec import Struct

from tempgoods_edi.envelope import problems
from tempgoods_edi.values import Finding

#: Most files in one archive: one message and as many documents as its schema allows.
MAX_FILES = 101
#: Largest attachment that is read (bytes); the rule's limit is 4 MiB, one byte more shows that it is exceeded.
MAX_FILE_BYTES = 4 * 1024 * 1024 + 1

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class Archive(Struct, frozen=True):
    """What was in the ZIP.

    :ivar message: the XML; empty when there is not exactly one.
    :ivar files: the attachments by name, each cut at `MAX_FILE_BYTES`.
    """

    message: bytes
    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def is_archive(data: bytes) -> bool:
    """True when *data* begins as a ZIP does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def pack(name: str, message: bytes, files: Mapping[str, bytes]) -> bytes:
    """A ZIP of *message* (as ``{name}.xml``) and *files*; same content, same bytes."""
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
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, max_bytes)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        return Archive(b"", {}, (problems.BAD_ARCHIVE.at(value=type(error).__name__),))


def _members(archive: zipfile.ZipFile, max_bytes: int) -> Archive:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        return Archive(b"", {}, (problems.BAD_ARCHIVE.at(value=f"{len(entries)} > {MAX_FILES}"),))
    findings: list[Finding] = []
    messages: list[bytes] = []
    files: dict[str, bytes] = {}
    for entry in entries:
        kind = entry.filename.lower().rpartition(".")[2]
        unsafe = set(entry.filename) & set("/\\:\0") or entry.flag_bits & 1 or entry.filename in files
        if unsafe or kind not in ("xml", "pdf"):
            findings.append(problems.UNSAFE_MEMBER.at(value=entry.filename))
            continue
        limit = max_bytes + 1 if kind == "xml" else MAX_FILE_BYTES
        with archive.open(entry) as stream:
            content = stream.read(limit)
        if kind == "xml":
            messages.append(content)
        else:
            files[entry.filename] = content
    if len(messages) != 1:
        findings.append(problems.NOT_ONE_MESSAGE.at(value=len(messages)))
        return Archive(b"", files, tuple(findings))
    return Archive(messages[0], files, tuple(findings))
