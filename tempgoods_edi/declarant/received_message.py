"""Messages from customs opened for reading: the message type, its values in words, the XML one element a line."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, Malformed, parse
from tempgoods_edi.envelope.message import by_root, document_element, info_group
from tempgoods_edi.explain.readable import Section, sections
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.values import Bilingual, Lang

#: Characters of XML that are shown; the rest is for the download.
_MOST_XML = 200_000
_MOST_LINES = 100


class Paper(Struct, frozen=True):
    """A message opened for reading.

    :ivar title: which message it is; None for one that cannot be told.
    :ivar sections: its envelope and content as people read them; empty when it cannot be read.
    :ivar xml: indented where it is XML, otherwise as it came; no character in it that a page cannot hold.
    :ivar whole: False when *xml* is only the beginning.
    """

    title: Bilingual | None
    sections: tuple[Section, ...]
    xml: str
    whole: bool


def opened(data: bytes, lang: Lang) -> Paper:
    """Open *data* for reading; never fails, whatever the bytes are."""
    root = parse(data)
    if isinstance(root, Malformed):
        text, whole = _clean(data.decode("utf-8", "replace"))
        return Paper(None, (), text, whole)
    package = root if etree.QName(root).localname == "Package" else root.find("{*}Object/{*}Package")
    document = root if package is None else document_element(package)
    spec = None if document is None else by_root().get(etree.QName(document).localname)
    found = () if spec is None or document is None else tuple(_sections(spec, package, document, lang))
    text, whole = _clean(_indented(root))
    return Paper(None if spec is None else spec.title, found, text, whole)


def _sections(spec: MessageSpec, package: Element | None, document: Element, lang: Lang) -> Iterator[Section]:
    yield from sections(spec.root, document, lang, _MOST_LINES)
    info = None if package is None else package.find("{*}EnvelopInfo")
    if info is not None:
        yield from sections(info_group(), info, lang, _MOST_LINES)


def _indented(root: Element) -> str:
    # A copy: a signed message must not change under anybody's hands.
    copy = etree.fromstring(etree.tostring(root))
    etree.indent(copy, "  ")
    return etree.tostring(copy, encoding="unicode")


def _clean(text: str) -> tuple[str, bool]:
    shown = "".join(
        sign if sign >= " " or sign in "\t\n\r" else "\N{REPLACEMENT CHARACTER}" for sign in text[:_MOST_XML]
    )
    return shown, len(text) <= _MOST_XML
