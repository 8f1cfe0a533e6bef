"""Finds the parts of a signature in a message that may be wrong in any way."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi._xml import Element, Malformed, MalformedKind, parse
from tempgoods_edi.signing.canonical import canonical
from tempgoods_edi.signing.doctor.hashing import hashed
from tempgoods_edi.signing.policy import DSIG
from tempgoods_edi.values import Bilingual

_ENCODINGS = (("UTF-8", "utf-8"), ("UTF-16", "utf-16"), ("GBK", "gbk"), ("GB18030", "gb18030"))
_SAID = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[ \t\r\n][^>]{0,200}?encoding[ \t\r\n]{0,9}=[ \t\r\n]{0,9}["']([^"'>]{0,64})["']"""
)
_DECLARATION = re.compile(r"\A\ufeff?<\?xml[^>]*\?>")
_HASHES = {20: ("sha1",), 32: ("sha256", "sm3")}
_HEX = re.compile(r"[0-9A-Fa-f]+")
#: Hexadecimal digits of a digest (SHA-1, SHA-256 or SM3), and of a value (by P-256, P-384, RSA of 2048 to 4096 bits).
_DIGESTS, _VALUES = (40, 64), (128, 192, 512, 768, 1024)
NOT_XML = Bilingual("不是可读的 XML（{why}）", "it is not readable XML ({why})")
_LACKS = Bilingual("缺少或重复 {name}", "{name} is missing, or there more than once")


class SignatureParts(Struct, frozen=True):
    """The parts of a signature, whatever else is wrong with the message.

    :ivar signed_info: that element as it is written, with what is declared around it.  So `object`.
    :ivar encoding: what the message was read as, when it can't be read as it is; None when it can.
    :ivar declared: the encoding its declaration says, when that is another than UTF-8.
    :ivar why: why it can't be read as it is, in the parser's words.
    :ivar value: SignatureValue out of base64; None when it is none.  So `digest`.
    :ivar digest_hex: DigestValue out of hexadecimal, when it is of the length of a digest in that.  So `value_hex`.
    :ivar certificate: X509Certificate (DER); None when there is none that is base64.
    """

    signed_info: bytes
    object: bytes
    canonical_info: bytes
    canonical_object: bytes
    signature_method: str
    digest_method: str
    digest: bytes | None
    value: bytes | None
    key_name: str
    certificate: bytes | None
    encoding: str | None = None
    declared: str | None = None
    why: str = ""
    digest_hex: bytes | None = None
    value_hex: bytes | None = None


def looked(data: bytes) -> SignatureParts | Bilingual:
    """The parts of the signature in *data*, or the reason why they cannot be found."""
    root = parse(data)
    if not isinstance(root, Malformed):
        return _parts(root)
    if root.kind not in (MalformedKind.ENCODING, MalformedKind.SYNTAX):
        return NOT_XML.format(why=root.message)
    readings = [*_readings(data, root)]
    # The reading that the digest confirms, where several are possible.
    return next((each for each in readings if _confirmed(each)), None) or next(
        iter(readings), NOT_XML.format(why=root.message)
    )


def _readings(data: bytes, malformed: Malformed) -> Iterator[SignatureParts]:
    """The message in each encoding it may be in; first in UTF-8, when only its declaration stands in the way."""
    said = _SAID.match(data)
    declared = None if said is None or said[1].upper() == b"UTF-8" else said[1].decode("ascii", "replace")
    for name, codec in _ENCODINGS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        root = parse(_DECLARATION.sub("", text).encode())
        seen = None if isinstance(root, Malformed) else _parts(root)
        if isinstance(seen, SignatureParts):
            yield structs.replace(seen, encoding=name, declared=declared, why=malformed.message)


def _confirmed(seen: SignatureParts) -> bool:
    return any(hashed(name, seen.canonical_object) == seen.digest for name in _HASHES.get(len(seen.digest or b""), ()))


def _parts(root: Element) -> SignatureParts | Bilingual:
    held = {
        name: _one(root, name) for name in ("SignedInfo", "Object", "SignatureMethod", "DigestMethod", "DigestValue")
    }
    for name, element in held.items():
        if element is None:
            return _LACKS.format(name=name)
    info, content = held["SignedInfo"], held["Object"]
    assert info is not None and content is not None  # noqa: S101, PT018 - looked at above
    info_bytes, content_bytes = canonical(info), canonical(content)
    if info_bytes is None or content_bytes is None:
        return _LACKS.format(name="C14N")
    return SignatureParts(
        signed_info=etree.tostring(info, encoding="utf-8", with_tail=False),
        object=etree.tostring(content, encoding="utf-8", with_tail=False),
        canonical_info=info_bytes,
        canonical_object=content_bytes,
        signature_method=_attribute(held["SignatureMethod"]),
        digest_method=_attribute(held["DigestMethod"]),
        digest=_base64(held["DigestValue"]),
        value=_base64(_one(root, "SignatureValue")),
        key_name=_text(_one(root, "KeyName")),
        certificate=_base64(_one(root, "X509Certificate")),
        digest_hex=_hexadecimal(held["DigestValue"], _DIGESTS),
        value_hex=_hexadecimal(_one(root, "SignatureValue"), _VALUES),
    )


def _one(root: Element, name: str) -> Element | None:
    """The one element of the signature that goes by *name*; what is in the Object is not looked at."""
    inside = {"SignatureMethod": "SignedInfo/", "DigestMethod": "SignedInfo/Reference/",
              "DigestValue": "SignedInfo/Reference/", "KeyName": "KeyInfo/",
              "X509Certificate": "KeyInfo/X509Data/"}.get(name, "")  # fmt: skip
    path = "/".join(f"{{{DSIG}}}{part}" for part in (inside + name).split("/"))
    found = root.findall(path)
    return found[0] if len(found) == 1 and etree.QName(root).localname == "Signature" else None


def _attribute(element: Element | None) -> str:
    return "" if element is None else element.get("Algorithm", "")


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _hexadecimal(element: Element | None, sizes: tuple[int, ...]) -> bytes | None:
    text = "".join(_text(element).split()).replace(":", "")
    return bytes.fromhex(text) if len(text) in sizes and _HEX.fullmatch(text) else None


def _base64(element: Element | None) -> bytes | None:
    try:
        return binascii.a2b_base64("".join(_text(element).split()), strict_mode=True) or None
    except (binascii.Error, ValueError):
        return None
