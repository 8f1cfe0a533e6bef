"""What else may have been hashed in place of an element's canonical bytes: one variant for each known mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice, permutations, product

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, parse
from tempgoods_edi.signing.doctor import causes
from tempgoods_edi.signing.doctor.causes import Cause
from tempgoods_edi.signing.policy import DSIG
from tempgoods_edi.values import Bilingual

#: Above this many bytes two mistakes at once are not looked for.
_MOST_COMBINED = 512 * 1024
_BLANK = " \t\r\n"
_START = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(rb" [\w:.-]+=\"[^\"]*\"")
_EMPTY = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)></\1>")
_XMLNS = f' xmlns="{DSIG}"'.encode()
#: Two and four blanks and tabs are what tools indent by; a line break alone is what some put after each element.
_INDENTS = ("  ", "    ", "\t", " ", "   ", "")
#: How deep the element may have stood in what was indented: by itself, or in Signature, or in an envelope around that.
_LEVELS = (0, 1, 2)
_ENCODINGS = (
    ("GBK", "gbk"),
    ("GB18030", "gb18030"),
    ("UTF-16", "utf-16-le"),
    ("UTF-16", "utf-16-be"),
    ("Latin-1", "latin-1"),
)


def _contexts() -> Iterator[dict[bytes, str]]:
    """What is declared around a signature in the usual places, alone and together: declaration → its prefix."""
    instance = _declared("xsi", "http://www.w3.org/2001/XMLSchema-instance")
    schema = _declared("xsd", "http://www.w3.org/2001/XMLSchema")
    yield from (instance, schema, _declared("ds", DSIG), instance | schema)
    for prefix in ("soap", "soapenv", "SOAP-ENV", "env", "S"):
        for uri in ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"):
            envelope = _declared(prefix, uri)
            for more in ({}, instance, instance | schema):
                yield envelope | more


def _declared(prefix: str, uri: str) -> dict[bytes, str]:
    return {f' xmlns:{prefix}="{uri}"'.encode(): f"xmlns:{prefix}"}


_CONTEXTS = tuple(_contexts())


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
    trees: list[Variant] = []
    for first in _trees(element, canonical):
        trees.append(first)
        if first.data not in seen:
            seen.add(first.data)
            yield first
    firsts = (Variant(canonical), *trees) if len(canonical) <= _MOST_COMBINED else (Variant(canonical),)
    for first in firsts:
        for second in _rewritten(first.data, name):
            if second.data not in seen:
                seen.add(second.data)
                yield Variant(second.data, (*first.causes, *second.causes))


def _trees(element: Element, canonical: bytes) -> Iterator[Variant]:
    """Other canonical forms, and other trees' canonical forms."""
    for change, cause in (
        (_strip_edges, causes.WHITESPACE_AROUND),
        (_strip_between, causes.PRETTY_PRINTED),
        (_strip_values, causes.WHITESPACE_IN_VALUES),
    ):
        yield Variant(_changed(element, change), (cause,))
    yield Variant(_changed(element, _strip_all), (causes.PRETTY_PRINTED, causes.WHITESPACE_IN_VALUES))
    laid_out = any(_blank(each.text) or _blank(each.tail) for each in element.iter("*") if len(each) or each is not element)
    large = len(canonical) > _MOST_COMBINED
    for indent, level in product(_INDENTS[:3] if large else _INDENTS, _LEVELS[:2] if large else _LEVELS):
        if level and not indent:
            continue
        told = causes.RE_INDENTED.told(indent=_named(indent)) if laid_out else causes.COMPACTED
        yield Variant(_changed(element, partial(_indent, indent=indent, level=level)), (told,))
    for indent in () if large else _INDENTS:
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
    for context in _CONTEXTS:
        declared = {**dict(context), **{part: "" for part in parts if part.startswith(b" xmlns")}}
        others = [part for part in parts if not part.startswith(b" xmlns")]
        # As C14N has them: the default namespace, the others by prefix, then attributes.
        spaces = sorted(declared, key=lambda part: part.partition(b"=")[0])
        prefixes = "、".join(context.values())
        told = causes.NAMESPACE_CONTEXT.told(prefixes=Bilingual(prefixes, prefixes.replace("、", ", ")))
        yield Variant(b"<" + start[1] + b"".join((*spaces, *others)) + b">" + rest, (told,))
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


def _indent(root: Element, indent: str, level: int) -> None:
    etree.indent(root, space=indent, level=level)


def _named(indent: str) -> Bilingual:
    """How an indent is called."""
    if indent == "\t":
        return Bilingual("制表符", "tabs")
    return Bilingual(f"每级 {len(indent)} 个空格", f"{len(indent)} blanks a level")


def _indent_edges(root: Element, indent: str) -> None:
    if len(root) and not root.text and not root[-1].tail:
        root.text, root[-1].tail = "\n" + indent, "\n"
