"""Messages whose signature fails, each for one reason that it is named for: `doctor` must tell that reason.

Each comes out of a good message by the mistake itself: signed wrongly, or changed after signing.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from lxml import etree
from msgspec import Struct

from tempgoods_edi.signing import sm2
from tempgoods_edi.signing.key_pairs import AnyPair, Sm2Pair
from tempgoods_edi.signing.policy import C14N, DSIG, ECDSA_SHA256, RSA_SHA256, SHA1, SHA256, SM2_SM3, SM3

_XMLNS = f' xmlns="{DSIG}"'
_ID = "M001"
_OPEN = f'<Object{_XMLNS} Id="{_ID}">'.encode()


class Cards(Struct, frozen=True):
    """The cards to sign with: of two enterprises, and one of each other kind of key."""

    rsa: AnyPair
    other: AnyPair
    ecdsa: AnyPair
    sm2: Sm2Pair


def files(inner: bytes, cards: Cards) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each message whose signature comes out the same every time.

    :param inner: the canonical Package.
    """
    good = message(inner, cards.rsa)
    yield (
        "whitespace-around",
        good.replace(b"<Package>", b"\n  <Package>", 1).replace(b"</Package>", b"</Package>\n", 1),
    )
    yield "whitespace-in-values", re.sub(rb"(<Exhibition[A-Za-z]*>)([^<]+)<", rb"\1 \2 <", good, count=1)
    yield "pretty-printed", _indented(good)
    yield "compacted", message(inner, cards.rsa, hashed=_indented)
    yield "compacted-within-signature", message(inner, cards.rsa, hashed=lambda whole: _indented(whole, level=1))
    laid_out = _indented(_OPEN + inner + b"</Object>")[len(_OPEN) : -len(b"</Object>")]
    yield "re-indented", message(laid_out, cards.rsa, hashed=lambda whole: _indented(whole, space="    "))
    lines = inner.replace(b"><", b">\n<")
    yield "newlines-removed", message(lines, cards.rsa).replace(b"\n", b"")
    yield "newlines-removed-for-blanks", message(lines, cards.rsa).replace(b"\n", b" ")
    padded = re.sub(rb"<(Exhibition[A-Za-z]*)>([^<]+)<", rb"<\1>\2 <", inner, count=1)
    yield "trimmed-values", message(padded, cards.rsa).replace(padded, inner)
    yield "garbled", re.sub(rb">([^<]+)<", lambda found: b">" + _garbled(found[1]) + b"<", good)
    yield (
        "garbled-before-signing",
        message(inner, cards.rsa, hashed=lambda whole: whole.decode("gbk", "replace").encode()),
    )
    yield "content-changed-by-garbling", good.decode("gbk", "replace").encode()
    yield "declaration", b'<?xml version="1.0" encoding="UTF8"?>\n' + good
    yield (
        "line-ends",
        message(inner.replace(b"><", b">\n<"), cards.rsa, hashed=lambda whole: whole.replace(b"\n", b"\r\n")),
    )
    yield (
        "attribute-order",
        message(inner, cards.rsa, hashed=lambda whole: whole.replace(_OPEN, f'<Object Id="{_ID}"{_XMLNS}>'.encode())),
    )
    yield "no-namespace", message(inner, cards.rsa, hashed=lambda whole: whole.replace(_XMLNS.encode(), b"", 1))
    soap = b' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    yield (
        "namespace-context",
        message(inner, cards.rsa, hashed=lambda whole: whole.replace(_XMLNS.encode(), _XMLNS.encode() + soap, 1)),
    )
    yield "empty-elements", message(
        re.sub(rb"<OperatorNm>[^<]*", b"<OperatorNm>", inner), cards.rsa,
        hashed=lambda whole: re.sub(rb"<(\w+)></\1>", rb"<\1/>", whole),
    )  # fmt: skip
    yield "exclusive-c14n", message(inner, cards.rsa, declared=' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')
    yield "c14n-with-comments", message(b"<!-- 2027 -->" + inner, cards.rsa)
    yield "re-encoded", good.decode().encode("gbk")
    yield "re-encoded-utf16", ('<?xml version="1.0" encoding="UTF-16"?>' + good.decode()).encode("utf-16")
    yield "re-encoded-before-signing", message(inner, cards.rsa, hashed=lambda whole: whole.decode().encode("gbk"))
    yield "bom", good.replace(b"<Package>", "\ufeff<Package>".encode(), 1)
    yield "content-only", message(inner, cards.rsa, hashed=lambda whole: inner)
    yield "digest-algorithm", message(inner, cards.rsa, digest="sha1")
    yield "digest-algorithm-sm3", message(inner, cards.rsa, digest="sm3")
    yield "digest-method", message(inner, cards.rsa, named=SHA1)
    yield "signature-method", message(inner, cards.rsa, method="sha1")
    yield "hashed-twice", message(inner, cards.rsa, over=lambda info, whole: hashlib.sha256(info).digest())
    yield "value-over-object", message(inner, cards.rsa, over=lambda info, whole: whole)
    yield "pss-padding", message(inner, cards.rsa, form="pss")
    yield "bare-digest", message(inner, cards.rsa, form="bare")
    yield "byte-order", message(inner, cards.rsa, form="reversed")
    yield (
        "hex-value",
        re.sub(rb"(<SignatureValue>)([^<]+)", lambda found: found[1] + b64decode(found[2]).hex().encode(), good),
    )
    yield (
        "other-key-or-damaged",
        re.sub(rb"(<SignatureValue>)([^<]+)", lambda found: found[1] + damaged(found[2]), good),
    )
    yield "wrong-certificate", message(inner, cards.rsa, shown=cards.other)
    number = f"{cards.other.certificate.serial_number:X}".encode()
    yield "key-name", re.sub(rb"<KeyName>[^<]*", b"<KeyName>" + number, good)
    yield "content-changed", good.replace(b"<DelcareFlag>1<", b"<DelcareFlag>0<")
    changed = inner.replace(b"<DelcareFlag>1<", b"<DelcareFlag>0<")
    was, now = (b64encode(hashlib.sha256(_OPEN + each + b"</Object>").digest()) for each in (inner, changed))
    yield "signed-info-changed", good.replace(inner, changed).replace(was, now)
    yield "der-instead-of-raw", message(inner, cards.ecdsa, form="der")
    yield "changed-or-other-key", message(inner, cards.ecdsa).replace(inner, changed).replace(was, now)
    yield "not-base64", good.replace(b"<SignatureValue>", b"<SignatureValue>@")
    yield "form", good.replace(b"<KeyInfo>", b"<!-- signed 2026-11-22 --><KeyInfo>")
    yield "no-certificate", re.sub(rb"<X509Data>.*?</X509Data>", b"", good)


