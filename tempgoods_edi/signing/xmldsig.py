"""Writes signed messages as canonical XML by construction, so that no canonicalisation pass is needed.

The digest is taken over the very bytes that are written: `<Object Id="…">` with the namespace declaration
that inclusive C14N 1.0 gives a subset put in.  SignedInfo is written in its canonical form too.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from collections.abc import Callable
from functools import lru_cache

from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.signing.policy import ALGORITHMS, C14N, DSIG, Algorithm, SignaturePolicy, refusal
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.values import Bilingual

XMLNS = f' xmlns="{DSIG}"'.encode()
SIGNATURE_OPEN = b"<Signature" + XMLNS + b">"
SIGNATURE_CLOSE = b"</Signature>"
OBJECT_CLOSE = b"</Object>"
HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "sha256": hashlib.sha256,
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False),  # legacy policy only
}
if "sm3" in hashlib.algorithms_available:
    HASHES["sm3"] = lambda data: hashlib.new("sm3", data)
else:
    from tempgoods_edi.signing import sm2

    if sm2.available():
        HASHES["sm3"] = sm2.sm3

_REFUSED = Bilingual("{text}；{fix}", "{text}; {fix}")
_OBJECT_ID = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}")
_OBJECT = re.compile(rb"<Object" + re.escape(XMLNS) + rb' Id="([0-9A-Za-z_][0-9A-Za-z_.-]{0,127})">')


def sign_object(object_id: str, inner: bytes, signer: Signer, policy: SignaturePolicy) -> bytes:
    """The whole signed message around *inner*, in the compact one-line form.

    :param object_id: value of ``Object/@Id``: letters, digits, ``_ . -``, up to 128.
    :param inner: canonical bytes of the Object's content (``<Package>…``), without namespace declarations.
    :raises KeySourceError: the policy refuses the signer's algorithm or its key is too short.
    :raises ValueError: *object_id* cannot be written as an Id.
    """
    head, before_digest, canonical_open, object_open = _frame(_allowed(signer.algorithm, policy), object_id)
    digest = HASHES[ALGORITHMS[signer.algorithm].digest](canonical_open)
    digest.update(inner)
    digest.update(OBJECT_CLOSE)
    rest = before_digest + b2a_base64(digest.digest(), newline=False) + b"</DigestValue></Reference></SignedInfo>"
    value = signer.sign(b"<SignedInfo" + XMLNS + b">" + rest)
    if ALGORITHMS[signer.algorithm].family == "rsa" and len(value) * 8 < policy.min_rsa_bits:
        bits, least = len(value) * 8, policy.min_rsa_bits
        raise KeySourceError(
            Bilingual(
                f"密钥只有 {bits} 位，至少需 {least} 位", f"the key has only {bits} bits; at least {least} are needed"
            )
        )
    key_info = _key_info(signer.key_name, signer.certificate_der if policy.include_certificate else None)
    return b"".join(
        (head, rest, b"<SignatureValue>", b2a_base64(value, newline=False), key_info,
         object_open, inner, OBJECT_CLOSE, SIGNATURE_CLOSE)
    )  # fmt: skip


def unsigned(object_id: str, inner: bytes, policy: SignaturePolicy | None = None) -> bytes:
    """An unsigned draft of the message: DigestValue, SignatureValue and KeyName are empty.

    A client with a card fills them in.  The algorithm written is the policy's first.

    :raises ValueError: *object_id* cannot be written as an Id.
    """
    head, before_digest, _, object_open = _frame((policy or SignaturePolicy()).algorithms[0], object_id)
    return b"".join(
        (head, before_digest, b"</DigestValue></Reference></SignedInfo><SignatureValue>", _key_info("", None),
         object_open, inner, OBJECT_CLOSE, SIGNATURE_CLOSE)
    )  # fmt: skip


def object_parts(canonical: bytes) -> tuple[str, bytes] | None:
    """Id and content of canonical Object bytes (`Verified.signed` or `.untrusted`), ready to be signed again.

    None when the Object carries a prefix or further namespace declarations: such content stands only where it is.
    """
    found = _OBJECT.match(canonical)
    if found is None or not canonical.endswith(OBJECT_CLOSE):
        return None
    return found[1].decode(), canonical[found.end() : -len(OBJECT_CLOSE)]


def _allowed(uri: str, policy: SignaturePolicy) -> str:
    refused = refusal(policy, uri)
    if refused is not None:
        raise KeySourceError(_REFUSED.format(text=refused.text.format(value=uri), fix=refused.fix))
    return uri


@lru_cache(maxsize=256)
def _frame(algorithm: str, object_id: str) -> tuple[bytes, bytes, bytes, bytes]:
    """What stays the same for one algorithm and Id: up to SignedInfo, up to the digest, Object's two start tags."""
    if not _OBJECT_ID.fullmatch(object_id):
        raise ValueError(f"not writable as an Id: {object_id!r}")
    known: Algorithm = ALGORITHMS[algorithm]
    written_id = object_id.encode()
    return (
        SIGNATURE_OPEN + b"<SignedInfo>",
        f'<CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{known.uri}"></SignatureMethod>'
        f'<Reference URI="#{object_id}"><DigestMethod Algorithm="{known.digest_uri}"></DigestMethod>'
        f"<DigestValue>".encode(),
        b"<Object" + XMLNS + b' Id="' + written_id + b'">',
        b'<Object Id="' + written_id + b'">',
    )


@lru_cache(maxsize=64)
def _key_info(key_name: str, certificate: bytes | None) -> bytes:
    """From the end of SignatureValue to the end of KeyInfo."""
    if not (key_name == "" or key_name.isalnum()):
        raise ValueError(f"not a certificate serial: {key_name!r}")
    data = b""
    if certificate is not None:
        data = (
            b"<X509Data><X509Certificate>" + b2a_base64(certificate, newline=False) + b"</X509Certificate></X509Data>"
        )
    return b"</SignatureValue><KeyInfo><KeyName>" + key_name.encode() + b"</KeyName>" + data + b"</KeyInfo>"
