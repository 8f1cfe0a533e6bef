"""Inclusive C14N 1.0 of one element, for messages that were not written in canonical form.

Asking lxml for the canonical form of a sub-element directly gives wrong bytes (libxml2 2.14), so a standalone
copy that carries every namespace declaration in scope is canonicalized instead.
"""

from __future__ import annotations

from lxml import etree

from tempgoods_edi._xml import Element, parse

_NO_MARKUP = bytes(set(range(256)) - set(b"<>/!? \t\n"))


def canonical(element: Element) -> bytes | None:
    """Canonical bytes of *element* without comments; None when canonicalisation is impossible.

    Only right where no ancestor has ``xml:`` attributes (the profile allows none).
    """
    root = parse(etree.tostring(element, encoding="utf-8", with_tail=False))
    try:
        return etree.tostring(root, method="c14n", with_comments=False) if isinstance(root, Element) else None
    except etree.C14NError:
        return None


def is_canonical(content: bytes) -> bool:
    """True when well-formed element content without attributes is in canonical form already.

    Then raw bytes may be hashed as they stand.  Says nothing about content that is not well-formed.
    Works by counting, at a fraction of a parser's cost: with everything but markup removed, each tag must
    be ``<>`` or ``</>``, and there must be as many of one as of the other (so no ``<a/>``, no attribute, no
    comment, no CDATA, no processing instruction, no bare ``>`` in text).

    >>> is_canonical(b"<a>x &amp; y</a>")
    True
    >>> [is_canonical(c) for c in (b"<a/>", b"<a b='c'></a>", b"<a><![CDATA[x]]></a>", b"<a>></a>")]
    [False, False, False, False]
    """
    if b"\r" in content:
        return False
    references = content.count(b"&")
    if references and references != sum(map(content.count, (b"&amp;", b"&lt;", b"&gt;"))):
        return False
    marks = content.translate(None, _NO_MARKUP)
    opened, closed = marks.count(b"<>"), marks.count(b"</>")
    return opened == closed and opened + closed == marks.count(b"<") == marks.count(b">")
