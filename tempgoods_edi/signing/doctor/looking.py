"""Look at a message that may be wrong in any way, and find the parts of its signature all the same."""

from __future__ import annotations

import binascii
import re

from lxml import etree
from msgspec import Struct

from tempgoods_edi._xml import Element, Malformed, MalformedKind, parse
from tempgoods_edi.signing.canonical import canonical
from tempgoods_edi.signing.policy import DSIG
from tempgoods_edi.values import Bilingual

_ENCODINGS = (("UTF-16", "utf-16"), ("GBK", "gbk"), ("GB18030", "gb18030"))
_DECLARATION = re.compile(r"\A\ufeff?<\?xml[^>]*\?>")
_HEX = re.compile(r"[0-9A-Fa-f]+")
#: Hexadecimal digits of a digest (SHA-1, SHA-256 or SM3), and of a value (by P-256, P-384, RSA of 2048 to 4096 bits).
_DIGESTS, _VALUES = (40, 64), (128, 192, 512, 768, 1024)
_NOT_XML = Bilingual("不是可读的 XML（{why}）", "it is not readable XML ({why})")
_LACKS = Bilingual("缺少或重复 {name}", "{name} is missing, or there more than once")


class Seen(Struct, frozen=True):
    """The parts of a signature, whatever else is wrong.

    :ivar encoding: what the message had to be read as; None for UTF-8.
    :ivar value: SignatureValue out of base64; None when it is none.  So `digest`.
    :ivar digest_hex: DigestValue out of hexadecimal, when it is of the length of a digest in that.  So `value_hex`.
    :ivar certificate: X509Certificate (DER); None when there is none that is base64.
    """

    signed_info: Element
    object: Element
    canonical_info: bytes
    canonical_object: bytes
    signature_method: str
    digest_method: str
    digest: bytes | None
    value: bytes | None
    key_name: str
    certificate: bytes | None
    encoding: str | None
    digest_hex: bytes | None = None
    value_hex: bytes | None = None


def looked(data: bytes) -> Seen | Bilingual:
    """The parts of the signature in *data*, or why they cannot be had."""
    root, encoding = parse(data), None
    if isinstance(root, Malformed) and root.kind in (MalformedKind.ENCODING, MalformedKind.SYNTAX):
        root, encoding = _transcoded(data, root)
    if isinstance(root, Malformed):
        return _NOT_XML.format(why=root.message)
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
    return Seen(
        signed_info=info,
        object=content,
        canonical_info=info_bytes,
        canonical_object=content_bytes,
        signature_method=_attribute(held["SignatureMethod"]),
        digest_method=_attribute(held["DigestMethod"]),
        digest=_base64(held["DigestValue"]),
        value=_base64(_one(root, "SignatureValue")),
        key_name=_text(_one(root, "KeyName")),
        certificate=_base64(_one(root, "X509Certificate")),
        encoding=encoding,
        digest_hex=_hexadecimal(held["DigestValue"], _DIGESTS),
        value_hex=_hexadecimal(_one(root, "SignatureValue"), _VALUES),
    )


def _transcoded(data: bytes, malformed: Malformed) -> tuple[Element | Malformed, str | None]:
    """The message read in the encoding it may be in."""
    for name, codec in _ENCODINGS:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        root = parse(_DECLARATION.sub("", text).encode())
        if not isinstance(root, Malformed):
            return root, name
    return malformed, None


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