def chancy(inner: bytes, cards: Cards) -> Iterator[tuple[str, bytes]]:
    """The same for SM2, whose signatures come out otherwise every time: made once and kept."""
    yield "sm2-user-id", message(inner, cards.sm2, user_id=b"")
    yield "sm2-der-instead-of-raw", message(inner, cards.sm2, form="der")
    yield "sm2-digest-sha1", message(inner, cards.sm2, digest="sha1")


#: Names of `chancy`.
CHANCY = ("sm2-user-id", "sm2-der-instead-of-raw", "sm2-digest-sha1")


def unsigned_part(data: bytes) -> bytes:
    """A message without its signature value: what of it comes out the same every time."""
    return re.sub(rb"<SignatureValue>[^<]*", b"<SignatureValue>", data)


def message(
    inner: bytes,
    card: AnyPair,
    *,
    hashed: Callable[[bytes], bytes] = lambda whole: whole,
    declared: str = "",
    digest: str | None = None,
    named: str | None = None,
    method: str | None = None,
    over: Callable[[bytes, bytes], bytes] = lambda info, whole: info,
    shown: AnyPair | None = None,
    form: str = "raw",
    user_id: bytes = sm2.USER_ID,
) -> bytes:
    """A signed message in which one thing is done otherwise.

    :param hashed: what is hashed in place of the canonical Object.
    :param declared: a namespace that Signature declares and nobody uses; not hashed, as exclusive C14N has it.
    :param digest: the hash that DigestValue is made by, whatever DigestMethod says.
    :param named: what DigestMethod says, whatever DigestValue is made by.
    :param method: the hash of the signature value, whatever SignatureMethod says.
    :param over: what is signed in place of SignedInfo.
    :param shown: whose certificate is sent along.
    """
    algorithm, digest_uri, name = _ALGORITHMS[_kind(card)]
    whole = _OPEN + inner + b"</Object>"
    value = hashlib.new(digest or name, hashed(whole)).digest()
    info = (
        f'<CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{algorithm}"></SignatureMethod><Reference URI="#{_ID}">'
        f'<DigestMethod Algorithm="{named or digest_uri}"></DigestMethod><DigestValue>{b64encode(value).decode()}</DigestValue>'
        "</Reference></SignedInfo>"
    )
    signed = over(f"<SignedInfo{_XMLNS}{declared}>{info}".encode(), whole)
    made = _value(card, signed, method or name, form, user_id)
    certificate = (shown or card).certificate
    return (
        (
            f"<Signature{_XMLNS}{declared}><SignedInfo>{info}<SignatureValue>{b64encode(made).decode()}</SignatureValue>"
            f"<KeyInfo><KeyName>{certificate.serial_number:X}</KeyName><X509Data><X509Certificate>{_text(certificate)}"
            f'</X509Certificate></X509Data></KeyInfo><Object Id="{_ID}">'
        ).encode()
        + inner
        + b"</Object></Signature>"
    )


