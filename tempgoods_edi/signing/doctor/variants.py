"""What else may have been hashed in place of an element's canonical bytes: one variant for each known mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, permutations

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, parse
from tempgoods_edi.signing.doctor import causes
from tempgoods_edi.signing.doctor.causes import Cause
from tempgoods_edi.signing.policy import DSIG

#: Above this many bytes two mistakes at once are not looked for.
_MOST_COMBINED = 512 * 1024
_BLANK = " \t\r\n"
_START = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(rb" [\w:.-]+=\"[^\"]*\"")
_EMPTY = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)></\1>")
_XMLNS = f' xmlns="{DSIG}"'.encode()
_INDENTS = ("  ", "    ", "\t", "")
_ENCODINGS = (
    ("GBK", "gbk"),
    ("GB18030", "gb18030"),
    ("UTF-16", "utf-16-le"),
    ("UTF-16", "utf-16-be"),
    ("Latin-1", "latin-1"),
)


class Variant(Struct, frozen=True):
    """Bytes that may have been hashed.

    :ivar causes: what turned them into the canonical bytes, or these into them; none for the canonical bytes.
    """

    data: bytes
    causes: tuple[Cause, ...] = ()


def variants(element: Element, canonical: bytes) -> Iterator[Variant]:
    """The canonical bytes of *element*, then one mistake at a time, then two at once; never the same bytes twice."""
    yield Variant(canonical)
    seen = {canonical}
    name = etree.QName(element).localname
    trees = [*_trees(element)]
    for first in (Variant(canonical), *trees):
        if first.causes and first.data not in seen:
            seen.add(first.data)
            yield first
    firsts = (Variant(canonical), *trees) if len(canonical) <= _MOST_COMBINED else (Variant(canonical),)
    for first in firsts:
        for second in _rewritten(first.data, name):
            if second.data not in seen:
                seen.add(second.data)
                yield Variant(second.data, (*first.causes, *second.causes))


def _trees(element: Element) -> Iterator[Variant]:
    """Other canonical forms, and other trees' canonical forms."""
    for change, cause in (
        (_strip_edges, causes.WHITESPACE_AROUND),
        (_strip_between, causes.PRETTY_PRINTED),
        (_strip_values, causes.WHITESPACE_IN_VALUES),
    ):
        yield Variant(_changed(element, change), (cause,))
    yield Variant(_changed(element, _strip_all), (causes.PRETTY_PRINTED, causes.WHITESPACE_IN_VALUES))
    for indent in _INDENTS:
        yield Variant(_changed(element, partial(_indent, indent=indent)), (causes.COMPACTED,))
        yield Variant(_changed(element, partial(_indent_edges, indent=indent)), (causes.WHITESPACE_AROUND,))
    yield Variant(_changed(element, comments=True), (causes.WITH_COMMENTS,))
    yield Variant(_changed(element, exclusive=True), (causes.EXCLUSIVE,))
    yield Variant(_changed(element, exclusive=True, comments=True), (causes.EXCLUSIVE, causes.WITH_COMMENTS))


def _rewritten(data: bytes, name: str) -> Iterator[Variant]:
    """Other ways to write the same bytes down."""
    for blank in (b"\n", b"\r\n", b" "):
        for around in (blank + data, data + blank, blank + data + blank):
            yield Variant(around, (causes.WHITESPACE_AROUND,))
    yield from _start_tags(data, name)
    for short in (rb"<\1\2/>", rb"<\1\2 />"):
        written = _EMPTY.sub(short, data)
        yield Variant(written, (causes.EMPTY_ELEMENTS,))
        yield Variant(written.replace(_XMLNS, b"", 1), (causes.EMPTY_ELEMENTS, causes.NO_NAMESPACE.told(element=name)))
    for ends in (data.replace(b"\n", b"\r\n"), data.replace(b"\n", b"&#xD;\n"), data.replace(b"&#xD;", b"")):
        yield Variant(ends, (causes.LINE_ENDS,))
        yield Variant(ends.replace(_XMLNS, b"", 1), (causes.LINE_ENDS, causes.NO_NAMESPACE.told(element=name)))
    mark = "\ufeff".encode()
    yield Variant(mark + data, (causes.BOM,))
    yield Variant(data.replace(mark, b""), (causes.BOM,))
    yield from _encoded(data)


def _start_tags(data: bytes, name: str) -> Iterator[Variant]:
    """The start tag without the inherited declaration, with its parts in another order, and not there at all."""
    start = _START.match(data)
    if start is None:
        return
    parts = _ATTRIBUTE.findall(start[2])
    rest = data[start.end() :]
    without = [part for part in parts if part != _XMLNS]
    if len(without) < len(parts):
        told = causes.NO_NAMESPACE.told(element=name)
        yield Variant(b"<" + start[1] + b"".join(without) + b">" + rest, (told,))
    for order in islice(permutations(parts), 120):
        yield Variant(b"<" + start[1] + b"".join(order) + b">" + rest, (causes.ATTRIBUTE_ORDER,))
    inner = rest[: rest.rfind(b"</")]
    only = causes.CONTENT_ONLY.told(element=name)
    yield Variant(inner, (only,))
    inside = _START.match(inner)
    if inside is not None:
        yield Variant(b"<" + inside[1] + _XMLNS + inner[1 + len(inside[1]) :], (only,))


def _encoded(data: bytes) -> Iterator[Variant]:
    """The text in another encoding: also what a text once read in the wrong one has come from."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    for name, codec in _ENCODINGS:
        told = (causes.RE_ENCODED.told(encoding=name),)
        try:
            yield Variant(text.encode(codec), told)
            if codec.startswith("utf-16"):
                yield Variant("\ufeff".encode(codec) + text.encode(codec), told)
        except UnicodeEncodeError:
            continue


def _changed(
    element: Element,
    change: Callable[[Element], None] | None = None,
    *,
    exclusive: bool = False,
    comments: bool = False,
) -> bytes:
    """Canonical bytes of a copy of *element* that has every declaration in scope, after *change*."""
    root = parse(etree.tostring(element, encoding="utf-8", with_tail=False))
    if not isinstance(root, Element):
        return b""
    if change is not None:
        change(root)
    try:
        return etree.tostring(root, method="c14n", exclusive=exclusive, with_comments=comments)
    except etree.C14NError:
        return b""


def _blank(text: str | None) -> bool:
    return bool(text) and not (text or "").strip(_BLANK)


def _strip_edges(root: Element) -> None:
    root.text = (root.text or "").lstrip(_BLANK) if len(root) else (root.text or "").strip(_BLANK)
    if len(root):
        root[-1].tail = (root[-1].tail or "").rstrip(_BLANK)


def _strip_between(root: Element) -> None:
    for each in root.iter():
        if len(each) and _blank(each.text):
            each.text = None
        if each is not root and _blank(each.tail):
            each.tail = None


def _strip_values(root: Element) -> None:
    for each in root.iter("*"):
        if not len(each) and each.text:
            each.text = each.text.strip(_BLANK)


def _strip_all(root: Element) -> None:
    _strip_between(root)
    _strip_values(root)


def _indent(root: Element, indent: str) -> None:
    etree.indent(root, space=indent)


def _indent_edges(root: Element, indent: str) -> None:
    if len(root) and not root.text and not root[-1].tail:
        root.text, root[-1].tail = "\n" + indent, "\n"
