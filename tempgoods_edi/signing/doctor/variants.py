"""Variants of the bytes that may have been hashed instead of the canonical ones: one for each known mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, permutations

from msgspec import Struct

from tempgoods_edi.signing.doctor import causes, garbled
from tempgoods_edi.signing.doctor.budget import Budget
from tempgoods_edi.signing.doctor.cause import Cause
from tempgoods_edi.signing.doctor.trees import told_garbled, trees
from tempgoods_edi.signing.policy import DSIG
from tempgoods_edi.values import Bilingual

#: Above this many bytes two mistakes at once are not looked for.
_MOST_COMBINED = 512 * 1024
_LEAF = re.compile(rb"<([\w:.-]+)(?: [^<>]*)?>([^<>]*)</\1>")
#: Blanks before and after a value: plain, of full width as Chinese input methods make them, and line ends.
_TRIMMED = tuple(
    (before.encode(), after.encode())
    for before, after in (
        ("", " "),
        (" ", ""),
        (" ", " "),
        ("", "\u3000"),
        ("\u3000", ""),
        ("", "\n"),
        ("", "  "),
        ("", "\t"),
    )
)
#: Bytes hashed to find one value that was trimmed.
_MOST_TRIMMED = 128 * 1024 * 1024
_START = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(rb" [\w:.-]+=\"[^\"]*\"")
#: More empty elements than any message has are not written otherwise: it takes time for each.
_MOST_EMPTY = 20_000
_EMPTY = re.compile(rb"<([\w:.-]+)((?: [\w:.-]+=\"[^\"]*\")*)></\1>")
_XMLNS = f' xmlns="{DSIG}"'.encode()
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
    """Bytes that may have been hashed by mistake.

    :ivar causes: what turned them into the canonical bytes, or these into them; none for the canonical bytes.
    """

    data: bytes
    causes: tuple[Cause, ...] = ()


def variants(name: str, written: bytes, canonical: bytes, budget: Budget) -> Iterator[Variant]:
    """The canonical bytes of the element *name*, then one mistake at a time, then two at once.

    As long as *budget* lasts.

    Never the same bytes twice.
    """
    if not budget.bytes(len(canonical)):
        return
    yield Variant(canonical)
    seen = {_known(canonical)}
    firsts = [Variant(canonical)]
    for data, why in trees(written, canonical, budget):
        key = _known(data)
        if key in seen:
            continue
        seen.add(key)
        yield Variant(data, why)
        if len(canonical) <= _MOST_COMBINED:
            firsts.append(Variant(data, why))
    for first in firsts:
        for second in _rewritten(first.data, name):
            key = _known(second.data)
            if key in seen:
                continue
            if not budget.bytes(len(second.data)):
                return
            seen.add(key)
            yield Variant(second.data, (*first.causes, *second.causes))
        if first is firsts[0]:
            yield from _trimmed(canonical, budget)


def _known(data: bytes) -> tuple[int, int]:
    """Stands for *data* among what was seen, which would fill the memory."""
    return len(data), hash(data)


def _trimmed(data: bytes, budget: Budget) -> Iterator[Variant]:
    """One value as it was before blanks were taken off it, where that can be counted out."""
    left = _MOST_TRIMMED
    for found in _LEAF.finditer(data):
        for before, after in _TRIMMED if found[2] else _TRIMMED[:1]:
            left -= len(data)
            if left < 0:
                budget.cut = True
                return
            if not budget.bytes(len(data)):
                return
            told = causes.TRIMMED.told(place=f"<{found[1].decode()}>")
            start, end = found.span(2)
            yield Variant(b"".join((data[:start], before, found[2], after, data[end:])), (told,))


def _rewritten(data: bytes, name: str) -> Iterator[Variant]:
    """Other ways to write the same bytes down."""
    for blank in (b"\n", b"\r\n", b" "):
        for around in (blank + data, data + blank, blank + data + blank):
            yield Variant(around, (causes.WHITESPACE_AROUND,))
    yield from _start_tags(data, name)
    short = _EMPTY.sub(rb"<\1\2/>", data) if data.count(b"></") <= _MOST_EMPTY else data
    # In canonical form nothing else ends so, but perhaps an attribute.
    for written in (short, short.replace(b"/>", b" />")):
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
    """The text in another encoding, and as a program has it that read its UTF-8 in the wrong one."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    for name, codec in _ENCODINGS:
        told = (causes.RE_ENCODED.told(encoding=name),)
        yield Variant(text.encode(codec, "replace"), told)
        if codec.startswith("utf-16"):
            yield Variant("\ufeff".encode(codec) + text.encode(codec), told)
    if text.isascii():
        return
    for name in garbled.TAKEN_FOR:
        for made in garbled.done(text, name):
            yield Variant(made.encode(), (told_garbled(name, garbled.example(made), garbled.example(text)),))