_ALGORITHMS = {
    "rsa": (RSA_SHA256, SHA256, "sha256"),
    "ecdsa": (ECDSA_SHA256, SHA256, "sha256"),
    "sm2": (SM2_SM3, SM3, "sm3"),
}


def _kind(card: AnyPair) -> str:
    if isinstance(card, Sm2Pair):
        return "sm2"
    return "rsa" if isinstance(card.key, rsa.RSAPrivateKey) else "ecdsa"


def _value(card: AnyPair, data: bytes, method: str, form: str, user_id: bytes) -> bytes:
    if isinstance(card, Sm2Pair):
        raw = sm2.sign(card.key, data, user_id)
        return sm2.encoded(raw) if form == "der" else raw
    algorithm = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[method]  # noqa: S303 - the mistake itself
    if isinstance(card.key, rsa.RSAPrivateKey):
        if form == "bare":
            return _bare(card.key, hashlib.new(method, data).digest())
        way = padding.PSS(padding.MGF1(algorithm), 0) if form == "pss" else padding.PKCS1v15()
        made = card.key.sign(data, way, algorithm)
        return made[::-1] if form == "reversed" else made
    der = card.key.sign(data, ec.ECDSA(algorithm, deterministic_signing=True))
    if form == "der":
        return der
    r, s = decode_dss_signature(der)
    return r.to_bytes(32) + s.to_bytes(32)


def _bare(key: rsa.RSAPrivateKey, digest: bytes) -> bytes:
    """PKCS#1 v1.5 around a digest alone, as NONEwithRSA and CKM_RSA_PKCS make it."""
    numbers = key.private_numbers()
    n = numbers.public_numbers.n
    size = (n.bit_length() + 7) // 8
    padded = b"\0\1" + b"\xff" * (size - 3 - len(digest)) + b"\0" + digest
    return pow(int.from_bytes(padded), numbers.d, n).to_bytes(size)


def _garbled(value: bytes) -> bytes:
    """UTF-8 read as GBK, where nothing is lost by that."""
    try:
        return value.decode("gbk").encode()
    except UnicodeDecodeError:
        return value


def damaged(value: bytes) -> bytes:
    """The base64 of *value* with one bit changed."""
    data = b64decode(value)
    return b64encode(data[:40] + bytes((data[40] ^ 1,)) + data[41:])


def _text(certificate: Certificate) -> str:
    return b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _indented(data: bytes, space: str = "  ", level: int = 0) -> bytes:
    """As an editor's "format" leaves it."""
    root = etree.fromstring(data)
    etree.indent(root, space=space, level=level)
    return etree.tostring(root, method="c14n")
