"""What people and programs do wrong to a signature, each done to any message, with the causes that may be told of it."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial

from lxml import etree
from msgspec import Struct

from tempgoods_edi.signing.policy import DSIG, SHA1, SHA256
from tools import make_fixtures, unwell

#: Causes that say that it cannot be known, or which of two it is.
UNKNOWN = {"content-changed", "changed-or-other-key", "other-key-or-damaged"}
_XMLNS = f' xmlns="{DSIG}"'.encode()
_SOAP = b' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
_XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_INDENTS = ("  ", "    ", "\t")
CARDS = make_fixtures.unwell_cards()


class Mistake(Struct, frozen=True):
    """One mistake.

    :ivar causes: what may be told of it as certain.
    :ivar made: the message with the mistake, from the canonical Package and a number that chooses among its kinds.
    """

    name: str
    causes: frozenset[str]
    made: Callable[[bytes, int], bytes]

    def __repr__(self) -> str:
        return self.name


def _hashed(change: Callable[[bytes], bytes]) -> Callable[[bytes, int], bytes]:
    """Something else is hashed in place of the Object."""
    return lambda inner, at: unwell.message(inner, CARDS.rsa, hashed=change)


def _sent(change: Callable[[bytes], bytes]) -> Callable[[bytes, int], bytes]:
    """The message is changed after signing."""
    return lambda inner, at: change(unwell.message(inner, CARDS.rsa))


def _value(change: Callable[[bytes], bytes], name: bytes = b"SignatureValue") -> Callable[[bytes, int], bytes]:
    return _sent(
        lambda good: re.sub(rb"(<%s>)([^<]+)" % name, lambda found: found[1] + change(found[2]), good, count=1)
    )


def _signed(inner: bytes, at: int, *, card: str = "rsa", shown: str | None = None, **how: str) -> bytes:
    shown_card = None if shown is None else getattr(CARDS, shown)
    return unwell.message(inner, getattr(CARDS, card), shown=shown_card, **how)  # type: ignore[arg-type]  # texts and flags by name


def _laid_out(data: bytes, at: int, level: int = 0) -> bytes:
    root = etree.fromstring(data)
    etree.indent(root, space=_INDENTS[at % 3], level=level)
    return bytes(etree.tostring(root, method="c14n"))


def _re_indented(inner: bytes, at: int) -> bytes:
    opening = f'<Object{_XMLNS.decode()} Id="M001">'.encode()
    laid_out = _laid_out(opening + inner + b"</Object>", at)[len(opening) : -len(b"</Object>")]
    return unwell.message(laid_out, CARDS.rsa, hashed=lambda whole: _laid_out(whole, at + 1))


def _lines(inner: bytes, at: int, put: bytes) -> bytes:
    return unwell.message(inner.replace(b"><", b">\n<"), CARDS.rsa).replace(b"\n", put)


def _one_value(inner: bytes, at: int, before: bytes, after: bytes) -> bytes:
    leaves = [*re.finditer(rb"<(\w+)>([^<]+)</\1>", inner)]
    start, end = leaves[at % len(leaves)].span(2)
    return inner[:start] + before + inner[start:end] + after + inner[end:]


def _trimmed(inner: bytes, at: int) -> bytes:
    padded = _one_value(inner, at, b"", (b" ", b"   ", "\u3000".encode())[at % 3])
    return unwell.message(padded, CARDS.rsa).replace(padded, inner)


def _padded(inner: bytes, at: int) -> bytes:
    padded = _one_value(inner, at, b" ", b"  ")
    return unwell.message(inner, CARDS.rsa).replace(inner, padded)


def _changed(inner: bytes, at: int) -> bytes:
    return unwell.message(inner, CARDS.rsa).replace(inner, _one_value(inner, at, b"", b"7"))


def _signed_info(inner: bytes, at: int, card: str = "rsa") -> bytes:
    good = unwell.message(inner, getattr(CARDS, card))
    return re.sub(rb"<DigestValue>[^<]+", b"<DigestValue>" + b64encode(bytes(range(at % 200, at % 200 + 32))), good)


def _comment(inner: bytes, at: int) -> bytes:
    return unwell.message(b"<!-- 2027 -->" + inner, CARDS.rsa)


def _line_ends(inner: bytes, at: int) -> bytes:
    lines = inner.replace(b"><", b">\n<")
    return unwell.message(lines, CARDS.rsa, hashed=lambda whole: whole.replace(b"\n", b"\r\n"))


def _exclusive(inner: bytes, at: int) -> bytes:
    return unwell.message(inner, CARDS.rsa, declared=_XSI.decode())


def _order(whole: bytes) -> bytes:
    return whole.replace(_XMLNS + b' Id="M001"', b' Id="M001"' + _XMLNS, 1)


def _around(declared: bytes) -> Callable[[bytes, int], bytes]:
    return _hashed(lambda whole: whole.replace(_XMLNS, _XMLNS + declared, 1))


def _mistake(name: str, made: Callable[[bytes, int], bytes], *causes: str) -> Mistake:
    return Mistake(name, frozenset(causes or (name,)), made)


MISTAKES = (
    _mistake("pretty-printed", lambda inner, at: _laid_out(unwell.message(inner, CARDS.rsa), at)),
    _mistake("compacted", lambda inner, at: unwell.message(inner, CARDS.rsa, hashed=lambda w: _laid_out(w, at, at % 2))),
    _mistake("re-indented", _re_indented),
    _mistake("newlines removed", partial(_lines, put=b""), "newlines-removed"),
    _mistake("newlines made blanks", partial(_lines, put=b" "), "newlines-removed"),
    _mistake("trimmed", _trimmed, "trimmed-values"),
    _mistake("whitespace-in-values", _padded),
    _mistake("whitespace-around", _sent(lambda good: good.replace(b"<Package>", b"\n <Package>", 1))),
    _mistake("line-ends", _line_ends),
    _mistake("attribute-order", _hashed(_order)),
    _mistake("no-namespace", _hashed(lambda whole: whole.replace(_XMLNS, b"", 1))),
    _mistake("soap", _around(_SOAP), "namespace-context"),
    _mistake("soap and xsi", _around(_SOAP + _XSI), "namespace-context"),
    _mistake("ds beside the default", _around(f' xmlns:ds="{DSIG}"'.encode()), "namespace-context"),
    _mistake("empty-elements", _hashed(lambda whole: re.sub(rb"<(\w+)></\1>", rb"<\1/>", whole))),
    _mistake("exclusive-c14n", _exclusive),
    _mistake("c14n-with-comments", _comment),
    _mistake("sent as GBK", _sent(lambda good: good.decode().encode("gb18030")), "re-encoded", "form"),
    _mistake("sent as UTF-16", _sent(lambda good: good.decode().encode("utf-16")), "re-encoded"),
    _mistake("signed as GBK", _hashed(lambda whole: whole.decode().encode("gbk", "replace")), "re-encoded"),
    _mistake("signed as UTF-16", _hashed(lambda whole: whole.decode().encode("utf-16-le")), "re-encoded"),
    _mistake("read as GBK when sent", _sent(lambda good: good.decode("gbk", "replace").encode()), "garbled"),
    _mistake("read as GBK when signed", _hashed(lambda whole: whole.decode("gbk", "replace").encode()), "garbled"),
    _mistake("read as Latin-1 when sent", _sent(lambda good: good.decode("latin-1").encode()), "garbled"),
    _mistake("question marks", _sent(lambda good: good.decode().encode("ascii", "replace"))),
    _mistake("UTF8", _sent(lambda good: b'<?xml version="1.0" encoding="UTF8"?>' + good), "declaration"),
    _mistake("bom", _sent(lambda good: good.replace(b"<Package>", "\ufeff<Package>".encode(), 1))),
    _mistake("BOM when signed", _hashed(lambda whole: "\ufeff".encode() + whole), "bom"),
    _mistake("content-only", _hashed(lambda whole: whole[whole.index(b">") + 1 : whole.rindex(b"<")])),
    _mistake("sha1", partial(_signed, digest="sha1"), "digest-algorithm"),
    _mistake("digest-method", partial(_signed, named=SHA1)),
    _mistake("signature-method", partial(_signed, method="sha1")),
    _mistake("DER", partial(_signed, card="ecdsa", form="der"), "der-instead-of-raw"),
    _mistake("hashed-twice", lambda inner, at: unwell.message(
        inner, CARDS.rsa, over=lambda info, whole: hashlib.sha256(info).digest())),
    _mistake("value-over-object", lambda inner, at: unwell.message(inner, CARDS.rsa, over=lambda info, whole: whole)),
    _mistake("pss-padding", partial(_signed, form="pss")),
    _mistake("bare-digest", partial(_signed, form="bare")),
    _mistake("byte-order", partial(_signed, form="reversed")),
    _mistake("hex-value", _value(lambda value: b64decode(value).hex().encode())),
    _mistake("hex digest", _value(lambda value: b64decode(value).hex().upper().encode(), b"DigestValue"),
             "hex-value", "signed-info-changed"),
    _mistake("wrong certificate", partial(_signed, shown="other"), "other-key-or-damaged"),
    _mistake("damaged value", _value(unwell.damaged), "other-key-or-damaged"),
    _mistake("key-name", _sent(lambda good: re.sub(rb"<KeyName>[^<]*", b"<KeyName>10000002FF", good))),
    _mistake("signed-info-changed", _signed_info, "signed-info-changed"),
    _mistake("SignedInfo changed, ECDSA", partial(_signed_info, card="ecdsa"), "signed-info-changed"),
    _mistake("another DigestMethod afterwards", _sent(lambda good: good.replace(SHA256.encode(), SHA1.encode())),
             "digest-method", "signed-info-changed", "form"),
    _mistake("value changed", _changed, "content-changed"),
    _mistake("no-certificate", _sent(lambda good: re.sub(rb"<X509Data>.*?</X509Data>", b"", good))),
    _mistake("not-base64", _value(lambda value: b"@" + value), "not-base64", "form"),
)  # fmt: skip
"""Every mistake that is told apart, and some that cannot be."""
