"""Finds the message in stored bytes, whatever is wrong with them, so that people can read it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from msgspec import Struct

from h2018.store import JournalLine
from h2018.tenant.tenants import Tenant
from tempgoods_edi._xml import Element, Malformed, parse
from tempgoods_edi.envelope.archive import glance
from tempgoods_edi.looks import is_archive
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec

_MOST = 8 * 1024 * 1024
#: How deep a message stands inside signature, object and package.
_DEPTH = 8


class Content(Struct, frozen=True):
    """The parts found in the stored bytes: the XML, the message in it, and the names of the attached files.

    :ivar xml: the XML itself, out of its archive where there is one.
    :ivar root: its root element; None when it is not well-formed.
    :ivar spec: the message inside; None when there is none that is known.
    :ivar message: that message's element.
    :ivar files: names of the attachments that came along.
    """

    xml: bytes
    root: Element | None = None
    spec: MessageSpec | None = None
    message: Element | None = None
    files: tuple[str, ...] = ()


def content(data: bytes | BinaryIO) -> Content:
    """Find the message in *data*, XML or ZIP; in a ZIP only the message is unpacked, the files are only named."""
    file = BytesIO(data) if isinstance(data, bytes) else data
    file.seek(0)
    front = file.read(_MOST)
    names: tuple[str, ...] = ()
    if is_archive(front):
        found = glance(file, _MOST)
        front, names = found.message, found.names
    root = parse(front)
    if isinstance(root, Malformed):
        return Content(front, files=names)
    known = {message.root.tag: message for message in reader.messages()}
    for element in _outer(root, _DEPTH):
        spec = known.get(local(element))
        if spec is not None:
            return Content(front, root, spec, element, names)
    return Content(front, root, files=names)


def readable(found: Content, most: int) -> tuple[str, bool]:
    """The XML in a readable layout, one element a line where that is possible, and whether all of it is shown.

    :param most: characters.
    """
    text = found.xml.decode("utf-8", "replace")
    if found.root is not None and len(found.xml) <= _MOST // 8:
        from lxml import etree

        copy = etree.fromstring(etree.tostring(found.root))
        etree.indent(copy, "  ")
        text = etree.tostring(copy, encoding="unicode")
    # A control character that is no XML is no HTML either.
    clean = "".join(sign if sign >= " " or sign in "\t\n\r" else "�" for sign in text[:most])
    return clean, len(text) <= most


def declared(tenant: Tenant, seq_no: str) -> JournalLine | None:
    """The journal line with which the present version of a declaration came in."""
    case = tenant.store.case(seq_no)
    if case is None:
        return None
    known = tenant.store.line(case.document_at)
    if known is not None and known.size:
        return known
    lines = [line for line in tenant.store.page(case.message_id).lines if line.what == "received"]
    return next((line for line in reversed(lines) if line.trace_id == case.trace_id), None)


def local(element: Element) -> str:
    """The tag of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _outer(element: Element, depth: int) -> Iterator[Element]:
    """*element* and what stands in it, outside in, down to *depth*."""
    if isinstance(element.tag, str):
        yield element
        if depth:
            for child in element:
                yield from _outer(child, depth - 1)
