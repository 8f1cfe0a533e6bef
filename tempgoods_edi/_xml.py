"""Hardened XML parsing: the one place that parses bytes from outside, and the only gap in lxml's typing.

No entity is expanded, no DTD is read, no network is asked.  Only UTF-8 is taken: the received bytes are what
was signed, so nothing may be transcoded on the way.  What cannot be read is a value (`Malformed`), never raised.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import TypeAlias

from lxml import etree
from msgspec import Struct

Element: TypeAlias = etree._Element

MAX_BYTES = 8 * 1024 * 1024
"""Hard limit of what is parsed at all (bytes); the limit of a message (4 MiB) is judged above this module."""

MAX_DEPTH = 256
"""Deepest nesting that is parsed; libxml2 enforces it while `huge_tree` is off."""

MAX_TAGS = 270_000
"""Most tags, comments and the like: the largest message has 200,000; a tree of a million takes 300 MB."""

MAX_ATTRIBUTES = 50
"""Most attributes, and namespaces, of one element: canonicalization takes the square of their number."""

#: Most attributes altogether: the schemas have a dozen.
_MOST_ATTRIBUTES = 10_000
_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
)
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([^"']{0,64})["']""")
_BOM = b"\xef\xbb\xbf"
_BLANK = re.compile(rb"\s*")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)")


class MalformedKind(Enum):
    """Why bytes could not be parsed as XML; each kind has its own text for people."""

    EMPTY = "empty"
    SIZE = "size"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    DEPTH = "depth"
    COUNT = "count"
    SYNTAX = "syntax"


class Malformed(Struct, frozen=True):
    """Bytes that are no acceptable XML.

    :ivar line: 1-based.
    :ivar column: 1-based, in characters.
    :ivar message: the parser's own words (English), or the offending thing, such as the declared encoding.
    """

    kind: MalformedKind
    line: int
    column: int
    message: str


def parse(data: bytes, limit: int = MAX_BYTES) -> Element | Malformed:
    """The root element of *data*, or the reason why there is none.  At most *limit* bytes are read."""
    if len(data) > limit:
        return Malformed(MalformedKind.SIZE, 1, 1, f"{len(data)} > {limit} bytes")
    unfit = _wrong_encoding(data)
    if unfit is not None:
        return Malformed(MalformedKind.ENCODING, 1, 1, unfit)
    if b"<!DOCTYPE" in data:
        at = doctype_at(data)
        if at is not None:
            line, column = place(data, at)
            return Malformed(MalformedKind.DOCTYPE, line, column, "<!DOCTYPE")
    tags = data.count(b"<")
    if tags > MAX_TAGS:
        return Malformed(MalformedKind.COUNT, 1, 1, f"{tags} > {MAX_TAGS} <…>")
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as e:
        return _malformed(data, e)
    return Malformed(MalformedKind.COUNT, 1, 1, f"> {MAX_ATTRIBUTES} @") if _is_crowded(root, data) else root


@cache
def _crowded() -> etree.XPath:
    return etree.XPath(f"boolean(//@*[{MAX_ATTRIBUTES + 1}]) or count(//@*) > {_MOST_ATTRIBUTES}")


def _is_crowded(root: Element, data: bytes) -> bool:
    """True when one element has too many attributes or namespaces."""
    if data.count(b"=") <= MAX_ATTRIBUTES:
        return False
    return bool(_crowded()(root)) or (
        data.count(b"xmlns") > MAX_ATTRIBUTES
        and any(part.count(b"xmlns") > MAX_ATTRIBUTES for part in data.split(b"<"))
    )


def doctype_at(data: bytes) -> int | None:
    """Offset of a document type declaration in the prolog of *data*; None when there is none.

    The prolog is walked step by step, so that a comment or CDATA section that only mentions one is no match.
    """
    at = _after_prolog(data)
    return at if data.startswith(b"<!DOCTYPE", at) else None


def root_name(data: bytes) -> str | None:
    """Local name of the first element of *data*, found in its first bytes; None when there is none.

    >>> root_name(b"<?xml version='1.0'?><!-- a --><ds:Signature xmlns:ds='urn:x'>")
    'Signature'
    """
    found = _ROOT.match(data, _after_prolog(data))
    return None if found is None else found[1].decode("ascii", "replace")


def _after_prolog(data: bytes) -> int:
    """Offset of the first thing in *data* that is neither blank, comment nor processing instruction."""
    at = len(_BOM) if data.startswith(_BOM) else 0
    while True:
        blank = _BLANK.match(data, at)
        at = at if blank is None else blank.end()
        for opening, closing in ((b"<!--", b"-->"), (b"<?", b"?>")):
            if data.startswith(opening, at):
                end = data.find(closing, at + len(opening))
                if end < 0:
                    return len(data)
                at = end + len(closing)
                break
        else:
            return at


def place(data: bytes, offset: int) -> tuple[int, int]:
    """The 1-based line and column (in characters) of the byte at *offset*.

    >>> place("中\\n国家".encode(), 7)
    (2, 2)
    """
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode("utf-8", "replace")) + 1


def _wrong_encoding(data: bytes) -> str | None:
    """Name of an encoding other than UTF-8 that *data* shows or declares."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        return "UTF-16/32"
    declared = _ENCODING.match(data, len(_BOM) if data.startswith(_BOM) else 0)
    if declared is None or declared[1].upper() == b"UTF-8":
        return None
    return declared[1].decode("ascii", "replace")


def _malformed(data: bytes, error: etree.XMLSyntaxError) -> Malformed:
    line, column = error.position
    code = error.code
    if not data.strip():
        kind = MalformedKind.EMPTY
    elif code in (etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_UNKNOWN_ENCODING):
        kind = MalformedKind.ENCODING
    elif "xcessive depth" in (error.msg or ""):
        kind = MalformedKind.DEPTH
    else:
        kind = MalformedKind.SYNTAX
    return Malformed(kind, max(line or 1, 1), max(column or 1, 1), (error.msg or "").strip())
